"""What the dashboard shows of itself, and what is measured in an area.

A snapshot is linked to nothing: it would tie every figure to every other.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from civicthread.core.addresses import address
from civicthread.core.text import Text
from civicthread.core.thread import Kind, Link
from civicthread.dashboard import queries
from civicthread.dashboard.models import Snapshot
from civicthread.indicators import queries as indicators
from civicthread.indicators.figures import told_in_short
from civicthread.indicators.models import Indicator, Value
from civicthread.territory.models import Area


def title(snapshot: Snapshot) -> Text:
    """What a snapshot is called in each language of the city."""
    found = {}
    for language in settings.CITY.languages:
        with override(language):
            found[language] = gettext("The figures of %(year)s") % {"year": snapshot.year}
    return Text.of(found)


KINDS = (
    Kind(
        model=Snapshot,
        label=_("yearly snapshot"),
        plural=_("yearly snapshots"),
        title=title,
        url=lambda snapshot: snapshot.get_absolute_url(),
        visible=lambda by: queries.snapshots(visible_to=by),
        summary=lambda snapshot: snapshot.note,
        dated=lambda snapshot: snapshot.day,
    ),
)


def _measured() -> QuerySet[Value]:
    """The published figures, one for each place and indicator."""
    return indicators.published_values(Indicator.objects.all()).filter(breakdown_key="").order_by().distinct()


def _measured_in_all() -> QuerySet[Value]:
    """The same of the whole territory, which no figure names: under its area."""
    region = Area.objects.filter(level=Area.Level.REGION).order_by("code").values("pk")[:1]
    return _measured().filter(area__isnull=True).annotate(place=Subquery(region))


def _is_all(area: Area) -> bool:
    return area.level == Area.Level.REGION


def _figures(area: Area, which: list[Any]) -> Mapping[Any, str]:
    """The latest figure that each of these indicators has of an area."""
    place = {"area__isnull": True} if _is_all(area) else {"area": area}
    found = indicators.published_values(Indicator.objects.filter(pk__in=which)).filter(
        breakdown_key="", **place
    )
    return {value.indicator_id: told_in_short(value) for value in found.select_related("indicator")}


def _list(area: Area) -> str:
    """The dashboard: narrowed to the area, or as it is for the whole territory."""
    home = address("dashboard:dashboard")
    return home if _is_all(area) else f"{home}?area={area.code}"


def _link(through: Callable[[], QuerySet[Value]], source: str, leaves: Callable[[Area], bool]) -> Link:
    return Link(
        earlier="territory.area",
        later="indicators.indicator",
        through=through,
        source=source,
        target="indicator_id",
        led=_("measured by"),
        came=_("measures"),
        listed=_list,
        notes=_figures,
        leaves=leaves,
    )


LINKS = (
    _link(_measured, "area_id", leaves=lambda area: not _is_all(area)),
    _link(_measured_in_all, "place", leaves=_is_all),
)
