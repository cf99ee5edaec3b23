"""A city after ten busy years: many ideas, projects and indicators beside the demonstration's, always the same ones.

It is written beside the demonstration that stands in DATA_DIR, once Django is set up.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from civicthread.ambition.models import Objective
from civicthread.core import journal, search
from civicthread.core.models import Actor, JournalEntry, SearchEntry
from civicthread.core.publishing import Publication
from civicthread.core.text import Text
from civicthread.datahub.models import Frequency
from civicthread.ideas.models import Answer, AuthorContact, Idea, Need, Support
from civicthread.indicators.models import Indicator, Target, Value
from civicthread.projects.models import Project
from civicthread.roadmap.models import Milestone
from civicthread.stakeholders.models import Organisation
from civicthread.territory.models import Area

IDEAS_PER_PROJECT, IDEAS_PER_INDICATOR, IDEAS_PER_NEED, IDEAS_PER_PERSON = 25, 100, 100, 5
YEARS = range(2016, 2026)
WORDS = (
    "vélo banc arbre école quartier place rue lumière ombre fontaine passage tram métro commune données réseau capteur "
    "air eau énergie déchets compost jardin marché bibliothèque atelier formation guichet accès trottoir sécurité"
).split()
BATCH = 1000
chance = random.Random(2026)


def main(ideas: int) -> None:
    """Fill the records; the same number gives the same city."""
    with transaction.atomic():
        given = make_ideas(ideas)
        figures = make_indicators(ideas // IDEAS_PER_INDICATOR)
        make_projects(ideas // IDEAS_PER_PROJECT, given, figures)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def words(count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count)).capitalize()


def text(count: int) -> Text:
    """Words in every language of the city."""
    return Text.of({language: words(count) for language in settings.CITY.languages})


def moments(count: int) -> Iterator[datetime]:
    """So many moments of ten years, in their order."""
    start = datetime(YEARS[0], 1, 1, tzinfo=UTC)
    for number in range(count):
        yield start + timedelta(days=3652 * number / count, minutes=chance.randrange(600))


def keep(rows: Iterable[Any]) -> list[Any]:
    """Write rows of one table; they come back with their numbers."""
    made = list(rows)
    return type(made[0]).objects.bulk_create(made, batch_size=BATCH) if made else []


def findable(things: list[Any]) -> None:
    """Put published things into the search index."""
    entries = (entry for thing in things for entry in search.entries(thing))
    SearchEntry.objects.bulk_create(entries, batch_size=BATCH)


def journaled(things: Iterable[Model], verb: str, state: str, by: Actor) -> None:
    """The entry of each thing that the path of an idea and the list of changes read."""
    keep(
        JournalEntry(
            at=getattr(thing, "received_at", None) or thing.published_at,  # type: ignore[attr-defined]
            actor=by,
            verb=verb,
            kind=thing._meta.label_lower,  # noqa: SLF001
            object_id=str(thing.pk),
            public=True,
            changes={"state": [None, state]} if state else {},
        )
        for thing in things
    )


def make_ideas(count: int) -> list[Idea]:
    """Ideas with their authors, needs, answers and supports."""
    people = keep(Actor(label="") for _ in range(count // IDEAS_PER_PERSON))
    areas = [*Area.objects.filter(level=Area.Level.MUNICIPALITY).only("pk", "code", "name"), None]
    needs = keep(need(number) for number in range(count // IDEAS_PER_NEED))
    ideas: list[Idea] = keep(
        idea(number, at, author=chance.choice(people), area=chance.choice(areas), needs=needs)
        for number, at in enumerate(moments(count))
    )
    keep(
        AuthorContact(idea=one, email=f"author{one.pk}@example.org", name="A", show_name=False)
        for one in ideas
    )
    answered = [one for one in ideas if one.state not in (Idea.State.RECEIVED, Idea.State.IN_ANALYSIS)]
    states = {Idea.State.IN_PROJECT: Idea.State.RETAINED, Idea.State.DELIVERED: Idea.State.RETAINED}
    keep(
        Answer(
            idea=one,
            number=1,
            state=states.get(Idea.State(one.state), one.state),
            text=text(25),
            by=people[0],
            at=one.received_at + timedelta(days=chance.randrange(1, 60)),
        )
        for one in answered
    )
    keep(
        Support(idea=one, actor=backer, at=one.received_at)
        for one in ideas
        for backer in chance.sample(people, k=min(len(people), chance.choice([0, 0, 1, 3, 12])))
    )
    journaled(ideas, "ideas.submit", Idea.State.RECEIVED, journal.system())
    findable([*needs, *ideas])
    return ideas


def need(number: int) -> Need:
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    return Need(
        reference=f"NEED-2020-{number + 5000}",
        title=text(5),
        description=text(40),
        publication=Publication.PUBLISHED,
        published_at=at,
    )


def idea(number: int, at: datetime, *, author: Actor, area: Area | None, needs: list[Need]) -> Idea:
    title = f"{words(5)} {number}"
    state = chance.choice(Idea.State.values)
    return Idea(
        reference=f"IDEA-{at.year}-{number + 5000}",
        title=title,
        text=words(80),
        language=chance.choice(settings.CITY.languages),
        author=author,
        state=state,
        need=chance.choice(needs) if state == Idea.State.MERGED else None,
        visibility=Idea.Visibility.PUBLIC,
        area=area,
        received_at=at,
        published_at=at,
        sort_title=search.folded(title),
    )


def make_indicators(count: int) -> list[Indicator]:
    """Indicators of ten years: by turns one figure a year, a quarter, a month; each with a target."""
    owners = list(Organisation.objects.all())
    indicators: list[Indicator] = keep(indicator(number, chance.choice(owners)) for number in range(count))
    by = journal.system()
    keep(figure(one, period, end, by) for one in indicators for period, end in periods(one.frequency))
    keep(Target(indicator=one, period="2030", due=date(2030, 12, 31), value=150.0) for one in indicators)
    journaled(indicators, "indicators.publish", "", by)
    findable(indicators)
    return indicators


def indicator(number: int, owner: Organisation) -> Indicator:
    frequency = (Frequency.YEARLY, Frequency.QUARTERLY, Frequency.MONTHLY)[number % 3]
    return Indicator(
        reference=f"IND-2016-{number + 5000}",
        code=f"crowd-{number}",
        title=text(5),
        description=text(30),
        unit=Text.of(dict.fromkeys(settings.CITY.languages, "%")),
        good=Indicator.Good.UP,
        status_method=Indicator.StatusMethod.SHARE_OF_TARGET,
        frequency=frequency,
        owner=owner,
        publication=Publication.PUBLISHED,
        published_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
    )


def periods(frequency: str) -> Iterator[tuple[str, date]]:
    """The periods of ten years, each with its last day."""
    months = {Frequency.YEARLY: 12, Frequency.QUARTERLY: 3, Frequency.MONTHLY: 1}[Frequency(frequency)]
    for year in YEARS:
        for month in range(months, 13, months):
            end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            yield {12: f"{year}", 3: f"{year}-Q{month // 3}", 1: f"{year}-{month:02}"}[months], end


def figure(of: Indicator, period: str, end: date, by: Actor) -> Value:
    at = datetime(end.year, end.month, end.day, tzinfo=UTC)
    return Value(
        indicator=of,
        period=period,
        period_end=end,
        value=round(100 + chance.gauss(0, 15), 1),
        origin=Value.Origin.REPORTED,
        source={"publisher": "Example", "url": "https://example.org/figures"},
        approval=Value.Approval.APPROVED,
        approved_at=at,
        approved_by=by,
        recorded_at=at,
    )


def make_projects(count: int, ideas: list[Idea], indicators: list[Indicator]) -> None:
    """Projects joined to ideas, objectives, directions and indicators, each with two milestones."""
    owners, objectives = list(Organisation.objects.all()), list(Objective.objects.all())
    projects: list[Project] = keep(project(number, chance.choice(owners)) for number in range(count))
    taken = [one for one in ideas if one.state in (Idea.State.IN_PROJECT, Idea.State.DELIVERED)]
    chosen = {one.pk: chance.choice(objectives) for one in projects}
    join(Project.objectives, {one: [chosen[one.pk].pk] for one in projects})
    join(Project.directions, {one: [chosen[one.pk].direction_id] for one in projects})
    join(Project.indicators, {one: pks(indicators, 2) for one in projects})
    join(Project.ideas, {one: pks(taken, 7) for one in projects})
    milestones = keep(milestone(one, step) for one in projects for step in (1, 2))
    journaled(projects, "projects.publish", "", journal.system())
    findable([*projects, *milestones])


def pks(among: list[Any], most: int) -> list[int]:
    return [thing.pk for thing in chance.sample(among, k=min(len(among), chance.randrange(most + 1)))]


def join(field: Any, joined: dict[Project, list[int]]) -> None:
    """Fill the table between projects and other things."""
    through, target = field.through, field.field.m2m_reverse_field_name()
    keep(through(project_id=one.pk, **{f"{target}_id": pk}) for one, found in joined.items() for pk in found)


def project(number: int, owner: Organisation) -> Project:
    start = chance.choice(YEARS)
    return Project(
        reference=f"PROJ-{start}-{number + 5000}",
        code=f"crowd-{number}",
        title=text(5),
        summary=text(30),
        description=text(120),
        owner=owner,
        state=chance.choice(Project.State.values),
        state_as_of="2026",
        nature=chance.choice(Project.Nature.values),
        start=str(start),
        end=str(start + 3),
        budget=chance.randrange(10_000, 5_000_000),
        budget_kind=Project.BudgetKind.TOTAL,
        publication=Publication.PUBLISHED,
        published_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
    )


def milestone(of: Project, step: int) -> Milestone:
    year = int(of.start) + step
    return Milestone(
        reference=f"MILE-{year}-{of.pk * 2 + step + 50_000}",
        code=f"{of.code}-{step}",
        project=of,
        title=text(4),
        planned=str(year),
        due=date(year, 12, 31),
        publication=Publication.PUBLISHED,
        published_at=of.published_at,
    )
