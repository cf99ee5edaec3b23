"""What the columns of a file are for: which tell its rows apart, and which tells the time."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from typing import Final

from civicthread.lake.schema import TIME_NAME, Column
from civicthread.methods import periods

NAMING: Final = re.compile(r"(^|_)(id|code|postcode|nr|no|numero|nummer|nis|ins|key|cle)(_|$)")
"""What columns of numbers that name something are called."""
YEARS: Final = (1800, 2199)

Named = tuple[str, Sequence[str]]
"""The name of a column and its texts."""


def times(columns: Sequence[Column], values: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The columns that tell a time: by what they hold, or by their names.

    >>> columns = [Column("area", "text"), Column("when", "text"), Column("jaar", "integer"), Column("n", "integer")]
    >>> times(columns, [["A"], ["T1 2024"], ["2024"], ["1030"]])
    ('when', 'jaar')
    """
    found = zip(columns, values, strict=True)
    return tuple(column.name for column, cells in found if _is_time(column, cells))


def _is_time(column: Column, cells: Sequence[str]) -> bool:
    if column.type in ("date", "timestamp") or TIME_NAME.search(column.name):
        return True
    told = {cell.strip() for cell in cells} - {""}
    return column.type in ("integer", "text") and bool(told) and all(map(_is_part_of_a_year, told))


def _is_part_of_a_year(text: str) -> bool:
    """Whether a text is a month, a quarter or years together; a year alone may as well be another number."""
    if len(text) <= 4:
        return False
    try:
        period = periods.parse(text)
    except periods.PeriodError:
        return False
    return YEARS[0] <= period.start.year and period.end.year <= YEARS[1]


def keys(
    columns: Sequence[Column], values: Sequence[Sequence[str]], *, nulls: Iterable[str], times: Sequence[str]
) -> tuple[str, ...]:
    """The first column, or else pair of columns, without empty values in which no two rows are the same; and the
    period where the whole file is about one.

    Without it the next period would take the place of this one. Whole numbers that may count something are tried last:
    in a small file they often differ by chance.
    """
    able = [
        (column, cells)
        for column, cells in zip(columns, values, strict=True)
        if column.type != "number" and column.name != "wkt" and cells and not {"", *nulls} & set(cells)
    ]
    counting = {column.name for number, column in enumerate(columns) if number and _may_count(column, times)}
    every = [(column.name, cells) for column, cells in able]
    named = [(name, cells) for name, cells in every if name not in counting]
    for candidate in chain.from_iterable(_ones_and_pairs(some) for some in (named, every)):
        rows = list(zip(*(cells for _, cells in candidate), strict=True))
        if len(set(rows)) == len(rows):
            found = zip(columns, values, strict=True)
            periods = [column.name for column, cells in found if is_one_period(column, cells)]
            return tuple(dict.fromkeys([*(name for name, _ in candidate), *periods]))
    return ()


def _ones_and_pairs(able: Sequence[Named]) -> Iterable[tuple[Named, ...]]:
    return chain(((one,) for one in able), combinations(able[:12], 2))


def _may_count(column: Column, times: Sequence[str]) -> bool:
    """Whether its whole numbers may be amounts: it is neither a time nor called like what names something."""
    return column.type == "integer" and column.name not in times and not NAMING.search(column.name)


def is_one_period(column: Column, cells: Sequence[str]) -> bool:
    """Whether the column tells the one period of a file. A date of another name may say when it was written."""
    if len(set(cells)) != 1 or not cells[0]:
        return False
    dated = column.type in ("date", "timestamp")
    return bool(TIME_NAME.fullmatch(column.name)) if dated else _is_time(column, cells)


def order(keys: Sequence[str], period: str) -> tuple[str, ...]:
    """Entity first, time second: what indicators filter and group by."""
    return tuple(dict.fromkeys([*(name for name in keys if name != period), *filter(None, [period])]))
