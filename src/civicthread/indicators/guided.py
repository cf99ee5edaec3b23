"""The guided form: from a few choices to the query a person would write: counts, sums, ratios, rates per inhabitant.

What is written here runs nowhere by itself: like any person's text it goes through the gate of `lake.sql`.
"""

from dataclasses import dataclass, field
from typing import Final

from civicthread.indicators.columns import (
    DATES,
    Column,
    Condition,
    as_text,
    condition_of,
    literal,
    name_of,
    period_of,
    sum_of,
    text_of,
)

TOTAL: Final = "''"


@dataclass(frozen=True)
class Spelled:
    """The rows that count where a table says one place more than once: those of `names`, or all but those."""

    column: Column
    names: tuple[str, ...]
    only: bool = False


@dataclass(frozen=True)
class Names:
    """The table that says which area of a level a spelling means, as `area_key` writes it."""

    table: str
    level: str


@dataclass(frozen=True)
class People:
    """The dataset that says how many people live in each area, for rates per inhabitant.

    With a `period`, a figure is divided by the inhabitants of its year, else of the latest year before it; each of
    `notes`, as (column, words before the year), then says which year that was.
    """

    table: str
    inhabitants: str
    area: Column | None = None
    period: Column | None = None
    counted: Spelled | None = None
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Choices:
    """What a person chose. Without `summed` rows are counted; `over` makes a ratio, `people` a rate.

    Without `total` the query gives areas only: the whole territory is rolled up from them afterwards. With it rows
    without an area, and those of the places `apart`, count in the whole territory only. With `names` rows belong
    together whose areas are the same, however they are written.
    """

    table: str
    period: Column
    by: str = "year"
    area: Column | None = None
    summed: str = ""
    over: str = ""
    people: People | None = None
    per: int = 1
    conditions: tuple[Condition, ...] = field(default=())
    counted: Spelled | None = None
    apart: tuple[str, ...] = ()
    names: Names | None = None
    total: bool = True


def query(choices: Choices) -> str:
    """The query of these choices. Where there are areas, the whole territory stands beside them.

    >>> print(query(Choices("trees", Column("year", "integer"), summed="planted")))
    SELECT CAST(year AS VARCHAR) AS period,
           SUM(planted) AS value
    FROM trees
    WHERE year IS NOT NULL
    GROUP BY CAST(year AS VARCHAR)

    >>> print(query(Choices("trees", Column("planted", "date"), area=Column("municipality", "text"))))
    WITH counted AS (
      SELECT CAST(year(planted) AS VARCHAR) AS period,
             municipality AS area,
             COUNT(*) AS numerator
      FROM trees
      WHERE planted IS NOT NULL
      GROUP BY CAST(year(planted) AS VARCHAR), municipality
    )
    SELECT period, area, numerator AS value
    FROM counted
    WHERE area IS NOT NULL
    UNION ALL
    SELECT period, '' AS area, SUM(numerator) AS value
    FROM counted
    GROUP BY period
    """
    if not (choices.area or choices.people):
        return _plain(choices)
    parts = _counted(choices)
    if choices.people:
        parts += _people(choices.people, choices)
    if choices.people and choices.people.period:
        parts.append(_years(choices))
    by_area = [_by_area(choices)] if choices.area else []
    total = [_total(choices)] if choices.total or not by_area else []
    return f"WITH {', '.join(parts)}\n" + "\nUNION ALL\n".join([*by_area, *total])


def _plain(choices: Choices) -> str:
    """Neither areas nor inhabitants: one SELECT says it all."""
    period = period_of(choices.period, choices.by)
    counted = sum_of(choices.summed)
    values = _parts(counted, sum_of(choices.over), choices) if choices.over else [f"{counted} AS value"]
    columns = "".join(f",\n       {column}" for column in values)
    return (
        f"SELECT {period} AS period{columns}\nFROM {name_of(choices.table)}\n"
        f"WHERE {_where(choices)}\nGROUP BY {period}".replace("\n    AND", "\n  AND")
    )


def _where(choices: Choices) -> str:
    known = [choices.period.name]
    if choices.area and not choices.total:
        known.append(choices.area.name)
    where = [f"{name_of(name)} IS NOT NULL" for name in known] + [condition_of(c) for c in choices.conditions]
    return "\n    AND ".join([*where, *_spelled(choices.counted, or_none=choices.total)])


