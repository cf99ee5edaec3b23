"""Which rows of a table count, so that no territory is summed twice: as Region and parts, or under two codes."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.datahub.models import Dataset
from civicthread.indicators import computing, guided, words
from civicthread.indicators.columns import Column
from civicthread.indicators.guided import Spelled
from civicthread.territory.models import Area
from civicthread.territory.places import Gazetteer, gazetteer

# A column names areas where at least this share of what stands in it does.
ENOUGH = 0.5
REGION = Area.Level.REGION
# What is written where the answers change: rows belong to their dataset, spellings to their area.
READ = ("datahub.dataset", "territory.area")


@dataclass(frozen=True)
class Spelling:
    """One way in which a table names a place: the area it means, if any, and its sum in each period."""

    text: str
    area: Area | None
    sums: Mapping[str, float | None]
    rows: int = 0


@dataclass(frozen=True)
class Rows:
    """Which rows of a table count, those of places `apart` in the whole territory only.

    `kept` are the spellings that are added up, `unknown` those that no area of this city has: their rows are left
    out. `nowhere` is how many rows have no area.
    """

    counted: Spelled | None = None
    apart: tuple[str, ...] = ()
    kept: tuple[Spelling, ...] = ()
    unknown: tuple[Spelling, ...] = ()
    nowhere: int = 0

    @property
    def level(self) -> str:
        """The level of the areas; nothing where there is the whole territory only."""
        return next((area.level for _text, area in self.spelled if area.level != REGION), "")

    @property
    def spelled(self) -> list[tuple[str, Area]]:
        """Each spelling that is added up, with its area."""
        return [(spelling.text, spelling.area) for spelling in self.kept if spelling.area]


def area_column(dataset: Dataset) -> str:
    """The column that names areas: as declared, else the first of the keys (or of all columns) that does."""
    if dataset.area_column:
        return dataset.area_column
    return journal.kept(f"area-column-{dataset.code}", lambda: _naming_areas(dataset), kinds=READ)


def _naming_areas(dataset: Dataset) -> str:
    for column in _offered(dataset):
        found = _texts(dataset, column) if column.name in dataset.keys or not dataset.keys else []
        if found and sum(spelling.area is not None for spelling in found) >= ENOUGH * len(found):
            return column.name
    return ""


def column_like(dataset: Dataset, other: Dataset, name: str) -> str:
    """The column of `other` that writes areas as the column of that name does; else the one that names areas."""
    kept = f"column-like-{dataset.code}-{name}-{other.code}"
    return journal.kept(kept, lambda: _written_alike(dataset, other, name), kinds=READ)


def _written_alike(dataset: Dataset, other: Dataset, name: str) -> str:
    column = _column(dataset, name)
    texts = {spelling.text for spelling in _texts(dataset, column)} if column else set()
    first = area_column(other)
    shared = {
        there.name: len(texts & {spelling.text for spelling in _texts(other, there)})
        for there in (_offered(other) if texts else ())
    }
    best = max(shared, key=lambda name: (shared[name], name == first), default="")
    return best if best and shared[best] else first


def _offered(dataset: Dataset) -> list[Column]:
    """The columns in which areas may stand."""
    columns = [Column(c.name, c.type) for c in dataset.columns.all()]
    period = dataset.period_column or "period"
    return [column for column in columns if column.type in {"text", "integer"} and column.name != period]


def _texts(dataset: Dataset, column: Column) -> list[Spelling]:
    try:
        return _read(guided.places(dataset.code, column, None), dataset.area_level)[0]
    except Refused:
        return []  # no rows, or more values than any territory has parts


def written_differently(*tables: Rows) -> bool:
    """Whether one area is written in more than one way, in one table or from one to the other."""
    texts: dict[str, set[str]] = {}
    for text, area in (pair for rows in tables for pair in rows.spelled):
        texts.setdefault(area.code, set()).add(text)
    return any(len(found) > 1 for found in texts.values())


def of_figures(choices: guided.Choices, dataset: Dataset, *, level: str) -> Rows:
    """The rows of figures. A register of events counts every row of an area this city knows, under whatever name.

    Refused where nothing tells which of two rows to leave out.
    """
    column = choices.area or _column(dataset, area_column(dataset))
    keys = set(dataset.keys)
    if column is None:
        return Rows()
    is_register = column.name not in keys and bool(keys or not choices.summed)
    if is_register and not choices.area:
        return Rows()
    asked = guided.places(
        choices.table, column, choices.period, summed=choices.summed, conditions=choices.conditions
    )
    found, nowhere = _read(asked, level or dataset.area_level, one_date=not is_register)
    known = [spelling for spelling in found if spelling.area]
    if not known:
        return Rows(nowhere=nowhere)
    if is_register:
        kept, apart = _parts_and_whole(known, level=level)
    elif choices.total:
        kept, apart = counted_once(known, by_area=bool(choices.area), level=level), []
        is_sure = column.name in keys and (choices.summed or keys <= {column.name, choices.period.name})
        if len(kept) < len(known) and not is_sure:
            raise _twice(next(spelling.text for spelling in known if spelling not in kept), kept[0].text)
    else:
        kept, apart = _each_once(known, level=level), []
    counts = [*kept, *apart] if choices.total else kept
    left = [spelling for spelling in found if spelling not in counts]
    return Rows(
        _spelled(column, counts, left=left, ahead=choices.total and not is_register),
        apart=tuple(spelling.text for spelling in apart) if choices.total else (),
        kept=tuple(kept),
        unknown=tuple(spelling for spelling in left if spelling.area is None),
        nowhere=nowhere,
    )


def of_people(people: guided.People, dataset: Dataset, *, level: str, total: bool = True) -> Rows:
    """The rows of the inhabitants: those of areas this city knows, each once, of one date in each year."""
    column = people.area or _column(dataset, area_column(dataset))
    asked = guided.places(people.table, column, people.period, summed=people.inhabitants)
    found, _nowhere = _read(asked, level or dataset.area_level)
    known = [spelling for spelling in found if spelling.area]
    if column is None or not known:
        return Rows()
    kept = (
        counted_once(known, by_area=bool(people.area), level=level)
        if total
        else _each_once(known, level=level)
    )
    left = [spelling for spelling in (found if total else known) if spelling not in kept]
    return Rows(_spelled(column, kept, left=left, ahead=total), kept=tuple(kept))


def _parts_and_whole(known: list[Spelling], *, level: str) -> tuple[list[Spelling], list[Spelling]]:
    """The spellings of the areas of one level, and those of the whole territory."""
    by_level = _by_level(known)
    order = [level, Area.Level.MUNICIPALITY, Area.Level.SECTOR]
    parts = next((by_level[name] for name in order if name in by_level and name != REGION), [])
    return parts, by_level.get(REGION, [])


def _each_once(known: list[Spelling], *, level: str) -> list[Spelling]:
    """The spellings that give each area, and the whole territory, one row in each period."""
    parts, whole = _parts_and_whole(known, level=level)
    return [*_one_code_each(parts), *_one_code_each(whole)]


def _by_level(found: list[Spelling]) -> dict[str, list[Spelling]]:
    by_level: dict[str, list[Spelling]] = {}
    for spelling in found:
        if spelling.area:
            by_level.setdefault(spelling.area.level, []).append(spelling)
    return by_level


def counted_once(found: list[Spelling], *, by_area: bool, level: str = "") -> list[Spelling]:
    """The spellings whose rows may be added up: areas of one level, each under one code in each period.

    The Region's own rows are taken where no areas are asked for and it has one in every period.
    """
    by_level = _by_level(found)
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


def _spelled(column: Column, kept: list[Spelling], *, left: list[Spelling], ahead: bool) -> Spelled | None:
    """As short as can be. `ahead`: the Region is left out of its parts even before a file names it."""
    names = {spelling.text for spelling in left}
    parts = [spelling for spelling in kept if spelling.area and spelling.area.level != REGION]
    if parts and ahead:
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


def _read(sql: str, level: str, *, one_date: bool = True) -> tuple[list[Spelling], int]:
    """What stands in a column of areas, and in how many rows nothing does."""
    query = computing.any_query(sql)
    versions = computing.latest_versions(query.tables)
    rows = computing.run(query, versions, seconds=computing.SECONDS_TO_LOOK).to_pylist()
    known = gazetteer()
    places: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in rows:
        if one_date and row["dates"] > 1:
            raise words.refused("dates-in-a-year", period=row["period"], table=query.tables[0])
        places.setdefault(row["place"], []).append(row)
    nowhere = sum(row["counted"] for row in places.pop(None, []))
    return [
        _spelling(known, text, there, level) for text, there in places.items() if text is not None
    ], nowhere


def _spelling(known: Gazetteer, text: str, rows: list[Mapping[str, Any]], level: str) -> Spelling:
    sums = {row["period"]: row["amount"] for row in rows}
    return Spelling(text, _meant(known, text, level), sums, sum(row["counted"] for row in rows))


def _meant(known: Gazetteer, text: str, level: str) -> Area | None:
    for one in (level or Area.Level.MUNICIPALITY, REGION, ""):
        if area := known.find(text, level=one):
            return area
    return None
