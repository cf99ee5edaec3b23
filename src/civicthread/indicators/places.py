"""Where a figure stands: its period, the area a name or code means, its breakdown."""

from collections.abc import Iterable
from typing import NamedTuple

from civicthread.core.errors import Refused
from civicthread.indicators import words
from civicthread.indicators.computing import Figure
from civicthread.indicators.models import Value
from civicthread.territory.models import Area
from civicthread.territory.places import Gazetteer, gazetteer

LONGEST_KEY = 200


class Place(NamedTuple):
    """What tells the figures of one indicator apart. `area` None is the whole territory."""

    period: str
    area: int | None
    breakdown: str

    @classmethod
    def of(cls, value: Value) -> "Place":
        """Where a kept figure stands."""
        return cls(value.period, value.area_id, value.breakdown_key)


def placed(figures: Iterable[Figure], *, level: str) -> dict[Place, tuple[Figure, Area | None]]:
    """Each figure at its place; refused where an area is unknown, or where two figures claim one place.

    BE1 and BE10 are one territory: two rows for it are two values for one place, and never added up.
    """
    given = list(figures)
    areas = _areas({figure.area for figure in given}, level)
    found: dict[Place, tuple[Figure, Area | None]] = {}
    for figure in given:
        area = areas[figure.area]
        place = Place(figure.period, area.pk if area else None, _key(figure.breakdown))
        if place in found:
            raise _two_values(found[place][0], figure, place=f"{area or ''} {place.breakdown}".strip())
        found[place] = figure, area
    return found


def _two_values(one: Figure, other: Figure, *, place: str) -> Refused:
    if one.area and other.area and one.area != other.area:
        return words.refused("two-spellings", one=one.area, other=other.area, period=one.period)
    return words.refused("two-values", place=f"{one.period} {place}".strip())


def _areas(texts: set[str], level: str) -> dict[str, Area | None]:
    """The area that each text means; None for the whole territory, which is also what no text means."""
    known = gazetteer() if texts - {""} else None
    return {text: _resolved(known, text, level) if known and text else None for text in texts}


def _resolved(known: Gazetteer, text: str, level: str) -> Area | None:
    area = known.find(text, level=level) or known.find(text, level=Area.Level.REGION)
    if area is None:
        raise words.refused("area-unknown", area=text)
    return below_the_whole(area)


def below_the_whole(area: Area | None) -> Area | None:
    """The area, unless it is the whole territory: that one has no area, so that it stands in one place only."""
    return None if area is None or area.level == Area.Level.REGION else area


def _key(breakdown: Iterable[tuple[str, str]]) -> str:
    key = "; ".join(f"{name}={value}" for name, value in breakdown)
    if len(key) > LONGEST_KEY:
        raise words.refused("breakdown-too-long", most=LONGEST_KEY)
    return key
