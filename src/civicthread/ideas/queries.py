"""Reads of ideas."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from civicthread.accounts.queries import verified_addresses
from civicthread.core import formats, journal, policy, search
from civicthread.core.errors import Gone
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.core.text import Text
from civicthread.ideas.models import Answer, AuthorContact, Idea, Need, Report, Support

State = Idea.State
PUBLIC = Q(visibility=Idea.Visibility.PUBLIC)
# What the Office still owes an answer.
WAITING = (State.RECEIVED, State.IN_ANALYSIS)
# What a project makes of an idea, the furthest first.
FOLLOWED = (State.DELIVERED, State.IN_PROJECT)
# What an answer may make of any other idea.
ANSWERS = frozenset({State.IN_ANALYSIS, State.RETAINED, State.NOT_RETAINED})
# What may come after a state, as far as one can say.
AHEAD: dict[str, tuple[str | Promise, ...]] = {
    State.RECEIVED: (State.IN_ANALYSIS.label, _("answered")),
    State.IN_ANALYSIS: (_("answered"),),
    State.MERGED: (State.IN_PROJECT.label, State.DELIVERED.label),
    State.RETAINED: (State.IN_PROJECT.label, State.DELIVERED.label),
    State.IN_PROJECT: (State.DELIVERED.label,),
}


@dataclass(frozen=True)
class Filters:
    """What a reader narrows the list of ideas to."""

    query: str = ""
    state: str = ""
    area: str = ""
    language: str = ""


@dataclass(frozen=True)
class Line:
    """An idea in a list: with its language where it is not the page's, and what a card says at its foot."""

    idea: Idea
    lang: str
    supports: int
    meta: list[str | date]


@dataclass(frozen=True)
class Step:
    """One state on the path of an idea."""

    label: str
    done: bool
    current: bool = False
    note: Text = field(default_factory=Text)


@dataclass(frozen=True)
class Desk:
    """What the Office looks at of one idea."""

    idea: Idea
    contact: AuthorContact | None
    reports: list[Report]
    has_account: bool
    answers: list[Answer] = field(default_factory=list)


def ideas(*, visible_to: Actor | None) -> QuerySet[Idea]:
    """The ideas this reader may see: the public ones, their own, and for the Office all."""
    found = Idea.objects.select_related("area", "need").defer("area__boundary")
    if policy.may("ideas.moderate", visible_to):
        return found
    return found.filter(PUBLIC | Q(author=visible_to) if visible_to else PUBLIC)


def filtered(filters: Filters) -> QuerySet[Idea]:
    """The list of public ideas as the reader narrowed it."""
    # "+ 0", so that the ideas are read in the order of the list until a page is full: SQLite would sort thousands.
    return _narrowed(ideas(visible_to=None).alias(number=F("pk") + 0), filters, key="number")


def count(filters: Filters) -> int:
    """How many ideas that list has: counted from the few that hold a word, not from the list."""
    return _narrowed(ideas(visible_to=None), filters, key="pk").count()


def _narrowed(found: QuerySet[Idea], filters: Filters, *, key: str) -> QuerySet[Idea]:
    if filters.query:
        found = found.filter(**{f"{key}__in": search.within("ideas.idea", filters.query)})
    if filters.area:
        found = found.filter(area__code=filters.area)
    exact = {name: getattr(filters, name) for name in ("state", "language") if getattr(filters, name)}
    return found.filter(**exact)


def own(*, by: Actor) -> QuerySet[Idea]:
    """The ideas that a person gave or claimed with their account, hidden and taken back ones too."""
    return Idea.objects.filter(author=by)


def adoptable(*, by: Actor) -> QuerySet[Idea]:
    """Ideas that nobody with an account gave, from an address that this person proved to be theirs."""
    given = Idea.objects.filter(contact__email__in=verified_addresses(by), author__user=None)
    return given.exclude(visibility=Idea.Visibility.UNCONFIRMED)