def _spelled(counted: Spelled | None, *, or_none: bool = False) -> list[str]:
    """The condition; SQL holds a row without an area to be neither among the names nor not among them."""
    if counted is None:
        return []
    name = name_of(counted.column.name)
    listed = ", ".join(literal(counted.column, text) for text in counted.names)
    among = f"{name} {'IN' if counted.only else 'NOT IN'} ({listed})"
    return [f"({name} IS NULL OR {among})" if or_none else among]


def _counted(choices: Choices) -> list[str]:
    name = _free("counted", choices)
    period = period_of(choices.period, choices.by)
    keys = [period, *([as_text(choices.area)] if choices.area else [])]
    columns = [f"{period} AS period", *([f"{keys[1]} AS area"] if choices.area else [])]
    sums = {"numerator": choices.summed} | ({"denominator": choices.over} if choices.over else {})
    columns += [f"{sum_of(column)} AS {part}" for part, column in sums.items()]
    written = (
        f"(\n  SELECT {_listed(columns)}\n  FROM {name_of(choices.table)}\n"  # noqa: S608
        f"  WHERE {_where(choices)}\n  GROUP BY {', '.join(keys)}\n)"
    )
    return _placed(name, written, choices, keys=["period"], sums=list(sums))


def _people(people: People, choices: Choices) -> list[str]:
    columns, keys, named = [], [], []
    where = _spelled(people.counted)
    if people.period:
        keys.append(period_of(people.period, "year"))
        columns.append(f"{keys[-1]} AS period")
        named.append("period")
    if choices.area and people.area:
        keys.append(as_text(people.area))
        columns.append(f"{keys[-1]} AS area")
        where = [f"{name_of(people.area.name)} IS NOT NULL", *where]
    columns.append(f"SUM({name_of(people.inhabitants)}) AS inhabitants")
    kept = "\n  WHERE " + "\n    AND ".join(where) if where else ""
    group = f"\n  GROUP BY {', '.join(keys)}" if keys else ""
    written = f"(\n  SELECT {_listed(columns)}\n  FROM {name_of(people.table)}{kept}{group}\n)"  # noqa: S608
    return _placed(_PEOPLE, written, choices, keys=named, sums=["inhabitants"])


def _placed(name: str, written: str, choices: Choices, *, keys: list[str], sums: list[str]) -> list[str]:
    """The rows under that name, those of one area together where `names` say which area each spelling means."""
    names = choices.names if choices.area else None
    if names is None:
        return [f"{name} AS {written}"]
    by = [f"written.{key}" for key in keys] + ["COALESCE(known.area, written.area)"]
    columns = [*by[:-1], f"{by[-1]} AS area", *(f"SUM(written.{part}) AS {part}" for part in sums)]
    same = f"known.spelling = area_key(written.area) AND known.level = {text_of(names.level)}"
    together = (
        f"(\n  SELECT {_listed(columns)}\n  FROM {name}_as_written AS written\n"  # noqa: S608
        f"  LEFT JOIN {names.table} AS known ON {same}\n  GROUP BY {', '.join(by)}\n)"
    )
    return [f"{name}_as_written AS {written}", f"{name} AS {together}"]


_PEOPLE, _YEARS = "people_there", "people_year"


def _years(choices: Choices) -> str:
    """For each period the year of its inhabitants: its own, else the latest before it."""
    counted = _free("counted", choices)
    return (
        f"{_YEARS} AS (\n  SELECT {counted}.period, MAX({_PEOPLE}.period) AS known\n  FROM {counted}\n"  # noqa: S608
        f"  JOIN {_PEOPLE} ON {_PEOPLE}.period <= {counted}.period\n  GROUP BY {counted}.period\n)"
    )


def _notes(people: People, counted: str) -> list[str]:
    """What says that the inhabitants are those of another year."""
    if not people.period:
        return []
    other = f"substring({counted}.period, 1, 4) <> substring({_YEARS}.known, 1, 4)"
    return [
        f"CASE WHEN {other} THEN {text_of(words)} || ' ' || {_YEARS}.known END AS {column}"
        for column, words in people.notes
    ]


def _by_area(choices: Choices) -> str:
    counted, people = _free("counted", choices), choices.people
    if people:
        columns = [f"{counted}.period", f"{counted}.area", f"{counted}.numerator"]
        columns += [f"{_PEOPLE}.inhabitants AS denominator"]
        columns += [f"{_times(choices)}{counted}.numerator / {_PEOPLE}.inhabitants AS value"]
        same = f"{_PEOPLE}.area = {counted}.area"
        same += f" AND {_PEOPLE}.period = {_YEARS}.known" if people.period else ""
        return (
            f"SELECT {_beside([*columns, *_notes(people, counted)])}\nFROM {counted}"
            f"{_with_year(people, counted)}\nLEFT JOIN {_PEOPLE} ON {same}{_parts_only(choices, f'{counted}.area')}"
        )
    if choices.over:
        value = f"numerator, denominator, {_times(choices)}numerator / denominator AS value"
    else:
        value = "numerator AS value"
    return f"SELECT period, area, {value}\nFROM {counted}{_parts_only(choices, 'area')}"


