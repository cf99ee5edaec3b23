"""The tables a city publishes about itself: which of its records each app gives away as plain rows, for everyone.

An app fills the registry in its `AppConfig.ready()`; `datahub` writes the rows to the lake. Two rules hold for every
table: its rows are what everyone may see already (a query with `visible_to=None`), and they name nobody and repeat no
citizen's words, so that a table can be copied anywhere and need never be recalled.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy

from civicthread.core.text import Text

ColumnType = Literal["text", "integer", "number", "boolean", "date", "timestamp"]
Words = str | Promise
Row = Mapping[str, Any]
PREFIX = "programme_"


@dataclass(frozen=True)
class Column:
    """A column and what it means; the words are translated where they are read. `codes`: the values it may have."""

    name: str
    type: ColumnType
    title: Words
    description: Words = ""
    unit: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublishedTable:
    """One table. `rows` gives mappings of column names to plain values; a name left out is an empty value.

    `keys` tell the rows apart, and the rows are stored in their order.
    """

    code: str
    title: Words
    description: Words
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    rows: Callable[[], Iterable[Row]]


_tables: dict[str, PublishedTable] = {}


def register(*tables: PublishedTable) -> None:
    """Add an app's tables."""
    for table in tables:
        if table.code in _tables or not table.code.startswith(PREFIX):
            raise ValueError(f"{table.code} is registered twice, or is not called {PREFIX}…")
        _tables[table.code] = table


def tables() -> list[PublishedTable]:
    """All tables, by code."""
    return [_tables[code] for code in sorted(_tables)]


def find(code: str) -> PublishedTable | None:
    """The table of that code."""
    return _tables.get(code)


def code(name: str, title: Words, description: Words = "", *, of: Sequence[str] = ()) -> Column:
    """A column of codes: those of a list, or of another table."""
    return Column(name, "text", title, description, codes=tuple(of))


def texts(name: str, title: Words) -> tuple[Column, ...]:
    """A column for each language of the city: `title_fr`, `title_nl`, …"""
    return tuple(
        Column(f"{name}_{language}", "text", format_lazy("{} ({})", title, own_name))
        for language, own_name in settings.LANGUAGES
    )


def in_each_language(name: str, text: Text) -> dict[str, str]:
    """The values of those columns: what stands in each language, and nothing where a translation is missing."""
    return {f"{name}_{language}": version.text for language, version in text.items()}
