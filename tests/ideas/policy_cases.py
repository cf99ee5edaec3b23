"""How the verbs of ideas are tried."""

from functools import partial

from django.urls import reverse

from civicthread.ideas import actions, following, regrouping
from civicthread.ideas.models import Idea
from tests.factories import ideas
from tests.policy import Case

ANSWER, BECAUSE = ideas.ANSWER, ideas.BECAUSE
TEXTS = {"text_fr": "Oui.", "text_nl": "Ja."}


def idea(state, persona):
    """An idea in that state: of someone else, of the persona where it says so."""
    if state == "own" and persona.actor:
        return ideas.public(by=persona.actor)
    made = {"hidden": ideas.hidden, "answered": ideas.answered}
    return made.get(state, ideas.public)()


def mergeable(state, persona):
    """An idea, and the need it would be merged `into`."""
    made = idea(state, persona)
    made.into = ideas.need()
    return made


def merged(state, persona):
    """An idea regrouped with others."""
    return ideas.merged()


def need(state, persona):
    return ideas.need(published=state == "published")


def nothing(state, persona):
    return None


def receipt(state, persona):
    """The code on the receipt of an idea given by telephone."""
    given = ideas.submission()
    return actions.enter_idea(given, by=ideas.staff(), channel=Idea.Channel.PHONE)[1]


def post(name, client, thing, **fields):
    return client.post(reverse(f"ideas:{name}", args=[thing.reference]), fields)


def api(name, client, thing):
    return client.post(f"/api/v1/ideas/{thing.reference}/{name}")


def read(name, client, thing=None):
    return client.get(reverse(f"ideas:{name}", args=[thing.reference] if thing else []))


def claim(client, code):
    """Every person with an account may claim: only a visitor can be refused there."""
    return client.post(reverse("ideas:claim"), {"code": code})


CASES = (
    Case(
        "ideas.enter",
        nothing,
        lambda thing, persona: actions.enter_idea(
            ideas.submission(), by=persona.actor, channel=Idea.Channel.PHONE
        ),
        invoke_html=partial(read, "enter"),
    ),
    Case(
        "ideas.enter",
        idea,
        lambda found, persona: actions.renew_claim_code(found, by=persona.actor),
        invoke_html=partial(post, "renew"),
    ),
    Case(
        "ideas.record_past",
        nothing,
        lambda thing, persona: actions.record_past_idea(ideas.submission(), ideas.past(), by=persona.actor),
    ),
    Case(
        "ideas.discard_unconfirmed",
        nothing,
        lambda thing, persona: actions.discard_unconfirmed(by=persona.actor),
    ),
    Case("ideas.read_contact", idea, invoke_html=partial(read, "desk")),
    Case(
        "ideas.claim",
        receipt,
        lambda code, persona: actions.claim_idea(code, by=persona.actor),
        invoke_html=claim,
    ),
    Case(
        "ideas.claim",
        nothing,
        lambda thing, persona: actions.adopt_ideas(by=persona.actor),
        invoke_html=lambda client, thing: client.post(reverse("ideas:adopt")),
    ),
    Case(
        "ideas.take_back",
        idea,
        lambda found, persona: actions.take_back_idea(found, by=persona.actor),
        ("own", "other", "answered"),
        partial(post, "take-back"),
    ),
    Case(
        "ideas.forget_author",
        idea,
        lambda found, persona: actions.forget_author(found, by=persona.actor),
        ("own", "other"),
        partial(post, "forget"),
    ),
    Case(
        "ideas.support",
        idea,
        lambda found, persona: actions.support_idea(found, by=persona.actor),
        ("own", "other", "hidden"),
        partial(post, "support"),
        partial(api, "support"),
    ),
    Case(
        "ideas.support",
        idea,
        lambda found, persona: actions.withdraw_support(found, by=persona.actor),
        ("other",),
        partial(post, "withdraw"),
        partial(api, "support/withdraw"),
    ),
    Case(
        "ideas.analyse",
        idea,
        lambda found, persona: actions.analyse_idea(found, by=persona.actor),
        ("own", "other"),
        partial(post, "analyse"),
    ),
    Case(
        "ideas.answer",
        idea,
        lambda found, persona: actions.answer_idea(
            found, by=persona.actor, number=1, state="retained", text=ANSWER
        ),
        ("own", "other", "answered", "hidden"),
        partial(post, "answer", number="1", state="retained", **TEXTS),
    ),
    Case(
        "ideas.merge",
        mergeable,
        lambda found, persona: actions.merge_idea(found, found.into, by=persona.actor, number=1, text=ANSWER),
        ("own", "other"),
        partial(post, "merge", number="1", need="1", **TEXTS),
    ),
    Case(
        "ideas.merge",
        merged,
        lambda found, persona: actions.take_out_of_need(found, by=persona.actor),
        invoke_html=partial(post, "take-out"),
    ),
    Case(
        "ideas.follow_project",
        idea,
        lambda found, persona: following.follow_projects([found.pk], by=persona.actor),
        ("own", "other"),
    ),
    Case(
        "ideas.moderate",
        idea,
        lambda found, persona: actions.dismiss_reports(found, by=persona.actor),
        invoke_html=partial(post, "dismiss"),
    ),
    Case("ideas.moderate", nothing, invoke_html=partial(read, "queue")),
    Case(
        "ideas.hide",
        idea,
        lambda found, persona: actions.hide_idea(found, by=persona.actor, because=BECAUSE),
        ("own", "other"),
        partial(post, "hide", because_fr="Non.", because_nl="Nee."),
    ),
    Case(
        "ideas.show",
        idea,
        lambda found, persona: actions.show_idea(found, by=persona.actor),
        ("hidden",),
        partial(post, "show"),
    ),
    Case(
        "ideas.save_need",
        need,
        lambda found, persona: regrouping.save_need(
            found, {"title": {"fr": "a", "nl": "b"}}, by=persona.actor
        ),
        ("draft", "published"),
        partial(post, "write-need", title_fr="a", title_nl="b", description_fr="c", description_nl="d"),
    ),
    Case(
        "ideas.save_need",
        nothing,
        lambda thing, persona: ideas.need(published=False, by=persona.actor),
        invoke_html=partial(read, "need-desk"),
    ),
    Case(
        "ideas.publish_need",
        need,
        lambda found, persona: regrouping.publish_need(found, by=persona.actor),
        ("draft", "published"),
        partial(post, "publish-need"),
    ),
    Case(
        "ideas.withdraw_need",
        need,
        lambda found, persona: regrouping.withdraw_need(found, by=persona.actor, because=BECAUSE),
        ("published",),
        partial(post, "withdraw-need", because_fr="Non.", because_nl="Nee."),
    ),
)
