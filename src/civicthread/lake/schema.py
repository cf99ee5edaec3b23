"""What a versioned table looks like: its columns, keys and sort order, and one readable version of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

ColumnType = Literal["text", "integer", "number", "boolean", "date", "timestamp"]
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""What a table or a column may be called."""

TIME_NAME: Final = re.compile(
    r"(^|_)(year|annee|[a-z]*jaar|exercice|periode?|date|datum|month|mois|maand|quarter|trimestre|kwartaal|semestre|"
    r"semester|week|semaine|day|jour|dag)($|_)|^an(_|$)"
)
"""What columns that tell a time are called."""


@dataclass(frozen=True)
class Column:
    """One column as the data steward declares it.

    `codes` is the closed list of allowed values, if there is one; `minimum` and `maximum` bound a number.
    `source` is the heading in the file where it is not the column's name. A number whose `unit` is `%` may
    be written with a percent sign.
    """

    name: str
    type: ColumnType
    nullable: bool = True
    unit: str = ""
    codes: tuple[str, ...] = ()
    source: str = ""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def heading(self) -> str:
        """The column's heading in the source file."""
        return self.source or self.name


@dataclass(frozen=True)
class TableSchema:
    """The declared shape of a table.

    `keys` identify a row (for upsert and for the duplicate check); `sort` is the order rows are stored in,
    which decides how fast a scan by area or time is.
    """

    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when the table has none."""
        return {column.name: column for column in self.columns}[name]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; `from_dict` reads them back.

        >>> schema = TableSchema((Column("area", "text", codes=("BE1",)),), keys=("area",))
        >>> TableSchema.from_dict(schema.as_dict()) == schema
        True
        """
        # By hand: `asdict` copies every value deeply, which for a small file costs as much as reading it.
        return {**vars(self), "columns": tuple(dict(vars(column)) for column in self.columns)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The schema that `as_dict` wrote, before or after a trip through JSON."""
        columns = tuple(Column(**{**column, "codes": tuple(column["codes"])}) for column in values["columns"])
        return cls(columns, tuple(values["keys"]), tuple(values["sort"]))


@dataclass(frozen=True)
class TableVersion:
    """One version of a table, ready to be read: the Parquet files that make it up, and their column types."""

    name: str
    version: int
    uri: str
    files: tuple[str, ...]
    columns: Mapping[str, ColumnType] = field(default_factory=dict)
