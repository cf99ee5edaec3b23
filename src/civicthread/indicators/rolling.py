"""The figure of the whole territory from those of its areas, where the method says so and the query gives none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from civicthread.indicators import words
from civicthread.indicators.computing import Figure
from civicthread.indicators.models import MethodVersion
from civicthread.indicators.places import Place
from civicthread.indicators.proposing import Placed
from civicthread.methods.rollup import NoRatio, Part, RollUp, Whole, whole
from civicthread.territory.models import Area
from civicthread.territory.places import gazetteer

if TYPE_CHECKING:
    from civicthread.lake.query import CheckedQuery

# So many periods are told whose whole is not known; a run is not the place for a long list.
MOST_TOLD = 20


@dataclass(frozen=True)
class Rolled:
    """The figures with those of the whole territory; `incomplete`: where there is none, and which areas are missing."""

    figures: Placed
    incomplete: Mapping[str, list[str]] = field(default_factory=dict)


def checked(by: str, query: "CheckedQuery") -> str:
    """The roll-up, refused where the query does not give what it adds up."""
    needed = {
        MethodVersion.RollUp.SUM: {"area"},
        MethodVersion.RollUp.RATIO: {"area", "numerator", "denominator"},
    }
    wanted = needed.get(MethodVersion.RollUp(by), set())
    if missing := sorted(wanted - {column.name for column in query.columns}):
        raise words.refused("nothing-to-roll-up", missing=", ".join(missing))
    return by


def rolled(figures: Placed, *, by: str, level: str) -> Rolled:
    """Add the whole territory to each period and group whose areas are all known.

    Areas of one level alone are added up, each once: a figure stands at the area it means, under whatever code. What
    the query says of the whole territory itself stands as it is.
    """
    if by == MethodVersion.RollUp.NONE:
        return Rolled(figures)
    parts = {area.code for area in gazetteer().of_level(level or Area.Level.MUNICIPALITY)}
    added: dict[Place, tuple[Figure, Area | None]] = {}
    incomplete: dict[str, list[str]] = {}
    for place, group in _groups(figures, parts).items():
        found = _whole(group, parts, by)
        if found.missing:
            incomplete[f"{place.period} {place.breakdown}".strip()] = list(found.missing)
        else:
            added[place] = _figure(group, found.figure), None
    told = sorted(incomplete.items(), reverse=True)[:MOST_TOLD]
    return Rolled({**figures, **added}, dict(told))


def _groups(figures: Placed, parts: set[str]) -> dict[Place, dict[str, Figure]]:
    """The figures of the parts by the place their whole would stand at, where nothing stands yet."""
    found: dict[Place, dict[str, Figure]] = {}
    for place, (figure, area) in figures.items():
        upper = Place(place.period, None, place.breakdown)
        if area and area.code in parts and upper not in figures:
            found.setdefault(upper, {})[area.code] = figure
    return found


def _whole(group: Mapping[str, Figure], parts: set[str], by: str) -> Whole:
    known = {code: Part(f.value, f.numerator, f.denominator) for code, f in group.items()}
    try:
        return whole(known, of=parts, by=RollUp(by))
    except NoRatio:
        raise words.refused("not-a-ratio") from None
    except OverflowError:
        raise words.refused("value_out_of_range") from None


def _figure(group: Mapping[str, Figure], found: Part) -> Figure:
    """What holds of a part, such as being estimated, holds of the whole; so does a note that all parts have."""
    one = next(iter(group.values()))
    return Figure(
        period=one.period,
        value=found.value,
        numerator=found.numerator,
        denominator=found.denominator,
        breakdown=one.breakdown,
        flags=tuple(sorted({flag for figure in group.values() for flag in figure.flags})),
        notes=tuple(note for note in one.notes if all(note in figure.notes for figure in group.values())),
    )
