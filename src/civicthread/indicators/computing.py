"""From a checked query to figures: running it on named versions of the lake, and reading its rows."""

import hashlib
import math
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Max

from civicthread.core.errors import Refused
from civicthread.datahub import tables
from civicthread.datahub.models import Dataset
from civicthread.indicators import words
from civicthread.indicators.models import MethodVersion
from civicthread.lake.refusals import UnknownVersion
from civicthread.lake.schema import TableVersion
from civicthread.methods import periods

if TYPE_CHECKING:
    import pyarrow as pa

    from civicthread.lake.engine import Engine
    from civicthread.lake.query import CheckedQuery

NUMERIC = ("value", "numerator", "denominator")
FLAG, NOTE = "flag", "note"
PLAIN_COLUMNS = {"period", "area", FLAG, *NUMERIC}
LONGEST_TEXT = 200
LONGEST_NOTE = 500
# A person waits for a preview; a computation may take its time.
SECONDS_TO_LOOK = 20.0
SECONDS_TO_COMPUTE = 120.0
NAME = re.compile(r"\w+")
# What a query may write in its column `flag`: our words, or the letters of Eurostat and SDMX.
FLAGS: Mapping[str, str] = {
    **{code: code for code in words.FLAGS},
    "b": "break",
    "e": "estimated",
    "p": "provisional",
    "i": "imputed",
}
BETWEEN_FLAGS = re.compile(r"[\s,;]+")

Versions = Mapping[str, int]


@dataclass(frozen=True)
class Figure:
    """One row that an indicator's query gave. `notes` are pairs of a language and a text."""

    period: str
    value: float | None
    area: str = ""
    numerator: float | None = None
    denominator: float | None = None
    breakdown: tuple[tuple[str, str], ...] = ()
    # Not in the fingerprint of a figure without them, so that runs from before they existed keep theirs.
    flags: tuple[str, ...] = field(default=(), repr=False)
    notes: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def line(self) -> str:
        """All that is said of this figure, to the last digit."""
        said = f" {self.flags!r} {self.notes!r}" if self.flags or self.notes else ""
        return repr(self) + said


@dataclass(frozen=True)
class Computation:
    """The figures, and all it takes to compute them again."""

    figures: tuple[Figure, ...]
    engine: str
    sql_sha256: str
    versions: Versions
    digest: str


def engine() -> "Engine":
    """The engine this installation computes with, started once in a program, whoever asks first."""
    with _starting:
        return started()


# Two threads that ask at once would start two engines, and one of them could cancel nothing in the other's.
_starting = threading.Lock()


@cache
def started() -> "Engine":
    """What `engine` gives."""
    from civicthread.lake.engine import engine_from  # noqa: PLC0415  # heavy: no reader of a page needs it

    return engine_from(settings.ENGINE)


def engine_name() -> str:
    """The engine's name, as runs keep it: without the address of a server."""
    return str(settings.ENGINE).split("://", maxsplit=1)[0]


def any_query(sql: str) -> "CheckedQuery":
    """The query, checked against the datasets it may name."""
    from civicthread.lake.sql import SqlRefused, check  # noqa: PLC0415  # heavy: no reader of a page needs it
    from civicthread.lake.sql.grammar import MOST_CHARACTERS  # noqa: PLC0415

    try:
        return check(sql, _columns(sql[:MOST_CHARACTERS]))  # type: ignore[arg-type]  # column types are a choice of the lake's own
    except SqlRefused as refusal:
        raise words.sql_refused(refusal) from None


def checked(sql: str) -> "CheckedQuery":
    """The same for a query of an indicator: it must give `period` and `value`, and numbers where they belong."""
    query = any_query(sql)
    types = {column.name: column.type for column in query.columns}
    if missing := {"period", "value"} - types.keys():
        raise words.refused("columns-missing", missing=", ".join(sorted(missing)))
    for name in NUMERIC:
        if types.get(name, "number") not in {"number", "integer"}:
            raise words.refused("not-numeric", name=name)
    for name in (FLAG, *_note_columns()):
        if types.get(name, "text") not in {"text", "null"}:
            raise words.refused("not-text", name=name)
    return query


def query_of(method: MethodVersion, versions: Versions) -> "CheckedQuery":
    """A method's query as it was checked when it was saved; checked again where the gate or a column is another now."""
    from civicthread.lake.query import CheckedQuery  # noqa: PLC0415  # heavy: no reader of a page needs it

    known = CheckedQuery.from_kept(method.sql, method.checked)
    if known and all(_columns_at(name, versions) == columns for name, columns in known.read.items()):
        return known
    return checked(method.sql)


def datasets_of(method: MethodVersion) -> list[str]:
    """The codes of the datasets that a method's query reads."""
    return sorted(
        method.checked["read"] if method.checked else method.datasets.values_list("code", flat=True)
    )


def _columns_at(code: str, versions: Versions) -> Mapping[str, str] | None:
    return _version(str(settings.LAKE), code, versions[code]).columns if code in versions else None


