"""Reads of the territory."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from civicthread.core.addresses import address
from civicthread.territory import places
from civicthread.territory.models import Area


@dataclass(frozen=True)
class Name:
    """What an area is called in one language."""

    language: str
    code: str
    text: str


def areas(level: str = "") -> QuerySet[Area]:
    """The areas of a level, or all, without their boundaries (which are large)."""
    found = Area.objects.select_related("parent").defer("boundary", "parent__boundary").order_by("code")
    return found.filter(level=level) if level else found


def region() -> Area | None:
    """The whole territory, where the city has named it."""
    return next(iter(places.gazetteer().of_level(Area.Level.REGION)), None)


def parts(area: Area, *, among: places.Gazetteer) -> list[Area]:
    """The areas that lie directly in this one."""
    return [part for part in among.by_code.values() if part.parent == area]


def list_of(name: str, area: Area) -> str:
    """The address of a list, narrowed to a municipality; of other areas no list knows."""
    return f"{address(name)}?area={area.code}" if area.level == Area.Level.MUNICIPALITY else ""


def names(area: Area) -> list[Name]:
    """The area's name in each language of the city that has one."""
    languages = dict(settings.LANGUAGES)
    return [Name(name, code, area.name[code].text) for code, name in languages.items() if code in area.name]
