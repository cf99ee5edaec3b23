"""The state of an idea: how it changes, and how it follows from the public projects that answer it."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Model, Q

from civicthread.core import journal, policy, walking
from civicthread.core.models import Actor
from civicthread.core.text import Text
from civicthread.ideas import letters, queries
from civicthread.ideas.models import Idea, Need
from civicthread.ideas.queries import FOLLOWED

State = Idea.State
# What an author hears of an idea that goes back.
BACK = frozenset({"let_go", "not_delivered"})


def furthest(given: Collection[str]) -> State | None:
    """The furthest to which a project brought an idea; None where no project holds it."""
    return next((state for state in FOLLOWED if state in given), None)


@transaction.atomic
def follow_projects(
    ideas: Collection[Any], *, needs: Collection[Any] = (), by: Actor, because: Text | None = None
) -> None:
    """Bring these ideas, and those merged into these needs, to the state that follows from their public projects.

    Called whenever what they rest on changed, whichever way; `because` tells an author whose idea goes back. The needs
    are held first, then the ideas, by everyone who joins them: neither side overlooks what the other just wrote.
    """
    policy.require("ideas.follow_project", by=by)
    list(Need.objects.select_for_update().filter(pk__in=needs).order_by("pk"))
    named = Idea.objects.filter(Q(pk__in=ideas) | Q(need__in=needs))
    held = named.select_for_update(of=("self",)).select_related("author", "need").order_by("pk")
    given = _given(held)
    for idea in held:
        state = furthest(given[idea.pk]) or before(idea)
        if state != idea.state:
            event = _event(idea.state, state)
            why, projects = because if event in BACK else None, given[idea.pk].get(state, ())
            move(idea, state, "ideas.follow_project", by=by, event=event, because=why, projects=projects)


def _given(ideas: Collection[Idea]) -> dict[int, dict[str, list[Model]]]:
    """The states that projects give each idea, by themselves or through its need, where that is public; which do."""
    needs = {idea.need_id for idea in ideas if idea.need and idea.need.is_published}
    own = walking.given("ideas.idea", [idea.pk for idea in ideas])
    shared = walking.given("ideas.need", needs)
    found: dict[int, dict[str, list[Model]]] = {}
    for idea in ideas:
        both = own.get(idea.pk, {}), shared.get(idea.need_id, {})
        states = both[0].keys() | both[1].keys()
        found[idea.pk] = {
            state: list(dict.fromkeys(project for some in both for project in some.get(state, ())))
            for state in states
        }
    return found


def before(idea: Idea) -> State:
    """Where an idea stands of itself, whatever projects made of it, and merged only while it has a need."""
    passing = {*FOLLOWED, *([] if idea.need else [State.MERGED])}
    return queries.stood(idea, without=passing) if idea.state in passing else State(idea.state)


def _event(former: str, after: str) -> str:
    """What an author is told: of the new state, or that a project they were told of does not hold any more."""
    if former not in FOLLOWED or after == State.DELIVERED:
        return after
    return "not_delivered" if after == State.IN_PROJECT else "let_go"


def move(  # noqa: PLR0913  # a change of state has this many parts
    idea: Idea,
    state: State,
    verb: str,
    *,
    by: Actor,
    event: str = "",
    because: Text | None = None,
    projects: Collection[Model] = (),
    **told: Any,
) -> Idea:
    """Change the state of an idea whose row is held, journal it for everyone to read, tell the author."""
    former, idea.state = idea.state, state
    idea.save(update_fields=["state", "need"])
    public = idea.visibility == Idea.Visibility.PUBLIC
    reason = {"because": because} if because else {}
    journal.record(verb, idea, by=by, changes={"state": [former, state], **reason, **told}, public=public)
    if public:
        letters.tell_author(idea, event or state, because=because, projects=projects)
    return idea