def _note_columns() -> dict[str, str]:
    """The columns a query may write notes in, each with its language; `note` alone is in the city's first one."""
    languages = {f"{NOTE}_{code}": code for code, _name in settings.LANGUAGES}
    return {NOTE: str(settings.LANGUAGE_CODE), **languages}


def _columns(sql: str) -> dict[str, dict[str, str]]:
    """The columns of the datasets whose code stands in the text: reading all of them takes longer than the check."""
    named = {word.casefold() for word in NAME.findall(sql)}
    datasets = Dataset.objects.filter(code__in=named).prefetch_related("columns")
    return {d.code: {column.name: column.type for column in d.columns.all()} for d in datasets}


def latest_versions(codes: Iterable[str]) -> dict[str, int]:
    """The current version of each of these datasets."""
    wanted = sorted(set(codes))
    found = Dataset.objects.filter(code__in=wanted).annotate(last=Max("versions__number"))
    versions = {code: last for code, last in found.values_list("code", "last") if last is not None}
    if empty := [code for code in wanted if code not in versions]:
        raise words.refused("no-rows", name=empty[0])
    return versions


def run(
    query: "CheckedQuery",
    versions: Versions,
    *,
    owner: str = "",
    seconds: float = SECONDS_TO_COMPUTE,
    alone: bool = False,
) -> "pa.Table":
    """The rows of a checked query on those versions; `alone` ends the other queries of this owner."""
    from civicthread.lake.engine import QueryFailed  # noqa: PLC0415  # heavy: no reader of a page needs it

    lake = str(settings.LAKE)  # asked once: a batch names hundreds of datasets for each of its queries
    found = {code: _version(lake, code, number) for code, number in versions.items()}
    try:
        return engine().run(query, found, owner=owner, timeout=seconds, alone=alone)
    except QueryFailed as failed:
        raise words.query_failed(failed) from None


@lru_cache(maxsize=1000)
def _version(lake: str, code: str, number: int) -> TableVersion:
    """A version never changes, and finding its files takes longer than reading a small one."""
    try:
        with tables.answering():
            return tables.lake_at(lake).table(code).version(number)
    except UnknownVersion:
        raise words.refused("version-gone", name=code, version=number) from None


def compute(query: "CheckedQuery", versions: Versions, *, owner: str = "") -> Computation:
    """The figures that the query gives on those versions of its datasets."""
    used = {code: versions[code] for code in query.tables}
    figures = figures_of(run(query, versions, owner=owner))
    return Computation(figures, engine_name(), query.sha256, used, digest(figures))


def figures_of(answer: "pa.Table") -> tuple[Figure, ...]:
    """The rows of an answer as figures; refused where one has no period, or no area that should have one."""
    notes = {name: code for name, code in _note_columns().items() if name in answer.column_names}
    groups = sorted(set(answer.column_names) - PLAIN_COLUMNS - notes.keys())
    return tuple(_figure(row, groups, notes) for row in answer.to_pylist())


def _figure(row: Mapping[str, Any], groups: Sequence[str], notes: Mapping[str, str]) -> Figure:
    period = _period(row["period"])
    if "area" in row and row["area"] is None:
        raise words.refused("area-missing")
    return Figure(
        period=period,
        value=_number(row["value"]),
        area=str(row.get("area", ""))[:LONGEST_TEXT],
        numerator=_number(row.get("numerator")),
        denominator=_number(row.get("denominator")),
        breakdown=tuple((name, str(row[name])) for name in groups if row[name] is not None),
        flags=_flags(row.get(FLAG)),
        notes=tuple((code, str(row[name])[:LONGEST_NOTE]) for name, code in notes.items() if row[name]),
    )


def _flags(given: object) -> tuple[str, ...]:
    """The flags of a row, each once; refused where one is unknown, so that a spelling mistake does not hide it."""
    if not given:
        return ()
    found = [flag for flag in BETWEEN_FLAGS.split(str(given).strip().casefold()) if flag]
    if unknown := [flag for flag in found if flag not in FLAGS]:
        raise words.refused("flag-unknown", flag=unknown[0][:LONGEST_TEXT], known=", ".join(words.FLAGS))
    return tuple(sorted({FLAGS[flag] for flag in found}))


def _period(given: object) -> str:
    if given is None:
        raise words.refused("period-missing")
    period = str(given).strip()
    try:
        periods.parse(period)
    except periods.PeriodError:
        raise words.refused("period-unclear", period=period[:LONGEST_TEXT]) from None
    return period


def _number(value: Any) -> float | None:
    """A finite number; missing is not zero, and what is no number is missing."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def failed(refusal: Refused, *, sql_sha256: str, versions: Versions) -> dict[str, Any]:
    """What a run that gave nothing notes of itself, be it of an indicator or of an index."""
    return {
        "engine": engine_name(),
        "sql_sha256": sql_sha256,
        "versions": dict(versions),
        "failed": refusal.code,
        "facts": refusal.facts,
    }


def digest(figures: tuple[Figure, ...]) -> str:
    """A fingerprint of all figures, to the last digit, whatever their order."""
    lines = sorted(figure.line for figure in figures)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
