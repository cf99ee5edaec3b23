"""One way to run a checked query over named tables at named versions, on one machine or on a cluster.

    engine = engine_from("duckdb")                  # or "sc://host:15002", any Spark Connect server
    answer = engine.run(query, {"ideas": version})  # a pyarrow.Table

Both read the same Parquet files, and give the same answers: the conformance tests compare them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol, Self

import pyarrow as pa

from civicthread.children.errors import (
    ChildCancelled,
    ChildDied,
    ChildError,
    ChildRefused,
    ChildTimeout,
    QueueFull,
    QuotaExceeded,
)
from civicthread.children.pool import Pool
from civicthread.lake.query import CheckedQuery
from civicthread.lake.schema import TableVersion

FAILURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "busy": "Too many queries wait already: try again in a moment.",
        "cancelled": "The query was cancelled.",
        "quota": "Too many of your own queries wait already.",
        "text_too_long": "A text in the result is longer than %(most)s characters.",
        "too_long": "The query took longer than %(seconds)s seconds.",
        "too_many_rows": "The result is too large: at most %(most)s rows.",
        "too_much_memory": "The query needs more memory than it may use.",
        "unknown_table": "The table %(name)s is not available.",
        "unreachable": "The engine cannot be reached.",
        "unreadable": "A file of a table cannot be read.",
        "value_out_of_range": "A value is too large, or of another type than declared.",
        "failed": "The engine could not run the query.",
    }
)


class QueryFailed(Exception):
    """A checked query gave no result; `code` is a key of FAILURES."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        self.message = FAILURES[code] % params
        super().__init__(self.message)


@dataclass(frozen=True)
class ResultLimits:
    """How large a result may be: rows, bytes, characters of one text."""

    rows: int = 100_000
    bytes: int = 64 << 20
    text: int = 10_000


class Engine(Protocol):
    """Something that runs checked queries."""

    def run(
        self,
        query: CheckedQuery,
        tables: Mapping[str, TableVersion],
        *,
        timeout: float = 30,
        owner: str = "",
        alone: bool = False,
    ) -> pa.Table:
        """The result, ordered, its columns named and typed as `query.columns` says; QueryFailed otherwise.

        `tables` are the versions that the query may read; `owner` is whose quota of waiting queries counts;
        `alone` ends the other queries of this owner.
        """

    def cancel(self, owner: str) -> bool:
        """End every query of this owner; False when there is none."""

    def close(self) -> None:
        """Free what the engine holds."""


