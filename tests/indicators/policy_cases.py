"""How the verbs of indicators are tried."""

from civicthread.core import journal
from civicthread.indicators import actions, aiming
from tests.factories.indicators import BECAUSE, NOTE, indicator
from tests.policy import Case

STATES = ("published", "draft")
OFFICE = "/fr/indicators/office/"


def make(state, persona):
    return indicator(published=state == "published")


def with_a_proposal(state, persona):
    made = make(state, persona)
    actions.report_value(made, {"period": "2020", "value": 5}, by=journal.system())
    return made


def at(path, **fields):
    """Send a form to an address of this indicator."""
    return lambda client, made: client.post(f"{OFFICE}{made.code}/{path}", fields)


def in_both(name, text):
    return {f"{name}_{code}": text for code in ("fr", "nl")}


CASES = (
    Case(
        "indicators.save",
        make,
        lambda made, persona: actions.save_indicator(made, {"symbol": "%"}, by=persona.actor),
        STATES,
        at(
            "definition/",
            **in_both("title", "Lampes"),
            **in_both("description", "x"),
            **in_both("unit", "lampes"),
            decimals="0",
            good="up",
            status_method="none",
            frequency="yearly",
        ),
    ),
    Case(
        "indicators.set_method",
        make,
        lambda made, persona: actions.set_method(made, note=BECAUSE, by=persona.actor),
        STATES,
        at("method/", **in_both("note", "Autrement")),
    ),
    Case(
        "indicators.set_targets",
        make,
        lambda made, persona: actions.set_targets(made, [{"period": "2030", "value": 9}], by=persona.actor),
        STATES,
        at(
            "targets/",
            **{
                "targets-TOTAL_FORMS": "1",
                "targets-INITIAL_FORMS": "0",
                "targets-0-period": "2030",
                "targets-0-value": "9",
            },
        ),
    ),
    Case(
        "indicators.set_scale",
        make,
        lambda made, persona: aiming.set_scale(made, {"on_pace_at": 0.9}, by=persona.actor),
        STATES,
        at("scale/", on_pace_at="90", behind_at="", baseline_period=""),
    ),
    Case(
        "indicators.set_path",
        make,
        lambda made, persona: aiming.set_path(made, "ideal", by=persona.actor, values=None),
        STATES,
        at("paths/ideal/", form="milestones", milestones="2030 9"),
    ),
    Case(
        "indicators.set_comparisons",
        make,
        lambda made, persona: aiming.set_comparisons(made, [], by=persona.actor),
        STATES,
        at(
            "comparisons/",
            **{
                "comparisons-TOTAL_FORMS": "1",
                "comparisons-INITIAL_FORMS": "0",
                "comparisons-0-name_fr": "Belgique",
                "comparisons-0-name_nl": "België",
                "comparisons-0-figures": "2020 9",
            },
        ),
    ),
    Case(
        "indicators.compute",
        make,
        lambda made, persona: actions.compute(made, by=persona.actor),
        STATES,
        at("compute/"),
    ),
    Case(
        "indicators.report",
        make,
        lambda made, persona: actions.report_value(made, {"period": "2020", "value": 5}, by=persona.actor),
        STATES,
        at("report/", period="2020", value="5", publisher="BRIC", qualifier="exact", retained="on"),
    ),
    Case(
        "indicators.approve",
        with_a_proposal,
        lambda made, persona: actions.approve_values(made, by=persona.actor),
        STATES,
        at("approve/", seen="0"),
    ),
    Case("indicators.correct", make, states=STATES),
    Case(
        "indicators.refuse",
        with_a_proposal,
        lambda made, persona: actions.refuse_values(made, by=persona.actor),
        STATES,
        at("refuse/", seen="0"),
    ),
    Case(
        "indicators.publish",
        make,
        lambda made, persona: actions.publish_indicator(made, by=persona.actor),
        STATES,
        at("publish/"),
    ),
    Case(
        "indicators.withdraw",
        make,
        lambda made, persona: actions.withdraw_indicator(made, by=persona.actor, because=NOTE),
        STATES,
        at("withdraw/", **in_both("because", "Faux")),
    ),
)
