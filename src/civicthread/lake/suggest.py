"""A first schema and dialect for a file, suggested from a sample, for a data steward to edit."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import duckdb

from civicthread.lake import roles, sniff
from civicthread.lake.checks import checks, values_sql
from civicthread.lake.connection import DEFAULT_LIMITS, Limits, borrow, fitting
from civicthread.lake.dialect import Dialect, FileFormat
from civicthread.lake.notes import Note
from civicthread.lake.places import coordinates
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sample import SAMPLE_ROWS, Sample, of_the_table, with_headings
from civicthread.lake.schema import Column, ColumnType, TableSchema
from civicthread.lake.sources import open_source, unpack
from civicthread.lake.spelling import (
    date_format,
    in_brackets,
    in_euro,
    is_money,
    is_written,
    looks_like_date,
    number_dialect,
    read_in_two_ways,
    shown,
    unit_of,
)
from civicthread.lake.where import in_workbook, placed

FORMATS: Final[dict[str, FileFormat]] = {
    ".xlsx": "xlsx",
    ".geojson": "geojson",
    ".parquet": "parquet",
    ".jsonl": "jsonlines",
    ".ndjson": "jsonlines",
    ".json": "json",
}
TYPES: Final[tuple[ColumnType, ...]] = ("integer", "number", "date", "timestamp", "boolean")
CODE: Final = re.compile(r"0\d+")
LAMBERT: Final = ((10_000, 300_000), (10_000, 260_000))


@dataclass(frozen=True)
class Suggestion:
    """What a sample of the file suggests, and some rows of it as texts by heading."""

    schema: TableSchema
    dialect: Dialect
    notes: tuple[Note, ...]
    rows: tuple[dict[str, str | None], ...]
    sheets: tuple[str, ...] = ()
    period: str = ""
    """The column that seems to tell the period."""


class Kind(NamedTuple):
    """The type of a column; and why it is no better one, with a value that stands in the way."""

    type: ColumnType
    why: tuple[str, str] | None = None


def suggest(
    path: Path, *, name: str = "", told: Mapping[str, Any] | None = None, limits: Limits = DEFAULT_LIMITS
) -> Suggestion:
    """Suggest how to read a file. `name` is the uploaded file's name, where `path` has another; `told` are parts of
    the dialect that a person knows better.

    IngestRefused where the file cannot be read at all.

    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "prix.csv")
    ...     written = file.write_bytes("Commune;Prix moyen (€)\\nForêt;12,5\\nUccle;3,25\\n".encode("cp1252"))
    ...     found = suggest(file)
    ...     found.dialect.encoding, found.dialect.delimiter, found.dialect.decimal
    ...     [(column.name, column.type) for column in found.schema.columns], found.schema.keys
    ('windows-1252', ';', ',')
    ([('commune', 'text'), ('prix_moyen', 'number')], ('commune',))
    """
    with TemporaryDirectory(prefix="suggest-") as folder:
        plain = unpack(path, Path(folder), limit=limits.unpacked_bytes)
        dialect = _first_dialect(plain, name or path.name, told or {})
        sheets = in_workbook(plain)[2] if dialect.format == "xlsx" else ()
        whole = with_headings(_sample(plain, dialect, Path(folder), limits))
        sample = of_the_table(whole)
        headings, columns = sample.headings, sample.columns()
        dialect = number_dialect(dialect, columns)
        dialect = replace(dialect, date_format=date_format(columns))
        kinds = _types(columns, dialect, limits)
    named = zip(names_for(headings), headings, kinds, columns, sample.units, strict=True)
    found = [
        _column(name, heading, kind.type, unit_of(_plain(values, dialect)) or unit)
        for name, heading, kind, values, unit in named
    ]
    dialect, places = _with_places(dialect, found, columns)
    times = roles.times(found, columns)
    keys = roles.keys(found, columns, nulls=dialect.nulls, times=times)
    found = [replace(column, nullable=column.name not in keys) for column in found] + places
    period = next((name for name in times if name in keys), next(iter(times), ""))
    schema = TableSchema(tuple(found), keys, roles.order(keys, period))
    first = tuple(dict(zip(headings, row, strict=True)) for row in whole.rows[:20])
    noted = [*sample.notes, *_standing(dialect, headings, sheets), *_notes(schema, dialect, columns, times)]
    notes = (*noted, *_why_text(headings, kinds))
    return Suggestion(schema, dialect, notes, first, sheets, period)


def names_for(headings: Sequence[str]) -> list[str]:
    """Column names for headings: lower case, no accents, each its own.

    >>> names_for(["Lon (WGS 84)", "Année", "2019", "année"])
    ['lon_wgs_84', 'annee', 'c_2019', 'annee_2']
    """
    taken: list[str] = []
    for heading in headings:
        folded = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9]+", "_", folded).strip("_")[:50] or "column"
        name = name if name[0].isalpha() else f"c_{name}"
        again = next(number for number in range(1, len(taken) + 2) if _numbered(name, number) not in taken)
        taken.append(_numbered(name, again))
    return taken


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}_{number}"


def _first_dialect(path: Path, name: str, told: Mapping[str, Any]) -> Dialect:
    start = sniff.start_of(path)
    suffix = Path(name.lower().removesuffix(".gz")).suffix
    kind = FORMATS.get(suffix, "csv")
    if start.startswith(b"PK\x03\x04"):
        kind = "xlsx"
    elif start.startswith(b"PAR1"):
        kind = "parquet"
    elif kind == "csv" and start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise IngestRefused("not_text", found="a page or message in XML")
    elif kind in ("csv", "json") and start.lstrip()[:1] == b"{" and b'"FeatureCollection"' in start:
        kind = "geojson"
    encoding = sniff.encoding_of(start) if kind == "csv" else "utf-8"
    text = sniff.text_of(start, encoding)
    split = kind in ("json", "jsonlines", "geojson")
    dialect = replace(Dialect(format=kind, encoding=encoding, split=split), **told)
    if kind == "csv":
        dialect = replace(dialect, delimiter=sniff.delimiter_of(text))
    return replace(placed(dialect, path, text), **told)


def _sample(path: Path, dialect: Dialect, work: Path, limits: Limits) -> Sample:
    source = open_source(path, dialect, work, unpacked_bytes=limits.unpacked_bytes)
    with fitting(limits, [path]) as connection:
        cells = ", ".join(f"c{number}" for number in range(len(source.headings)))
        relation = source.locate().relation
        sql = f"SELECT {cells} FROM {relation} ORDER BY __line LIMIT {SAMPLE_ROWS}"  # noqa: S608
        rows = connection.execute(sql).fetchall()
    return Sample(source.headings, rows, source.notes)


def _types(columns: list[list[str]], dialect: Dialect, limits: Limits) -> list[Kind]:
    """The narrowest type that every value of a column keeps, by the same checks as the ingestion's."""
    with borrow(limits) as connection:
        return [_kind(connection, _plain(values, dialect), dialect) for values in columns]


