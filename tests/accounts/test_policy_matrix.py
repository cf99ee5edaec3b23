"""Every verb × persona × state: what the policy says, and that a refusal holds at every door.

The reviewed snapshot is matrix.txt; POLICY_MATRIX=write writes it anew, for a person to read and keep.
"""

import os
from copy import deepcopy
from pathlib import Path

import pytest

from civicthread.core import policy
from civicthread.core.errors import Forbidden, Refused
from tests import personas
from tests import policy as tried

SNAPSHOT = Path(__file__).with_name("matrix.txt")
CELLS = [
    pytest.param(case, state, id=f"{case.verb}-{state}") for case in tried.cases() for state in case.states
]
APPS = sorted({verb.partition(".")[0] for verb in policy.table()})
REFUSED = {"html": {302, 403, 404}, "api": {401, 403, 404}}


# What was reviewed of each case in each state; each cell below compares its own line.
REVIEWED = {
    (case, state): line
    for (_verb, case, state), line in zip(
        tried.outline(), SNAPSHOT.read_text(encoding="utf-8").splitlines()[1:], strict=False
    )
}


@pytest.mark.django_db
def test_the_policy_is_as_reviewed():
    if os.environ.get("POLICY_MATRIX") == "write":
        SNAPSHOT.write_text(tried.matrix(), encoding="utf-8")
    people = tried.everyone().values()
    now = [tried.line("verb", personas.NAMES)]
    for verb, case, state in tried.outline():
        if case is None:
            now.append(tried.line(verb, [tried.word(verb, person, None) for person in people]))
        else:  # its words are the cell's business
            seen = REVIEWED.get((case, state), "")
            now.append(seen if seen[: tried.HEAD].rstrip() == f"  {state}" else f"  {state}")
    assert "\n".join(now) + "\n" == SNAPSHOT.read_text(encoding="utf-8"), (
        "Read the change, then write it: POLICY_MATRIX=write pytest -k as_reviewed"
    )


@pytest.mark.parametrize("app", APPS)
def test_every_verb_that_is_not_for_everyone_is_tried(app):
    ruled = {verb for verb, rule in policy.table().items() if rule.allow is not policy.anyone}
    missing = {verb for verb in ruled if verb.startswith(f"{app}.")} - {case.verb for case in tried.cases()}
    assert not missing, f"tests/{app}/policy_cases.py has no case for {', '.join(sorted(missing))}"


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker):
    """Everyone, made once: what a test does to them is undone after it."""
    with django_db_blocker.unblock(), tried.undone():
        yield list(tried.everyone().values())


@pytest.mark.django_db
@pytest.mark.parametrize(("case", "state"), CELLS)
def test_each_cell_holds_at_every_door(case, state, crowd, subtests):
    words = []
    for persona, thing in case.things(state, deepcopy(crowd)):
        words.append(tried.word(case.verb, persona, thing))
        with subtests.test(persona=persona.name), tried.undone():
            if policy.may(case.verb, persona.actor, thing):
                the_action_lets_through(case, thing, persona)
            else:
                every_door_is_closed(case, thing, persona)
    assert tried.line(f"  {state}", words) == REVIEWED[case, state], "as reviewed in matrix.txt"


def the_action_lets_through(case, thing, persona):
    """A rule of business may still refuse; the policy does not."""
    if case.act:
        try:
            case.act(thing, persona)
        except Refused:
            return


def every_door_is_closed(case, thing, persona):
    client = persona.client()
    records = tried.Watched()
    if case.act:
        with pytest.raises(Forbidden):
            case.act(thing, persona)
        records.check()
    if persona.name == "system":
        return
    for door, invoke in (("html", case.invoke_html), ("api", case.invoke_api)):
        if invoke:
            answer = invoke(client, thing)
            records.check()
            assert answer is None or answer.status_code in REFUSED[door], (
                f"{door} answered {answer.status_code}"
            )


@pytest.mark.django_db
@pytest.mark.parametrize("taken_back", [False, True])
def test_a_change_behind_a_refusal_would_be_seen(taken_back):
    """The negative control of `Watched`: also of a change beside another that was taken back."""
    person = personas.make("citizen")
    records = tried.Watched()
    if taken_back:
        with tried.undone():
            type(person.user).objects.filter(pk=person.user.pk).update(name="Taken back")
        records.check()
    type(person.user).objects.filter(pk=person.user.pk).update(name="Changed")
    with pytest.raises(AssertionError, match=r"accounts\.user"):
        records.check()