def one(reference: str, *, seen_by: Actor | None) -> Idea | None:
    """One idea as its page shows it, with `support_count` and whether this reader supports it (`supported`)."""
    backed = Support.objects.filter(idea=OuterRef("pk"), actor=seen_by)
    found = Idea.objects.select_related("area", "need", "contact").defer("area__boundary")
    annotated = found.annotate(support_count=Count("supports"), supported=Exists(backed))
    return annotated.filter(reference=reference).first()


def gone(reference: str) -> Gone | None:
    """Why an idea is not read any more that could be; None for any other."""
    hidden, taken_back = Idea.Visibility.HIDDEN, Idea.Visibility.TAKEN_BACK
    found = Idea.objects.filter(reference=reference, visibility__in=(hidden, taken_back)).first()
    if found is None:
        return None
    if found.visibility == hidden:
        return Gone(found, code="hidden", because=found.hidden_because)
    return Gone(
        found, code="taken-back", because=_("Its author took it back before anything was built on it.")
    )


def given(pk: int | None) -> Idea | None:
    """The idea that a link in a mail is about, with its author."""
    return Idea.objects.select_related("author").filter(pk=pk).first() if pk else None


def lines(shown: Iterable[Idea]) -> list[Line]:
    """Ideas as a list shows them; one query for the supports of all."""
    rows = list(shown)
    counts, reader = support_counts(rows), get_language()
    return [_line(idea, counts.get(idea.pk, 0), reader) for idea in rows]


def _line(idea: Idea, supports: int, reader: str | None) -> Line:
    meta: list[str | date] = [str(idea.area.name)] if idea.area else []
    meta.append(timezone.localdate(idea.received_at))
    if supports:
        told = ngettext("%(count)s support", "%(count)s supports", supports)
        meta.append(told % {"count": formats.number(supports)})
    return Line(idea, idea.language if idea.language != reader else "", supports, meta)


def needs(*, visible_to: Actor | None) -> QuerySet[Need]:
    """The needs this reader may see."""
    found = Need.objects.all()
    if policy.may("ideas.save_need", visible_to):
        return found
    return found.filter(publication=Publication.PUBLISHED)


def public_needs() -> QuerySet[Need]:
    """The published needs, each with `idea_count`: how many public ideas it regroups."""
    # Counted for each need that is read; joined, all ideas of all needs would be, before the first is shown.
    public = Idea.objects.filter(PUBLIC, need=OuterRef("pk")).order_by().values("need")
    counted = Subquery(public.annotate(count=Count("pk")).values("count"))
    return needs(visible_to=None).annotate(idea_count=Coalesce(counted, 0))


def support_counts(shown: Iterable[Idea]) -> dict[int, int]:
    """How many people back each of these ideas; one query for a whole page."""
    ids = [idea.pk for idea in shown]
    rows = Support.objects.filter(idea__in=ids).values_list("idea").annotate(count=Count("pk"))
    return dict(rows)


def alike(title: str, language: str) -> list[Line]:
    """Public ideas that look like one with this title, the likest first."""
    ids = search.alike("ideas.idea", title, language=language)
    found = {str(idea.pk): idea for idea in ideas(visible_to=None).filter(pk__in=ids)}
    return lines(found[pk] for pk in ids if pk in found)


def public_name(idea: Idea) -> str:
    """The name the author wants to stand beside the idea; empty for "a citizen"."""
    contact = getattr(idea, "contact", None)
    return contact.name if contact and contact.show_name else ""


def public_names(shown: Iterable[Idea]) -> dict[int, str]:
    """The same for a whole page, in one query."""
    ids = [idea.pk for idea in shown]
    return dict(AuthorContact.objects.filter(idea__in=ids, show_name=True).values_list("idea", "name"))