def _kind(connection: duckdb.DuckDBPyConnection, plain: list[str], dialect: Dialect) -> Kind:
    if not plain or any(CODE.fullmatch(value) for value in plain):
        return Kind("text")
    tried = TableSchema(tuple(Column(kind, kind, unit=unit_of(plain), source="v") for kind in TYPES))
    ready = checks(tried, ("v",), dialect)
    rows = "(SELECT generate_subscripts($1, 1) AS __line, NULL AS __problem, unnest($1::VARCHAR[]) AS c0)"
    problems = ", ".join(
        f"count({one.problem}), min(__line) FILTER ({one.problem} IS NOT NULL)" for one in ready
    )
    sql = f"SELECT {problems} FROM ({values_sql(rows, ready)})"  # noqa: S608
    told = connection.execute(sql, [plain]).fetchall()[0]
    counts, lines = dict(zip(TYPES, told[::2], strict=True)), dict(zip(TYPES, told[1::2], strict=True))
    fitting = [kind for kind in TYPES if not counts[kind]]
    if {"integer", "number"} <= {*fitting} and any(dialect.decimal in value for value in plain):
        fitting.remove("integer")  # “65.0” says that another value may be 65.5
    if fitting:
        return Kind(fitting[0])
    first = {kind: plain[lines[kind] - 1] for kind in TYPES}
    if 2 * counts["number"] < len(plain) or all(is_money(value) for value in plain):
        return Kind("text", ("not_all_numbers", first["number"]))
    if 2 * sum(looks_like_date(value) for value in plain) > len(plain):
        return Kind("text", ("not_all_dates", first["timestamp"]))
    return Kind("text")


