"""The dashboard in words and drawings: the state at a glance, groups, cards and rows of indicators."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import chart_specs, charts, formats
from civicthread.dashboard import queries
from civicthread.dashboard.queries import Filters, Group
from civicthread.dashboard.standing import NOT_JUDGED, Programme, Standing, summed
from civicthread.indicators import figures, judging, words
from civicthread.indicators.figures import Told
from civicthread.indicators.models import Indicator
from civicthread.indicators.queries import Reading
from civicthread.methods import periods

STATUS_WORDS: Mapping[str, str | Promise] = {
    **{str(grade): word for grade, word in words.GRADES.items()},
    NOT_JUDGED: _("not judged"),
}
BY_WORDS: Mapping[str, str | Promise] = {
    "direction": _("by strategic direction"),
    "objective": _("by objective"),
    "project": _("by project"),
    "area": _("by area"),
    "owner": _("by organisation that answers for it"),
    "body": _("by body that decided"),
}
NONE_WORDS: Mapping[str, str | Promise] = {
    "direction": _("Without a strategic direction"),
    "objective": _("For no objective"),
    "project": _("For no project"),
    "owner": _("Nobody named yet"),
    "body": _("No decision yet"),
}
SHOWN = 3
"""How many cards stand for a group; its own page shows all."""

STRIP = 600.0
"""The width of the strip that shows the shares of the statuses, in its own units."""


@dataclass(frozen=True)
class Part:
    """One status at a glance: how many, and where in the strip."""

    state: str
    label: str | Promise
    count: int
    url: str
    start: str
    width: str


@dataclass(frozen=True)
class Card:
    """One indicator on the dashboard."""

    indicator: Indicator
    told: Told
    spark: SafeString
    url: str
    note: str


@dataclass(frozen=True)
class Shelf:
    """A group on the dashboard: its name, its state at a glance, its first cards, and where all of them stand."""

    title: Any
    url: str
    own_url: str
    parts: list[Part]
    count: int
    cards: list[Card]


def glance(standings: Iterable[Standing], filters: Filters, *, by: str = "") -> list[Part]:
    """How many indicators have each status, each a link to them; none where there are none."""
    counts = queries.counts(standings)
    total, start, parts = sum(counts.values()) or 1, 0.0, []
    home = reverse("dashboard:dashboard")
    for name, count in counts.items():
        width = STRIP * count / total
        address = filters.address(status=name, **({"by": by} if by else {}))
        url = f"{home}?{address}"
        label = STATUS_WORDS[name]
        part = Part(name, label, count, url, f"{start:.1f}", f"{width:.1f}")
        parts.append(part)
        start += width
    return parts


def median(standings: Iterable[Standing]) -> str:
    """The median of the capped shares of target in a sentence; nothing where no indicator has one."""
    found = summed(standings)
    if found.median_share is None:
        return ""
    told = ngettext(
        "Median share of the target: %(share)s (%(count)s indicator with a grade, counted to 100 %% at most).",
        "Median share of the target: %(share)s (%(count)s indicators with a grade, each counted to 100 %% at most).",
        found.shares,
    )
    return told % {"share": formats.percent(found.median_share), "count": formats.number(found.shares)}


def shelf(group: Group, by: str, filters: Filters) -> Shelf:
    """A group with its first cards."""
    count = len(group.standings)
    if group.name is None:
        return Shelf(
            NONE_WORDS[by],
            "",
            "",
            glance(group.standings, filters),
            count,
            cards(group.first[:SHOWN], f"{by}-none"),
        )
    own = Filters(**{**filters.__dict__, by: group.name.code})
    url = f"{reverse('dashboard:dashboard')}?{own.address()}"
    return Shelf(
        group.name.title,
        url,
        group.name.url,
        glance(group.standings, own),
        count,
        cards(group.first[:SHOWN], f"{by}-{group.name.code}"),
    )


def cards(standings: Iterable[Standing], place: str = "all") -> list[Card]:
    """The indicators as cards; `place` keeps the names of the drawings apart where one stands twice on a page."""
    return [
        Card(
            one.indicator,
            figures.told(one.reading),
            spark(one.reading, f"{place}-{one.indicator.code}"),
            one.indicator.get_absolute_url(),
            note(one.reading),
        )
        for one in standings
    ]


def note(reading: Reading) -> str:
    """The target and its date, in a few words."""
    told = figures.target(reading)
    if not told:
        return ""
    return gettext("target %(value)s %(when)s") % {
        "value": told["target_value"],
        "when": told["target_date"],
    }


def spark(reading: Reading, name: str) -> SafeString:
    """The course of the last figures as high as a line of text; nothing before there are two."""
    points = [chart_specs.Point(periods.parse(v.period).start, v.value) for v in reading.series]
    if len(points) < 2:
        return SafeString("")
    title = gettext("%(title)s, %(first)s to %(last)s") % {
        "title": reading.indicator.title,
        "first": formats.period(reading.series[0].period),
        "last": formats.period(reading.series[-1].period),
    }
    return charts.draw(chart_specs.sparkline(points), name=f"spark-{name}", title=title)


def bullet(reading: Reading) -> SafeString:
    """The latest figure on the way to its target; nothing without both, or where less than nothing is measured."""
    latest, goal = reading.latest, reading.target
    if latest is None or goal is None or latest.value is None or min(latest.value, goal.value) < 0:
        return SafeString("")
    indicator = reading.indicator
    spec = chart_specs.bullet(latest.value, target=goal.value, thresholds=thresholds(indicator, goal.value))
    title = gettext("%(title)s: %(value)s, target %(target)s") % {
        "title": indicator.title,
        "value": formats.figure(latest.value, indicator.decimals),
        "target": formats.figure(goal.value, indicator.decimals),
    }
    return charts.draw(spec, name=f"bullet-{indicator.code}", title=title)


def thresholds(indicator: Indicator, target: float) -> Sequence[float]:
    """The figures at which the indicator is judged otherwise, where its method judges the share of the target."""
    by_share = indicator.status_method == Indicator.StatusMethod.SHARE_OF_TARGET
    if not by_share or indicator.good != Indicator.Good.UP:
        return ()
    cuts = judging.cuts(indicator)
    return cuts.behind * target, cuts.on_pace * target


@dataclass(frozen=True)
class Row:
    """One indicator in the table: its figure, its bullet, its target, its course."""

    card: Card
    target: str
    bullet: SafeString


def rows(standings: Iterable[Standing]) -> list[Row]:
    """The indicators as rows of a table."""
    return [
        Row(card, figures.target(one.reading).get("target_value", ""), bullet(one.reading))
        for card, one in zip(cards(standings), standings, strict=True)
    ]


def areas(standings: Sequence[Standing], programme: Programme, filters: Filters) -> list[dict[str, Any]]:
    """Each area with how many of these indicators have figures of it, by name."""
    found = []
    for name in programme.names["area"].values():
        count = sum(name.code in one.groups["area"] for one in standings)
        if count:
            url = f"{reverse('dashboard:dashboard')}?{filters.address(area=name.code)}"
            found.append({"name": name, "count": count, "url": url})
    return found
