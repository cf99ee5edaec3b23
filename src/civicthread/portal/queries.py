"""Reads of the portal: the programme at a glance, and the map of the site."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Value, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats, journal, thread
from civicthread.core.models import SearchEntry
from civicthread.core.text import brief
from civicthread.core.thread import Kind
from civicthread.ideas import queries as ideas
from civicthread.indicators import headlines
from civicthread.indicators import queries as indicators
from civicthread.indicators.models import Indicator
from civicthread.methods.status import Grade
from civicthread.portal import orphans
from civicthread.projects import queries as projects
from civicthread.territory import maps
from civicthread.territory.maps import MapFigure
from civicthread.territory.models import Area
from civicthread.territory.places import gazetteer
from civicthread.territory.queries import list_of

# Pages without a thing of their own, for the map of the site: URL name and label.
PLACES: tuple[tuple[str, str | Promise], ...] = (
    ("portal:home", _("Home page")),
    *settings.NAVIGATION,
    ("ideas:new", _("Share an idea")),
    ("ideas:needs", _("Needs")),
    ("dashboard:compare", _("Compare places and periods")),
    ("dashboard:snapshots", _("Yearly snapshots")),
    ("portal:orphans", _("Loose ends")),
    ("core:search", _("Search")),
    *settings.FOOTER,
)
# How many things one sitemap file names: in all languages below the 50,000 addresses a file may hold.
CHUNK = 2_000
SHOWN = 50
IDEA, PROJECT, OBJECTIVE = "ideas.idea", "projects.project", "ambition.objective"
MAPPED = (IDEA, PROJECT, "territory.area")
# The thread from start to finish: each kind along it, the page that lists it, what it answers.
STRAND: tuple[tuple[str, str, str | Promise], ...] = (
    (IDEA, "ideas:list", _("what people ask for")),
    ("ideas.need", "ideas:needs", _("what they have in common")),
    (PROJECT, "projects:list", _("what is done about it")),
    ("governance.decision", "governance:decisions", _("who decided, and why")),
    ("roadmap.milestone", "roadmap:roadmap", _("when it is delivered")),
    ("indicators.indicator", "indicators:list", _("what it changes")),
    ("datahub.dataset", "datahub:catalogue", _("where the figures come from")),
)
COUNTED = (OBJECTIVE, *(step[0] for step in STRAND))
GOOD = frozenset({Grade.ACHIEVED, Grade.ON_PACE})
GRADED = GOOD | {Grade.BEHIND, Grade.AWAY}


@dataclass(frozen=True)
class Figure:
    """One number of the programme at a glance."""

    label: str | Promise
    value: int
    url: str
    meaning: str = ""


@dataclass(frozen=True)
class Group:
    """Public things of one kind, on the map of the site."""

    label: str | Promise
    links: list[dict[str, str]]
    more: bool


@dataclass(frozen=True)
class Home:
    """What the first page tells of the whole programme: how many things of each kind there are, and where.

    `on_target`: how many public indicators reached their target or are on pace today, and how many have a status.
    """

    counts: Mapping[str, int]
    on_target: tuple[int, int]
    map: MapFigure | None


def home() -> Home:
    """The programme at a glance; each part is kept until something is done to what it is made of."""
    newest, today, language = journal.latest(), timezone.localdate(), get_language()
    return Home(
        counts(newest=newest),
        journal.kept(f"portal-on-target-{today}", _on_target, kinds=headlines.WRITTEN, newest=newest),
        journal.kept(f"portal-map-{language}", _municipalities, kinds=MAPPED, newest=newest),
    )


def counts(*, newest: int | None = None) -> Mapping[str, int]:
    """How many things of each kind the public sees, and by list how many hang on no thread; kept until one changes."""
    return journal.kept("portal-counts", lambda: _counts(_counted()), kinds=COUNTED, newest=newest)


def _counted() -> dict[str, QuerySet[Any]]:
    return {kind: thread.kinds()[kind].visible(None) for kind in COUNTED} | orphans.rows()


def glance(found: Home) -> list[Figure]:
    """The programme in numbers, as the public sees it, with the status of the indicators."""
    counts, (on_target, with_status) = found.counts, found.on_target
    objectives, received = counts.get(OBJECTIVE, 0), counts.get(IDEA, 0)
    loose = sum(counts.get(name, 0) for name in orphans.TOLD)
    return [
        Figure(
            _("projects"),
            counts.get(PROJECT, 0),
            reverse("projects:list"),
            _meaning(ngettext("for %(count)s objective", "for %(count)s objectives", objectives), objectives),
        ),
        Figure(
            _("indicators on target or on pace"),
            on_target,
            reverse("dashboard:dashboard"),
            _meaning(
                ngettext(
                    "of %(count)s with a target and recent figures",
                    "of %(count)s with a target and recent figures",
                    with_status,
                ),
                with_status,
            ),
        ),
        Figure(
            _("ideas answered"),
            received - counts.get("ideas", 0),
            reverse("ideas:list"),
            _meaning(ngettext("of %(count)s received", "of %(count)s received", received), received),
        ),
        Figure(
            _("loose ends"), loose, reverse("portal:orphans"), gettext("of the thread, still to be joined")
        ),
    ]


def strand(counts: Mapping[str, int]) -> list[Figure]:
    """The kinds of things along the thread, in its order, with how many of each are public."""
    return [
        Figure(thread.kinds()[kind].plural, counts.get(kind, 0), reverse(page), str(words))
        for kind, page, words in STRAND
    ]


def _meaning(words: str, count: int) -> str:
    """What a number is out of; nothing where there is nothing yet: "0, of 0 received" says less than "0"."""
    return words % {"count": formats.number(count)} if count else ""


def _on_target() -> tuple[int, int]:
    judged = indicators.indicators(visible_to=None).exclude(status_method=Indicator.StatusMethod.NONE)
    found = headlines.statuses(judged, today=timezone.localdate())
    grades = [status.grade for status in found if status]
    return sum(grade in GOOD for grade in grades), sum(grade in GRADED for grade in grades)


def _counts(counted: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many things each of them holds, in one query."""
    first, *others = (_count(what, things) for what, things in counted.items())
    return dict(first.union(*others, all=True))


