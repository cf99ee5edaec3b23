"""Which rows of a table count, so that no territory is summed twice: as Region and parts, or under two codes."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from civicthread.core.errors import Refused
from civicthread.datahub.models import Dataset
from civicthread.indicators import computing, guided, words
from civicthread.indicators.guided import Column, Spelled
from civicthread.territory.models import Area
from civicthread.territory.places import Gazetteer, gazetteer

# A column names areas where at least this share of what stands in it does.
ENOUGH = 0.5
REGION = Area.Level.REGION


@dataclass(frozen=True)
class Spelling:
    """One way in which a table names a place: the area it means, if any, and its sum in each period."""

    text: str
    area: Area | None
    sums: Mapping[str, float | None]


def area_column(dataset: Dataset) -> str:
    """The column that names areas: as declared, else the first of the keys (or of all columns) that does."""
    if dataset.area_column:
        return dataset.area_column
    period = dataset.period_column or "period"
    columns = [guided.Column(c.name, c.type) for c in dataset.columns.all()]
    offered = [c for c in columns if c.type in {"text", "integer"} and c.name != period]
    for column in (c for c in offered if c.name in dataset.keys or not dataset.keys):
        try:
            found = _spellings(guided.places(dataset.code, column, None), dataset.area_level)
        except Refused:
            continue  # no rows, or more values than any territory has parts
        if found and sum(spelling.area is not None for spelling in found) >= ENOUGH * len(found):
            return column.name
    return ""


def of_figures(choices: guided.Choices, dataset: Dataset, *, level: str) -> Spelled | None:
    """The rows of a sum or a count over all areas. A register of events counts every row, wherever it was.

    Refused where nothing tells which of two rows to leave out.
    """
    column = _column(dataset, choices.area or area_column(dataset))
    keys = set(dataset.keys)
    if column is None or (column.name not in keys and (keys or not choices.summed)):
        return None
    asked = guided.places(
        choices.table, column, choices.period, summed=choices.summed, conditions=choices.conditions
    )
    found = _spellings(asked, level or dataset.area_level)
    unknown = [spelling.text for spelling in found if spelling.area is None]
    if len(unknown) == len(found):
        return None
    if unknown and not choices.area:
        raise words.refused("area-unknown", area=unknown[0])
    known = [spelling for spelling in found if spelling.area]
    kept = counted_once(known, by_area=bool(choices.area), level=level)
    is_sure = column.name in keys and (choices.summed or keys <= {column.name, choices.period.name})
    if len(kept) < len(known) and not is_sure:
        raise _twice(next(spelling.text for spelling in known if spelling not in kept), kept[0].text)
    return _spelled(column, kept, left=[spelling for spelling in known if spelling not in kept])


def of_people(people: guided.People, dataset: Dataset, *, level: str) -> Spelled | None:
    """The rows of the inhabitants: those of areas this city knows, each once, of one date in each year."""
    column = _column(dataset, people.area or area_column(dataset))
    asked = guided.places(people.table, column, people.period, summed=people.inhabitants)
    found = _spellings(asked, level or dataset.area_level)
    known = [spelling for spelling in found if spelling.area]
    if column is None or not known:
        return None
    kept = counted_once(known, by_area=bool(people.area), level=level)
    return _spelled(column, kept, left=[spelling for spelling in found if spelling not in kept])


def counted_once(found: list[Spelling], *, by_area: bool, level: str = "") -> list[Spelling]:
    """The spellings whose rows may be added up: areas of one level, each under one code in each period.

    The Region's own rows are taken where no areas are asked for and it has one in every period.
    """
    by_level: dict[str, list[Spelling]] = {}
    for spelling in found:
        if spelling.area:
            by_level.setdefault(spelling.area.level, []).append(spelling)
    order = [level, Area.Level.MUNICIPALITY, Area.Level.SECTOR, REGION]
    if not by_area:
        order = [REGION, *order]
        every = _periods(found)
        full = [name for name in order if _periods(by_level.get(name, [])) == every]
        if not full:
            raise words.refused("levels-mixed")
        order = full
    return _one_code_each(next(by_level[name] for name in order if name in by_level))


def _periods(spellings: Iterable[Spelling]) -> set[str]:
    return {period for spelling in spellings for period in spelling.sums}


def _one_code_each(found: list[Spelling]) -> list[Spelling]:
    """Without those that repeat, under another code, what stands there already; refused where they differ."""
    kept: dict[int, list[Spelling]] = {}
    for spelling in sorted(found, key=lambda spelling: (-len(spelling.sums), spelling.text)):
        others = kept.setdefault(spelling.area.pk, []) if spelling.area else []
        again = [other for other in others if other.sums.keys() & spelling.sums.keys()]
        if not again:
            others.append(spelling)
        elif not all(_same(spelling.sums[period], again[0].sums.get(period)) for period in spelling.sums):
            raise _twice(spelling.text, again[0].text)
    return [spelling for spellings in kept.values() for spelling in spellings]


def _same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else math.isclose(one, other, rel_tol=1e-9)


def _twice(one: str, other: str) -> Refused:
    return words.refused("counted-twice", one=one, other=other)


def _spelled(column: Column, kept: list[Spelling], *, left: list[Spelling]) -> Spelled | None:
    """As short as can be. The Region is left out of its parts even before a file names it."""
    names = {spelling.text for spelling in left}
    parts = [spelling for spelling in kept if spelling.area and spelling.area.level != REGION]
    if parts:
        names |= _of_the_region(gazetteer(), column)
    only = bool(left) and (not parts or len(names) > len(kept))
    listed = [spelling.text for spelling in kept] if only else list(names)
    return Spelled(column, tuple(sorted(listed)), only=only) if listed else None


def _of_the_region(known: Gazetteer, column: Column) -> set[str]:
    names = {
        name
        for area in known.of_level(REGION)
        for name in (area.code, *area.nuts, *area.aliases, *(text.text for text in area.name.values()))
    }
    return {str(int(n)) for n in names if n.isdecimal()} if column.type == "integer" else names


def _column(dataset: Dataset, name: str) -> Column | None:
    found = next((c for c in dataset.columns.all() if c.name == name), None)
    return Column(found.name, found.type) if found else None


def _spellings(sql: str, level: str) -> list[Spelling]:
    query = computing.any_query(sql)
    versions = computing.latest_versions(query.tables)
    rows = computing.run(query, versions, seconds=computing.SECONDS_TO_LOOK).to_pylist()
    for row in rows:
        if row["dates"] > 1:
            raise words.refused("dates-in-a-year", period=row["period"], table=query.tables[0])
    known = gazetteer()
    sums: dict[str, dict[str, float | None]] = {}
    for row in rows:
        sums.setdefault(row["place"], {})[row["period"]] = row["amount"]
    return [Spelling(text, _meant(known, text, level), found) for text, found in sums.items()]


def _meant(known: Gazetteer, text: str, level: str) -> Area | None:
    for one in (level or Area.Level.MUNICIPALITY, REGION, ""):
        if area := known.find(text, level=one):
            return area
    return None
