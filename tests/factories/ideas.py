"""Ideas, needs and their surroundings for tests, made by the product's own actions."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from civicthread.accounts.models import Role, User
from civicthread.core import journal
from civicthread.core.models import Actor
from civicthread.core.text import Text
from civicthread.ideas import actions, regrouping
from civicthread.ideas.intake import Recorded, Submission
from civicthread.ideas.models import Idea, Need
from civicthread.territory import actions as territory
from civicthread.territory.models import Area
from tests.factories.accounts import person

_numbers = count(1)
OFFICE = "someone@office.example.org"
ANSWER = Text.of({"fr": "Oui, parce que.", "nl": "Ja, omdat.", "en": "Yes, because."})
BECAUSE = Text.of({"fr": "Données privées.", "nl": "Privégegevens."})
# A square of a few kilometres around the middle of Brussels.
AROUND = [[4.30, 50.80], [4.40, 50.80], [4.40, 50.90], [4.30, 50.90], [4.30, 50.80]]
MIDDLE = (4.3525, 50.8467)


def staff() -> Actor:
    """Someone of the Office, the same each time: most tests need nobody in particular, and hundreds of them ask."""
    known = User.objects.select_related("actor").filter(email=OFFICE).first()
    return (known or person(OFFICE, roles=(Role.STAFF,))).actor


def colleague() -> Actor:
    """Someone else of the Office."""
    return person(roles=(Role.STAFF,)).actor


def municipality() -> Area:
    """One municipality with a boundary."""
    values = {
        "level": Area.Level.MUNICIPALITY,
        "name": {"fr": "Bruxelles-Ville", "nl": "Brussel-Stad"},
        "boundary": {"type": "Polygon", "coordinates": [AROUND]},
    }
    return territory.save_area(Area(code="21004"), values, by=journal.system())


def submission(**values: Any) -> Submission:
    """An idea as somebody gives it; each has words of its own."""
    number = next(_numbers)
    given = {
        "title": f"Banc numéro {number}",
        "text": f"Un banc à l’ombre, numéro {number}.",
        "language": "fr",
        "email": f"author{number}@example.org",
    }
    return Submission(**given | values)


def unconfirmed(**values: Any) -> Idea:
    """An idea that waits for its author to follow the link in the mail."""
    return actions.submit_idea(submission(**values), by=None)


def public(*, by: Actor | None = None, **values: Any) -> Idea:
    """An idea that everyone sees; of a person with an account where `by` names one."""
    if by is not None:
        return actions.submit_idea(submission(**values), by=by)
    idea = unconfirmed(**values)
    return actions.confirm_idea(idea, by=idea.author)


def answered(state: str = Idea.State.RETAINED, *, by: Actor | None = None, **values: Any) -> Idea:
    """An idea with one official answer."""
    idea = public(**values)
    actions.answer_idea(idea, by=by or staff(), number=1, state=state, text=ANSWER)
    idea.refresh_from_db()
    return idea


def past(state: str = Idea.State.RECEIVED, **values: Any) -> Recorded:
    """What became of an idea long ago."""
    given = {"code": f"past-{next(_numbers)}", "channel": Idea.Channel.POST, "state": state}
    return Recorded(**given | {"received_at": datetime(2026, 2, 3, 12, tzinfo=UTC)} | values)


def need(*, published: bool = True, by: Any = staff, **values: Any) -> Need:
    """What several ideas ask for, written by somebody of the Office unless `by` names someone."""
    by = by() if by is staff else by
    number = next(_numbers)
    texts = {
        "title": {"fr": f"Ombre {number}", "nl": f"Schaduw {number}"},
        "description": {"fr": "Des bancs à l’ombre.", "nl": "Banken in de schaduw."},
    }
    saved = regrouping.save_need(None, texts | values, by=by)
    return regrouping.publish_need(saved, by=by) if published else saved


def merged(into: Need | None = None, **values: Any) -> Idea:
    """An idea regrouped with others."""
    idea = public(**values)
    actions.merge_idea(idea, into or need(), by=staff(), number=1, text=ANSWER)
    idea.refresh_from_db()
    return idea


def hidden(**values: Any) -> Idea:
    """An idea the Office took from public view."""
    return actions.hide_idea(public(**values), by=staff(), because=BECAUSE)


def taken_back() -> Idea:
    """An idea its author took back."""
    author = person().actor
    return actions.take_back_idea(public(by=author), by=author)
