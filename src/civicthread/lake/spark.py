"""The same queries on a Spark Connect server (Apache Spark, Databricks, Sail), which must see the lake."""

import hashlib
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from itertools import count
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.connect.client.retries import DefaultPolicy

from civicthread.lake.engine import QueryFailed, ResultLimits, as_declared, needed
from civicthread.lake.query import CheckedQuery
from civicthread.lake.schema import ColumnType, TableVersion
from civicthread.lake.sql.dialects import renamed, spark_name

SQL_TYPES: Final[Mapping[ColumnType, str]] = {
    "text": "STRING",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP_NTZ",
}
MOST_VIEWS: Final = 500
DEFAULT_PORT: Final = 15002


class SparkEngine:
    """A Spark Connect server at "sc://host:port". It has queues and limits of its own.

    With `delta` the server reads the Delta table at its version; without, the Parquet files of that version.
    """

    def __init__(self, url: str, *, delta: bool = False, limits: ResultLimits | None = None) -> None:
        self.url = url
        self.delta = delta
        self.limits = limits or ResultLimits()
        self._session: Any = None
        self._views: dict[str, None] = {}
        self._lock = threading.Lock()
        self._runs = count(1)
        self._running: dict[str, str] = {}
        self._cancelled: set[str] = set()

    def run(
        self,
        query: CheckedQuery,
        tables: Mapping[str, TableVersion],
        *,
        timeout: float = 30,
        owner: str = "",
        alone: bool = False,
    ) -> pa.Table:
        """Run it on the server; see `Engine.run`."""
        if alone:
            self.cancel(owner)
        names = {name: _view_name(version) for name, version in needed(query, tables)}
        tag = f"query-{next(self._runs)}"
        self._running[tag] = owner
        try:
            answer = _aside(self._answer, renamed(query.spark, names), tables, names, tag).result(timeout)
        except TimeoutError:
            self._interrupt(tag)
            raise QueryFailed("too_long", seconds=f"{timeout:g}") from None
        except PySparkException as error:
            raise self._failure(error, tag) from None
        finally:
            self._running.pop(tag, None)
            self._cancelled.discard(tag)
        self._refuse_large(answer)
        return as_declared(answer, query)

    def cancel(self, owner: str) -> bool:
        """End every query of this owner; False when there is none."""
        tags = [tag for tag, of in list(self._running.items()) if of == owner]
        for tag in tags:
            self._cancelled.add(tag)
            self._interrupt(tag)
        return bool(tags)

    def close(self) -> None:
        """End the session on the server."""
        with self._lock:
            if self._session is not None:
                self._session.stop()
                self._session = None
                self._views.clear()

    def _answer(
        self, sql: str, tables: Mapping[str, TableVersion], names: Mapping[str, str], tag: str
    ) -> pa.Table:
        session = self._connected()
        session.addTag(tag)
        for name, view in names.items():
            self._provide(session, tables[name], view)
        return session.sql(sql).limit(self.limits.rows + 1).toArrow()

    def _interrupt(self, tag: str) -> None:
        """Ask the server to stop; one that is too busy to listen keeps nobody waiting here."""
        if self._session is not None:
            _aside(self._session.interruptTag, tag)

    def _connected(self) -> Any:
        with self._lock:
            if self._session is None:
                self._knock()
                session = SparkSession.builder.remote(self.url).create()
                session.conf.set("spark.sql.session.timeZone", "UTC")
                session.conf.set("spark.sql.ansi.enabled", "true")
                # By itself the client tries for ten minutes.
                session.client.set_retry_policies([DefaultPolicy(max_retries=4)])
                self._session = session
            return self._session

    def _knock(self) -> None:
        """Find out at once whether anybody listens: the client itself would try for ten minutes."""
        address = urlsplit(self.url)
        try:
            socket.create_connection(
                (address.hostname or "", address.port or DEFAULT_PORT), timeout=5
            ).close()
        except OSError:
            raise QueryFailed("unreachable") from None

    def _provide(self, session: Any, version: TableVersion, view: str) -> None:
        """A view of the table's declared columns in the types that the gate has counted on."""
        with self._lock:
            if view in self._views:
                return
        frame = self._frame(session, version)
        casts = [_cast(spark_name(name), kind) for name, kind in version.columns.items()]
        frame.selectExpr(*casts).createOrReplaceTempView(view)
        with self._lock:
            self._views[view] = None
            if len(self._views) > MOST_VIEWS:
                oldest = next(iter(self._views))
                del self._views[oldest]
                session.catalog.dropTempView(oldest)

    def _frame(self, session: Any, version: TableVersion) -> Any:
        if not version.files:
            columns = ", ".join(
                f"{spark_name(name)} {SQL_TYPES[kind]}" for name, kind in version.columns.items()
            )
            return session.createDataFrame([], columns)
        if self.delta:
            return session.read.format("delta").option("versionAsOf", version.version).load(version.uri)
        return session.read.option("mergeSchema", "true").parquet(*_addresses(version))

    def _failure(self, error: PySparkException, tag: str) -> QueryFailed:
        if tag in self._cancelled:
            return QueryFailed("cancelled")
        return QueryFailed("unreachable" if "UNAVAILABLE" in str(error) else "failed")

    def _refuse_large(self, answer: pa.Table) -> None:
        if answer.num_rows > self.limits.rows or answer.nbytes > self.limits.bytes:
            raise QueryFailed("too_many_rows", most=self.limits.rows)
        for column in answer.columns:
            longest = pc.max(pc.utf8_length(column)).as_py() if pa.types.is_string(column.type) else 0
            if (longest or 0) > self.limits.text:
                raise QueryFailed("text_too_long", most=self.limits.text)


def _addresses(version: TableVersion) -> Sequence[str]:
    """Where a cluster finds the files: in the object store, where the lake stands in one."""
    if "://" not in version.uri:
        return version.files
    return [f"{version.uri}/{PurePath(file).name}" for file in version.files]


def _aside(call: Callable[..., Any], *values: object) -> Future[Any]:
    """Call it in a thread that nobody waits for when the program ends."""
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(call(*values))
        except Exception as error:  # noqa: BLE001 whoever asks for the result gets it
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def _cast(name: str, kind: ColumnType) -> str:
    # Adding 0 makes -0.0 what it is to DuckDB: the same as 0.0.
    zero = " + 0D" if kind == "number" else ""
    return f"CAST({name} AS {SQL_TYPES[kind]}){zero} AS {name}"


def _view_name(version: TableVersion) -> str:
    """A name that only this version of this table has, so that runs at once do not disturb each other."""
    told = repr((version.uri, version.version, version.files, sorted(version.columns.items())))
    return f"v_{hashlib.sha256(told.encode()).hexdigest()[:32]}"