def _count(what: str, things: QuerySet[Any]) -> QuerySet[Any, Any]:
    counted = things.order_by().annotate(what=Value(what)).values("what").annotate(count=Count("pk"))
    return counted.values_list("what", "count")  # type: ignore[no-any-return]


def _municipalities() -> MapFigure | None:
    """The map of the municipalities, each a link, the darker the more ideas; None where there are none.

    The table tells the ideas and the projects of each.
    """
    places = gazetteer()
    if not maps.has_ground(places):
        return None
    of_ideas, of_projects = _of_municipalities()
    rows = [
        [
            {"text": str(area.name), "url": area.get_absolute_url()},
            _linked(of_ideas.get(area.code, 0), list_of("ideas:list", area)),
            _linked(of_projects.get(area.code, 0), list_of("projects:list", area)),
        ]
        for area in maps.by_name(places.of_level(Area.Level.MUNICIPALITY))
    ]
    columns: list[dict[str, Any]] = [
        {"label": gettext("Municipality")},
        {"label": gettext("Ideas"), "numeric": True},
        {"label": gettext("Projects"), "numeric": True},
    ]
    drawn = maps.overview(title=gettext("Municipalities"), name="municipalities", counts=of_ideas)
    return replace(drawn, columns=columns, rows=rows)


def _linked(count: int, url: str) -> Any:
    """A number that leads to what it counts, where there is something."""
    return {"text": formats.number(count), "url": url} if count else formats.number(count)


