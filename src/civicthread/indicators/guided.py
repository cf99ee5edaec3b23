"""The guided form: from a few choices to the query a person would write: counts, sums, ratios, rates per inhabitant.

What is written here runs nowhere by itself: like any person's text it goes through the gate of `lake.sql`.
"""

from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Final

TOTAL: Final = "''"
PERIODS: Final = {
    "year": "CAST(year({0}) AS VARCHAR)",
    "quarter": "CAST(year({0}) AS VARCHAR) || '-Q' || CAST(quarter({0}) AS VARCHAR)",
    "month": "strftime({0}, '%Y-%m')",
    "day": "strftime({0}, '%Y-%m-%d')",
}
"""How a date is read as a period. A column that holds periods already is taken as it is."""

DATES: Final = frozenset({"date", "timestamp"})


@dataclass(frozen=True)
class Column:
    """A column of a dataset, as queries know it."""

    name: str
    type: str


@dataclass(frozen=True)
class Condition:
    """Only the rows where the column holds this value."""

    column: Column
    value: str


@dataclass(frozen=True)
class Spelled:
    """The rows that count where a table says one place more than once: those of `names`, or all but those."""

    column: Column
    names: tuple[str, ...]
    only: bool = False


@dataclass(frozen=True)
class People:
    """The dataset that says how many people live in each area, for rates per inhabitant.

    With a `period`, a figure is divided by the inhabitants of its year, else of the latest year before it; each of
    `notes`, as (column, words before the year), then says which year that was.
    """

    table: str
    inhabitants: str
    area: str = ""
    period: Column | None = None
    counted: Spelled | None = None
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Choices:
    """What a person chose. Without `summed` rows are counted; `over` makes a ratio, `people` a rate.

    Without `total` the query gives areas only: the whole territory is rolled up from them afterwards.
    """

    table: str
    period: Column
    by: str = "year"
    area: str = ""
    summed: str = ""
    over: str = ""
    people: People | None = None
    per: int = 1
    conditions: tuple[Condition, ...] = field(default=())
    counted: Spelled | None = None
    total: bool = True


def query(choices: Choices) -> str:
    """The query of these choices. Where there are areas, the whole territory stands beside them.

    >>> print(query(Choices("trees", Column("year", "integer"), summed="planted")))
    SELECT CAST(year AS VARCHAR) AS period,
           SUM(planted) AS value
    FROM trees
    WHERE year IS NOT NULL
    GROUP BY CAST(year AS VARCHAR)

    >>> print(query(Choices("trees", Column("planted", "date"), area="municipality")))
    WITH counted AS (
      SELECT CAST(year(planted) AS VARCHAR) AS period,
             municipality AS area,
             COUNT(*) AS numerator
      FROM trees
      WHERE planted IS NOT NULL
        AND municipality IS NOT NULL
      GROUP BY CAST(year(planted) AS VARCHAR), municipality
    )
    SELECT period, area, numerator AS value
    FROM counted
    UNION ALL
    SELECT period, '' AS area, SUM(numerator) AS value
    FROM counted
    GROUP BY period
    """
    if not (choices.area or choices.people):
        return _plain(choices)
    parts = [_counted(choices)]
    if choices.people:
        parts.append(_people(choices.people, choices.area))
    if choices.people and choices.people.period:
        parts.append(_years(choices))
    by_area = [_by_area(choices)] if choices.area else []
    total = [_total(choices)] if choices.total or not by_area else []
    return f"WITH {', '.join(parts)}\n" + "\nUNION ALL\n".join([*by_area, *total])


def _plain(choices: Choices) -> str:
    """Neither areas nor inhabitants: one SELECT says it all."""
    period = _period(choices.period, choices.by)
    counted = _sum(choices.summed)
    values = _parts(counted, _sum(choices.over), choices) if choices.over else [f"{counted} AS value"]
    columns = "".join(f",\n       {column}" for column in values)
    return (
        f"SELECT {period} AS period{columns}\nFROM {_name(choices.table)}\n"
        f"WHERE {_where(choices)}\nGROUP BY {period}".replace("\n    AND", "\n  AND")
    )


def _where(choices: Choices) -> str:
    known = [choices.period.name, *([choices.area] if choices.area else [])]
    where = [f"{_name(name)} IS NOT NULL" for name in known] + [_condition(c) for c in choices.conditions]
    return "\n    AND ".join([*where, *_spelled(choices.counted)])


def _spelled(counted: Spelled | None) -> list[str]:
    if counted is None:
        return []
    listed = ", ".join(_literal(counted.column, name) for name in counted.names)
    return [f"{_name(counted.column.name)} {'IN' if counted.only else 'NOT IN'} ({listed})"]


def _counted(choices: Choices) -> str:
    period = _period(choices.period, choices.by)
    keys = [period, *([_name(choices.area)] if choices.area else [])]
    columns = [f"{period} AS period", *([f"{_name(choices.area)} AS area"] if choices.area else [])]
    columns.append(f"{_sum(choices.summed)} AS numerator")
    if choices.over:
        columns.append(f"{_sum(choices.over)} AS denominator")
    return (
        f"{_free('counted', choices)} AS (\n  SELECT {_listed(columns)}\n  FROM {_name(choices.table)}\n"  # noqa: S608
        f"  WHERE {_where(choices)}\n  GROUP BY {', '.join(keys)}\n)"
    )


