"""Reads of the portal: the programme at a glance, and the map of the site."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef, QuerySet, Value, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from civicthread.ambition import queries as ambition
from civicthread.core import formats, journal, thread
from civicthread.core.models import SearchEntry
from civicthread.core.thread import Kind
from civicthread.ideas import queries as ideas
from civicthread.ideas.models import Answer
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

# Pages without a thing of their own, for the map of the site: URL name and label.
PLACES: tuple[tuple[str, str | Promise], ...] = (
    ("portal:home", _("Home page")),
    *settings.NAVIGATION,
    ("ideas:new", _("Share an idea")),
    ("ideas:needs", _("Needs")),
    ("stakeholders:organisations", _("Organisations")),
    ("indicators:list", _("Indicators")),
    ("dashboard:compare", _("Compare places and periods")),
    ("dashboard:snapshots", _("Yearly snapshots")),
    ("roadmap:roadmap", _("Roadmap")),
    ("governance:decisions", _("Decisions")),
    ("portal:orphans", _("Loose ends")),
    ("core:search", _("Search")),
    *settings.FOOTER,
)
# How many things one sitemap file names: in all languages below the 50,000 addresses a file may hold.
CHUNK = 2_000
SHOWN = 50
ON_TARGET = "portal:indicators-on-target"
# The thread from start to finish: each kind along it, the page that lists it, what it answers.
STRAND: tuple[tuple[str, str, str | Promise], ...] = (
    ("ideas.idea", "ideas:list", _("what people ask for")),
    ("ideas.need", "ideas:needs", _("what they have in common")),
    ("projects.project", "projects:list", _("what is done about it")),
    ("governance.decision", "governance:decisions", _("who decided, and why")),
    ("roadmap.milestone", "roadmap:roadmap", _("when it is delivered")),
    ("indicators.indicator", "indicators:list", _("what it changes")),
    ("datahub.dataset", "datahub:catalogue", _("where the figures come from")),
)
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


def glance() -> list[Figure]:
    """The programme in numbers, as the public sees it: in one query, beside the status of the indicators."""
    public_ideas = ideas.ideas(visible_to=None)
    counted = {
        "all objectives": ambition.objectives(visible_to=None),
        "all projects": projects.projects(visible_to=None),
        "received": public_ideas,
        "answered": public_ideas.filter(Exists(Answer.objects.filter(idea=OuterRef("pk")))),
    }
    counts = journal.kept("portal-counts", lambda: _counts(counted | orphans.rows()))
    on_target, with_status = indicators_on_target()
    objectives, received = counts.get("all objectives", 0), counts.get("received", 0)
    loose = sum(counts.get(name, 0) for name in orphans.TOLD)
    return [
        Figure(
            _("projects"),
            counts.get("all projects", 0),
            reverse("projects:list"),
            _meaning(ngettext("for %(count)s objective", "for %(count)s objectives", objectives), objectives),
        ),
        Figure(
            _("indicators on target"),
            on_target,
            reverse("indicators:list"),
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
            counts.get("answered", 0),
            reverse("ideas:list"),
            _meaning(ngettext("of %(count)s received", "of %(count)s received", received), received),
        ),
        Figure(
            _("loose ends"), loose, reverse("portal:orphans"), gettext("of the thread, still to be joined")
        ),
    ]


def strand() -> list[Figure]:
    """The kinds of things along the thread, in its order, with how many of each are public; in one query."""
    entries = SearchEntry.objects.filter(kind__in=[kind for kind, _list, _words in STRAND]).order_by()
    counted = entries.values_list("kind").annotate(count=Count("object_id", distinct=True))
    counts = journal.kept("portal-strand", lambda: dict(counted))
    return [
        Figure(thread.kinds()[kind].plural, counts.get(kind, 0), reverse(page), str(words))
        for kind, page, words in STRAND
    ]


def _meaning(words: str, count: int) -> str:
    return words % {"count": formats.number(count)}


def orphan_counts() -> dict[str, int]:
    """How many things hang on no thread, by list, in one query."""
    return journal.kept("portal-orphans", lambda: _counts(orphans.rows()))


def indicators_on_target() -> tuple[int, int]:
    """How many public indicators reached their target or are on pace, and how many have a status at all.

    Reading all of them is too much for each visit: the answer is kept for a minute.
    """
    kept = caches["local"].get(ON_TARGET)
    if kept is None:
        found = list(
            indicators.indicators(visible_to=None).exclude(status_method=Indicator.StatusMethod.NONE)
        )
        read = headlines.headlines(found, today=timezone.localdate(), only=headlines.WHOLE)
        grades = [one.status.grade for one in read if one.status]
        kept = sum(grade in GOOD for grade in grades), sum(grade in GRADED for grade in grades)
        caches["local"].set(ON_TARGET, kept, 60)
    on_target, with_status = kept
    return on_target, with_status


def _counts(counted: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many things each of them holds, in one query."""
    first, *others = (_count(what, things) for what, things in counted.items())
    return dict(first.union(*others).values_list("what", "count"))


def _count(what: str, things: QuerySet[Any]) -> QuerySet[Any, Any]:
    plain = things.model._default_manager.filter(pk__in=things.order_by().values("pk"))  # noqa: SLF001
    counted: QuerySet[Any, Any] = plain.order_by().annotate(what=Value(what)).values("what")
    return counted.annotate(count=Count("pk"))  # type: ignore[no-any-return]


def municipalities() -> MapFigure | None:
    """The map of the municipalities, each a link, the darker the more ideas; None where there are none.

    The table tells the ideas and the projects of each.
    """
    if not maps.has_ground():
        return None
    of_ideas, of_projects = journal.kept("portal-municipalities", _of_municipalities)
    rows = [
        [
            {"text": str(area.name), "url": area.get_absolute_url()},
            *(formats.number(counts.get(area.code, 0)) for counts in (of_ideas, of_projects)),
        ]
        for area in maps.by_name(gazetteer().of_level(Area.Level.MUNICIPALITY))
    ]
    columns: list[dict[str, Any]] = [
        {"label": gettext("Municipality")},
        {"label": gettext("Ideas"), "numeric": True},
        {"label": gettext("Projects"), "numeric": True},
    ]
    drawn = maps.overview(title=gettext("Municipalities"), name="municipalities", counts=of_ideas)
    return MapFigure(drawn.svg, columns, rows)


def _of_municipalities() -> tuple[dict[str, int], dict[str, int]]:
    """How many ideas and how many projects each municipality has, by its code."""
    given = ideas.ideas(visible_to=None).filter(area__level=Area.Level.MUNICIPALITY).order_by()
    named = projects.projects(visible_to=None).filter(areas__level=Area.Level.MUNICIPALITY).order_by()
    return (
        dict(given.values_list("area__code").annotate(count=Count("pk"))),
        dict(named.values_list("areas__code").annotate(count=Count("pk"))),
    )


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
    links = [{"url": f"/{entry.language}{entry.url}", "label": entry.title} for entry in entries[:SHOWN]]
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