def _why_text(headings: Sequence[str], kinds: Sequence[Kind]) -> Iterable[Note]:
    for heading, kind in zip(headings, kinds, strict=True):
        if kind.why:
            code, example = kind.why
            yield Note(code, {"column": heading, "example": example.strip()[:80]})


def _plain(values: list[str], dialect: Dialect) -> list[str]:
    return [value for value in values if value.strip() and value not in dialect.nulls]


def _column(name: str, heading: str, kind: ColumnType, unit: str) -> Column:
    unit = unit if kind in ("integer", "number") else ""
    return Column(
        name, "number" if unit == "%" else kind, unit=unit, source="" if heading == name else heading
    )


def _with_places(
    dialect: Dialect, columns: Sequence[Column], values: Sequence[list[str]]
) -> tuple[Dialect, list[Column]]:
    """Lambert 72 columns, known by their ranges, with the columns that the transformation adds."""
    names = {column.name for column in columns}
    if dialect.format == "geojson" or {"lon", "lat"} & names or coordinates(names):
        return dialect, []
    for number, (x, y) in enumerate(pairwise(columns)):
        pair = zip((x, y), values[number : number + 2], LAMBERT, strict=True)
        if re.search(r"(^|_)x(_|$)", x.name) and all(_within(*column) for column in pair):
            places = [Column("lon", "number", unit="°"), Column("lat", "number", unit="°")]
            return replace(dialect, crs="EPSG:31370", x=x.heading, y=y.heading), places
    return dialect, []


def _within(column: Column, values: list[str], bounds: tuple[int, int]) -> bool:
    numbers = [float(value) for value in values if value] if column.type in ("integer", "number") else []
    return bool(numbers) and all(bounds[0] <= number <= bounds[1] for number in numbers)


def _standing(dialect: Dialect, headings: Sequence[str], sheets: Sequence[str]) -> Iterable[Note]:
    """Where in the file the table was found, where that is not plain."""
    if dialect.skip:
        yield Note("lines_before", {"lines": str(dialect.skip), "heading": headings[0]})
    if len(sheets) > 1:
        yield Note("sheet", {"sheet": dialect.sheet or sheets[0]})


def _notes(
    schema: TableSchema, dialect: Dialect, columns: list[list[str]], times: Sequence[str]
) -> Iterable[Note]:
    for column, values in zip(schema.columns, columns, strict=False):
        yield from _notes_of(column, values, dialect, is_key=column.name in schema.keys)
    if not times:
        yield Note("no_time_column", {})
    if not schema.keys:
        yield Note("no_keys", {})
    if dialect.nulls:
        yield Note("null_words", {"words": ", ".join(dialect.nulls)})
    if dialect.x:
        yield Note("places", {"x": dialect.x, "y": dialect.y})
    if negative := in_brackets(list(chain.from_iterable(columns))) if dialect.brackets else "":
        yield Note("brackets", {"example": negative.strip()})
    if dialect.date_format:
        written = next(
            value for value in chain.from_iterable(columns) if is_written(value, dialect.date_format)
        )
        yield Note("dates_read", {"example": written.strip(), "form": shown(dialect.date_format)})


def _notes_of(column: Column, values: list[str], dialect: Dialect, *, is_key: bool) -> Iterable[Note]:
    if wrong := sniff.mojibake_in([*column.heading.splitlines(), *values]):
        yield Note("mojibake", {"column": column.heading, "example": wrong[0][:80]})
    if example := read_in_two_ways(_plain(values, dialect), dialect):
        yield Note("two_readings", {"column": column.heading, "example": example})
    if column.unit == "€":
        yield Note("euro", {"column": column.heading, "example": next(filter(in_euro, values)).strip()})
    if is_key and roles.is_one_period(column, values):
        yield Note("period_in_key", {"column": column.heading})