def _of_municipalities() -> tuple[dict[str, int], dict[str, int]]:
    """How many public ideas and projects name each municipality, by its code; in one query."""
    given = _by_area("ideas", ideas.ideas(visible_to=None), "area")
    named = _by_area("projects", projects.projects(visible_to=None), "areas")
    found: dict[str, dict[str, int]] = {"ideas": {}, "projects": {}}
    for what, code, count in given.union(named, all=True):
        found[what][code] = count
    return found["ideas"], found["projects"]


def _by_area(what: str, things: QuerySet[Any], place: str) -> QuerySet[Any, Any]:
    inside = things.filter(**{f"{place}__level": Area.Level.MUNICIPALITY}).order_by()
    counted = inside.annotate(what=Value(what)).values("what", f"{place}__code").annotate(count=Count("pk"))
    return counted.values_list("what", f"{place}__code", "count")  # type: ignore[no-any-return]


def groups(language: str) -> list[Group]:
    """The first public things of each kind by title, for the page that maps the site; in one query."""
    place = Window(RowNumber(), partition_by="kind", order_by=["folded_title", "id"])
    entries = SearchEntry.objects.filter(language=language).annotate(place=place)
    entries = entries.filter(place__lte=SHOWN + 1)
    found: dict[str, list[SearchEntry]] = {kind: [] for kind in thread.kinds()}
    for entry in entries.order_by("folded_title", "id"):
        if entry.kind in found:
            found[entry.kind].append(entry)
    return [_group(thread.kinds()[kind], things) for kind, things in found.items() if things]


def _group(kind: Kind, entries: list[SearchEntry]) -> Group:
    names = Counter(entry.title for entry in entries)
    links = [
        {
            "url": f"/{entry.language}{entry.url}",
            "label": entry.title,
            # Several milestones are called "Launch": what is said of them tells them apart.
            "note": brief(entry.summary, 12) if names[entry.title] > 1 else "",
        }
        for entry in entries[:SHOWN]
    ]
    return Group(kind.plural, links, len(entries) > SHOWN)


def sitemaps() -> list[str]:
    """The names of all sitemap files: one for the places, and for each kind as many as it fills."""
    names = ["places"]
    for kind, count in _counts({name: kind.visible(None) for name, kind in thread.kinds().items()}).items():
        names += [f"{kind}-{number}" for number in range(1, -(-count // CHUNK) + 1)]
    return names


def sitemap(name: str) -> list[dict[str, str]] | None:
    """Each page of one sitemap file by language; None when there is no such file."""
    if name == "places":
        return [_by_language(lambda url_name=url_name: reverse(url_name)) for url_name, _label in PLACES]
    kind_name, _dash, number = name.rpartition("-")
    kind = thread.kinds().get(kind_name)
    if kind is None or not number.isascii() or not number.isdigit() or not 0 < len(number) < 7:
        return None
    start = (int(number) - 1) * CHUNK
    things = kind.visible(None).order_by("pk")[start : start + CHUNK] if start >= 0 else []
    return [_by_language(lambda thing=thing: kind.url(thing)) for thing in things] or None


def _by_language(address: Any) -> dict[str, str]:
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found[language] = settings.BASE_URL + address()
    return found


def languages_for(accepted: str) -> Iterator[str]:
    """The city's languages, first those the reader's browser asks for, then by code."""
    weights: dict[str, float] = {}
    for part in accepted.split(",")[:20]:
        tag, _semicolon, parameter = part.strip().partition(";")
        weights.setdefault(tag[:2].lower(), _weight(parameter))
    known = sorted(settings.CITY.languages)
    return iter(sorted(known, key=lambda code: -weights.get(code, 0)))


def _weight(parameter: str) -> float:
    """The preference of a language as the browser writes it: "q=0.8"; none means 1, nonsense 0."""
    if not parameter:
        return 1.0
    number = parameter.strip().removeprefix("q=")
    return float(number) if number.replace(".", "", 1).isdecimal() and number.isascii() else 0.0