def _people(people: People, area: str) -> str:
    columns, keys = [], []
    if people.period:
        keys.append(_period(people.period, "year"))
        columns.append(f"{keys[-1]} AS period")
    if area and people.area:
        keys.append(_name(people.area))
        columns.append(f"{keys[-1]} AS area")
    columns.append(f"SUM({_name(people.inhabitants)}) AS inhabitants")
    where = "".join(f"\n  WHERE {condition}" for condition in _spelled(people.counted))
    group = f"\n  GROUP BY {', '.join(keys)}" if keys else ""
    select = f"SELECT {_listed(columns)}\n  FROM {_name(people.table)}{where}{group}"  # noqa: S608
    return f"{_PEOPLE} AS (\n  {select}\n)"


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
        f"CASE WHEN {other} THEN {_text(words)} || ' ' || {_YEARS}.known END AS {column}"
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
            f"{_with_year(people, counted)}\nLEFT JOIN {_PEOPLE} ON {same}"
        )
    if choices.over:
        value = f"numerator, denominator, {_times(choices)}numerator / denominator AS value"
    else:
        value = "numerator AS value"
    return f"SELECT period, area, {value}\nFROM {counted}"


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
    """The query of what a table says of each place, as it is spelled, in each period; and for how many `dates`.

    >>> print(places("people", Column("area", "text"), Column("day", "date"), summed="heads"))
    SELECT CAST(area AS VARCHAR) AS place,
           CAST(year(day) AS VARCHAR) AS period,
           COUNT(DISTINCT day) AS dates,
           SUM(heads) AS amount
    FROM people
    WHERE area IS NOT NULL AND day IS NOT NULL
    GROUP BY CAST(area AS VARCHAR), CAST(year(day) AS VARCHAR)
    """
    known = [column for column in (area, period) if column]
    place = f"CAST({_name(area.name)} AS VARCHAR)" if area else TOTAL
    when = _period(period, "year") if period else TOTAL
    dates = f"COUNT(DISTINCT {_name(period.name)})" if period and period.type in DATES else "1"
    where = [f"{_name(column.name)} IS NOT NULL" for column in known] + [_condition(c) for c in conditions]
    columns = [f"{place} AS place", f"{when} AS period", f"{dates} AS dates", f"{_sum(summed)} AS amount"]
    keys = [key for key in (place, when) if key != TOTAL]
    return (
        f"SELECT {_beside(columns)}\nFROM {_name(table)}"
        + (f"\nWHERE {' AND '.join(where)}" if where else "")
        + (f"\nGROUP BY {', '.join(keys)}" if keys else "")
    )


def _times(choices: Choices) -> str:
    return f"{choices.per}.0 * " if choices.per != 1 else ""


def _sum(column: str) -> str:
    return f"SUM({_name(column)})" if column else "COUNT(*)"


def _period(column: Column, by: str) -> str:
    if column.type in DATES:
        return PERIODS[by].format(_name(column.name))
    return _name(column.name) if column.type == "text" else f"CAST({_name(column.name)} AS VARCHAR)"


def check_value(column: Column, value: str) -> None:
    """ValueError unless the column can hold the value.

    >>> check_value(Column("year", "integer"), "2026")
    >>> check_value(Column("year", "integer"), "last year")
    Traceback (most recent call last):
    ValueError: could not convert string to float: 'last year'
    """
    if column.type in {"integer", "number"} and not isfinite(float(value)):
        raise ValueError(value)
    if column.type in DATES:
        date.fromisoformat(value.strip())
    if column.type == "boolean" and value.strip() not in {"true", "false"}:
        raise ValueError(value)


def _condition(condition: Condition) -> str:
    name, value = _name(condition.column.name), condition.value.strip()
    if condition.column.type in {"integer", "number"}:
        return f"{name} = {_number(value)}"
    if condition.column.type == "boolean":
        return name if value == "true" else f"NOT {name}"
    literal = _text(value)
    return f"{name} = CAST({literal} AS DATE)" if condition.column.type in DATES else f"{name} = {literal}"


def _literal(column: Column, name: str) -> str:
    return _number(name) if column.type in {"integer", "number"} else _text(name)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _number(text: str) -> str:
    number = float(text)
    return str(int(number)) if number.is_integer() else repr(number)


def _name(name: str) -> str:
    """The name, quoted where it is a word of the language."""
    from sqlglot.dialects import DuckDB  # noqa: PLC0415  # heavy: no reader of a page needs it

    return f'"{name}"' if name.upper() in DuckDB.Tokenizer.KEYWORDS else name


def _free(name: str, choices: Choices) -> str:
    """A name for the counted rows that no dataset of the query has."""
    taken = {choices.table, choices.people.table if choices.people else ""}
    return f"{name}_rows" if name in taken else name


def _listed(columns: list[str]) -> str:
    return ",\n         ".join(columns)


def _beside(columns: list[str]) -> str:
    return ",\n       ".join(columns)