def _parts_only(choices: Choices, area: str) -> str:
    """Without what counts in the whole territory only."""
    if not choices.total:
        return ""
    apart = f" AND {area} NOT IN ({', '.join(map(text_of, choices.apart))})" if choices.apart else ""
    return f"\nWHERE {area} IS NOT NULL{apart}"


def _with_year(people: People, counted: str) -> str:
    return f"\nLEFT JOIN {_YEARS} ON {_YEARS}.period = {counted}.period" if people.period else ""


def _total(choices: Choices) -> str:
    counted, people = _free("counted", choices), choices.people
    area = [f"{TOTAL} AS area"] if choices.area else []
    if people and people.period:
        inside = f"SELECT period, SUM(inhabitants) AS inhabitants FROM {_PEOPLE} GROUP BY period"  # noqa: S608
        values = _parts("SUM(numerator)", "MAX(whole.inhabitants)", choices)
        columns = [f"{counted}.period", *area, *values, *_notes(people, counted)]
        return (
            f"SELECT {_beside(columns)}\nFROM {counted}{_with_year(people, counted)}\n"
            f"LEFT JOIN ({inside}) AS whole ON whole.period = {_YEARS}.known\n"
            f"GROUP BY {counted}.period, {_YEARS}.known"
        )
    if people:
        everyone = f"(SELECT SUM(inhabitants) FROM {_PEOPLE})"  # noqa: S608
        values = _parts("SUM(numerator)", everyone, choices)
    elif choices.over:
        values = _parts("SUM(numerator)", "SUM(denominator)", choices)
    else:
        values = ["SUM(numerator) AS value"]
    return f"SELECT {', '.join(['period', *area, *values])}\nFROM {counted}\nGROUP BY period"


def _parts(numerator: str, denominator: str, choices: Choices) -> list[str]:
    value = f"{_times(choices)}{numerator} / {denominator} AS value"
    return [f"{numerator} AS numerator", f"{denominator} AS denominator", value]


def places(
    table: str,
    area: Column | None,
    period: Column | None,
    *,
    summed: str = "",
    conditions: tuple[Condition, ...] = (),
) -> str:
    """The query of what a table says of each place, as it is spelled, in each period: the sum, of how many `counted`
    rows, for how many `dates`. A row without an area is at no place.

    >>> print(places("people", Column("area", "text"), Column("day", "date"), summed="heads"))
    SELECT area AS place,
           CAST(year(day) AS VARCHAR) AS period,
           COUNT(DISTINCT day) AS dates,
           COUNT(*) AS counted,
           SUM(heads) AS amount
    FROM people
    WHERE day IS NOT NULL
    GROUP BY area, CAST(year(day) AS VARCHAR)
    """
    place = as_text(area) if area else TOTAL
    when = period_of(period, "year") if period else TOTAL
    dates = f"COUNT(DISTINCT {name_of(period.name)})" if period and period.type in DATES else "1"
    where = [f"{name_of(period.name)} IS NOT NULL"] if period else []
    where += [condition_of(condition) for condition in conditions]
    columns = [f"{place} AS place", f"{when} AS period", f"{dates} AS dates"]
    columns += ["COUNT(*) AS counted", f"{sum_of(summed)} AS amount"]
    keys = [key for key in (place, when) if key != TOTAL]
    return (
        f"SELECT {_beside(columns)}\nFROM {name_of(table)}"
        + (f"\nWHERE {' AND '.join(where)}" if where else "")
        + (f"\nGROUP BY {', '.join(keys)}" if keys else "")
    )


def _times(choices: Choices) -> str:
    return f"{choices.per}.0 * " if choices.per != 1 else ""


def _free(name: str, choices: Choices) -> str:
    """A name for the counted rows that no dataset of the query has."""
    taken = {choices.table, choices.people.table if choices.people else ""}
    return f"{name}_rows" if name in taken else name


def _listed(columns: list[str]) -> str:
    return ",\n         ".join(columns)


def _beside(columns: list[str]) -> str:
    return ",\n       ".join(columns)
