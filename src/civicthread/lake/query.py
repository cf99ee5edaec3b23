"""A checked query: what the gate for people's SQL let through, ready to run or to be kept for the next time."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from civicthread.lake.schema import ColumnType

Columns = Mapping[str, ColumnType]
"""The columns of a table, each with its type."""


@dataclass(frozen=True)
class OutputColumn:
    """A column that a query gives."""

    name: str
    type: ColumnType


@dataclass(frozen=True)
class CheckedQuery:
    """A query that may run.

    `text` is what the person wrote, `sql` its canonical form for DuckDB, which is what runs and what `sha256`
    is of; `lineage` names for each output the columns it is computed from, as (table, column); `read` the tables
    it reads with their columns as they were when it was checked.
    """

    text: str
    sql: str
    columns: tuple[OutputColumn, ...]
    lineage: Mapping[str, tuple[tuple[str, str], ...]]
    read: Mapping[str, Columns] = field(repr=False)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables it reads."""
        return tuple(sorted(self.read))

    @cached_property
    def sha256(self) -> str:
        """The fingerprint of what runs."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @cached_property
    def spark(self) -> str:
        """The canonical form for Spark, written when it is asked for: it takes as long as the check itself."""
        from civicthread.lake.sql import for_spark  # noqa: PLC0415  # heavy: what was checked before runs without

        return for_spark(self)

    def kept(self) -> dict[str, Any]:
        """What to keep, as JSON can, beside the text the person wrote."""
        return {
            "gate": gate(),
            "sql": self.sql,
            "columns": [[column.name, column.type] for column in self.columns],
            "lineage": {name: list(map(list, origins)) for name, origins in self.lineage.items()},
            "read": {table: dict(columns) for table, columns in self.read.items()},
        }

    @classmethod
    def from_kept(cls, text: str, kept: Mapping[str, Any] | None) -> Self | None:
        """The query as it was checked then; None where nothing was kept, or where the gate is another one now."""
        if not kept or kept["gate"] != gate():
            return None
        columns = tuple(OutputColumn(name, kind) for name, kind in kept["columns"])
        lineage = {
            name: tuple((table, column) for table, column in found) for name, found in kept["lineage"].items()
        }
        return cls(text, kept["sql"], columns, lineage, kept["read"])


@cache
def gate() -> str:
    """A fingerprint of the gate itself: its rules, and the parser it stands on."""
    sources = sorted(Path(__file__).with_name("sql").glob("*.py"))
    told = [version("sqlglot").encode(), *(path.read_bytes() for path in sources)]
    return hashlib.sha256(b"\0".join(told)).hexdigest()[:16]