class DuckEngine:
    """DuckDB in warm child processes with a memory limit, a time limit, a queue and a quota per owner."""

    def __init__(
        self, *, size: int = 1, memory_bytes: int = 2 << 30, limits: ResultLimits | None = None
    ) -> None:
        child = "civicthread.lake.duck_child"
        self.limits = limits or ResultLimits()
        self._run = f"{child}:run"
        self._pool = Pool(child, size=size, memory_bytes=memory_bytes, warm=f"{child}:warm")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Warm the children now, in the background, instead of with the first query."""
        self._pool.start()

    def run(
        self,
        query: CheckedQuery,
        tables: Mapping[str, TableVersion],
        *,
        timeout: float = 30,
        owner: str = "",
        alone: bool = False,
    ) -> pa.Table:
        """Run it in a child; see `Engine.run`.

        The sandbox is kept for the next query that is given the same tables: a batch of queries is faster
        when all of them are given all of its tables.
        """
        read = [(name, list(version.files), dict(version.columns)) for name, version in needed(query, tables)]
        files = sorted({file for version in tables.values() for file in version.files})
        try:
            columns = self._pool.call(
                self._run,
                query.sql,
                read,
                files,
                asdict(self.limits),
                timeout=timeout,
                owner=owner,
                token=owner,
                alone=alone,
            )
        except ChildError as error:
            raise _failure(error, timeout, self.limits) from None
        return _table(columns, query)

    def cancel(self, owner: str) -> bool:
        return self._pool.cancel(owner)

    def close(self) -> None:
        self._pool.close()


_KINDS: Final = {
    "MemoryError": "too_much_memory",
    "TooManyRows": "too_many_rows",
    "TextTooLong": "text_too_long",
    "ConversionException": "value_out_of_range",
    "OutOfRangeException": "value_out_of_range",
    "Unreadable": "unreadable",
}


_ENDS: Final[Mapping[type[ChildError], str]] = {
    ChildTimeout: "too_long",
    ChildCancelled: "cancelled",
    QuotaExceeded: "quota",
    QueueFull: "busy",
    ChildDied: "too_much_memory",
}


def _failure(error: ChildError, timeout: float, limits: ResultLimits) -> QueryFailed:
    code = (
        _KINDS.get(error.kind, "failed")
        if isinstance(error, ChildRefused)
        else _ENDS.get(type(error), "failed")
    )
    most = limits.text if code == "text_too_long" else limits.rows
    return QueryFailed(code, most=most, seconds=f"{timeout:g}")


def needed(query: CheckedQuery, tables: Mapping[str, TableVersion]) -> list[tuple[str, TableVersion]]:
    """The versions of the tables that the query reads; QueryFailed when one is missing."""
    for name in query.tables:
        if name not in tables:
            raise QueryFailed("unknown_table", name=name)
    return [(name, tables[name]) for name in query.tables]


ARROW_TYPES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
    }
)


# Made from its bytes: `pa.scalar` loads pandas where that is installed, which takes longer than most queries.
NOTHING: Final = pa.nulls(1, pa.float64())[0]
ZERO: Final = pa.Array.from_buffers(pa.float64(), 1, [None, pa.py_buffer(bytes(8))])[0]


def _table(columns: Sequence[Sequence[Any]], query: CheckedQuery) -> pa.Table:
    """The columns that a child gave, none of them where there are no rows, as the gate has promised them."""
    schema = _schema(query)
    try:
        made = [
            pa.array(_plain(values, kind), kind)
            for values, kind in zip(columns or [()] * len(schema), schema.types, strict=True)
        ]
    except (pa.ArrowInvalid, OverflowError):
        raise QueryFailed("value_out_of_range") from None
    return pa.table(made, schema=schema)


def _plain(values: Sequence[Any], kind: Any) -> Sequence[Any]:
    """The finite values with one zero (`one_zero`): before Arrow has them, whose functions take long to load."""
    if not pa.types.is_floating(kind):
        return values
    return [float(value) + 0.0 if value is not None and math.isfinite(value) else None for value in values]


def _schema(query: CheckedQuery) -> pa.Schema:
    return pa.schema([(column.name, ARROW_TYPES[column.type]) for column in query.columns])


def as_declared(answer: pa.Table, query: CheckedQuery) -> pa.Table:
    """The answer with the columns the gate has promised."""
    schema = _schema(query)
    columns = [column.cast(field.type) for column, field in zip(answer.columns, schema, strict=True)]
    return pa.table([_finite(one_zero(column)) for column in columns], schema=schema)


def one_zero(column: Any) -> Any:
    """Which of -0.0 and 0.0 an engine gives is chance: give 0.0."""
    import pyarrow.compute as pc  # noqa: PLC0415 slow to load, and a small answer of DuckDB needs none of it

    return pc.add(column, ZERO) if pa.types.is_floating(column.type) else column


def _finite(column: Any) -> Any:
    """What is no finite number is no value."""
    import pyarrow.compute as pc  # noqa: PLC0415 slow to load, and a small answer of DuckDB needs none of it

    return pc.if_else(pc.is_finite(column), column, NOTHING) if pa.types.is_floating(column.type) else column


def engine_from(url: str) -> Engine:
    """The engine of a setting: "duckdb", or the address of a Spark Connect server ("sc://host:15002")."""
    if url == "duckdb":
        return DuckEngine()
    if url.startswith("sc://"):
        from civicthread.lake.spark import SparkEngine  # noqa: PLC0415 an extra

        return SparkEngine(url)
    raise ValueError(f"ENGINE must be duckdb or sc://host:port, not {url}")