def path(idea: Idea) -> list[Step]:
    """The states an idea went through, with their dates, and what may follow."""
    steps = _passed(idea)
    passed = [
        step for number, step in enumerate(steps) if not number or step.state != steps[number - 1].state
    ]
    known = [Step(_dated(State(one.state).label, one.day), True, note=one.because) for one in passed[:-1]]
    last = passed[-1] if passed else _Passed(idea.state, "")
    current = Step(_dated(State(idea.state).label, last.day), done=False, current=True, note=last.because)
    ahead = [Step(capfirst(str(label)), done=False) for label in AHEAD.get(idea.state, ())]
    return [*known, current, *ahead]


def stood(idea: Idea, *, without: Collection[str]) -> State:
    """The last state an idea had that is none of these."""
    own = (State(step.state) for step in reversed(_passed(idea)) if step.state not in without)
    return next(own, State.RECEIVED)


@dataclass(frozen=True)
class _Passed:
    """A state an idea came to, when, and why where it went back."""

    state: str
    day: str
    because: Text = field(default_factory=Text)


def _passed(idea: Idea) -> list[_Passed]:
    """Every state an idea went through, as the journal tells it."""
    steps: list[_Passed] = []
    for entry in reversed(journal.entries_of(idea)):
        if "path" in entry.changes:
            steps += [_Passed(state, day) for state, day in entry.changes["path"]]
        elif state := (entry.changes.get("state") or [None])[-1]:
            why = Text.from_json(entry.changes.get("because"))
            steps.append(_Passed(state, timezone.localdate(entry.at).isoformat(), why))
    return steps


def answers_to(idea: Idea) -> frozenset[State]:
    """The states an answer may give an idea now: what a project took up stays where the project brought it."""
    return frozenset({State(idea.state)}) if idea.state in FOLLOWED else ANSWERS


def _dated(label: str | Promise, day: str) -> str:
    return f"{capfirst(str(label))}, {formats.day(date.fromisoformat(day))}" if day else capfirst(str(label))


def queue(*, visible_to: Actor | None, state: str = "", reported: bool = False) -> QuerySet[Idea]:
    """The Office's queue, each idea with whether someone reported it (`reported`).

    `state` is a state, "all", or empty for what waits for an answer and was not reported: what was comes before it.
    What a project took up waits too, as long as it has no answer at all.
    """
    open_reports = Exists(Report.objects.filter(idea=OuterRef("pk"), state=Report.State.OPEN))
    found = ideas(visible_to=visible_to).exclude(visibility=Idea.Visibility.UNCONFIRMED)
    if reported:
        # Named by the few reports: asked of each of thousands of ideas, it would take far longer.
        found = found.filter(pk__in=Report.objects.filter(state=Report.State.OPEN).values("idea"))
    elif not state:
        answered = Exists(Answer.objects.filter(idea=OuterRef("pk")))
        owed = Q(state__in=WAITING) | Q(~answered, state__in=FOLLOWED)
        found = found.filter(PUBLIC, owed, ~open_reports)
    if state and state != "all":
        found = found.filter(state=state)
    return found.annotate(reported=open_reports)


def reported(*, visible_to: Actor | None) -> QuerySet[Idea]:
    """The public ideas that somebody reported and nobody looked at, for the Office; the longest waiting first."""
    found = queue(visible_to=visible_to, reported=True).filter(PUBLIC).order_by("received_at", "pk")
    return found if policy.may("ideas.moderate", visible_to) else found.none()


def desk(reference: str, *, visible_to: Actor | None) -> Desk | None:
    """One idea for the Office: who gave it, what was reported, what was answered."""
    if not policy.may("ideas.read_contact", visible_to):
        return None
    found = Idea.objects.select_related("area", "need", "contact", "author__user").defer("area__boundary")
    idea = found.annotate(support_count=Count("supports")).filter(reference=reference).first()
    if idea is None:
        return None
    return Desk(
        idea,
        getattr(idea, "contact", None),
        list(idea.reports.filter(state=Report.State.OPEN).order_by("at")),
        hasattr(idea.author, "user"),
        list(idea.answers.all()),
    )
