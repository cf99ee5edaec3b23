"""A first schema and dialect for a file, suggested from a sample, for a data steward to edit."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from civicthread.lake import sniff
from civicthread.lake.checks import checks, values_sql
from civicthread.lake.connection import DEFAULT_LIMITS, Limits, connect
from civicthread.lake.dialect import Dialect, FileFormat
from civicthread.lake.notes import Note
from civicthread.lake.places import coordinates
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.schema import TIME_NAME, Column, ColumnType, TableSchema
from civicthread.lake.sources import is_unnamed, open_source, unpack
from civicthread.lake.spelling import date_format, number_dialect, read_in_two_ways
from civicthread.lake.where import in_workbook, placed

SAMPLE_ROWS: Final = 5000
FORMATS: Final[dict[str, FileFormat]] = {
    ".xlsx": "xlsx",
    ".geojson": "geojson",
    ".parquet": "parquet",
    ".jsonl": "jsonlines",
    ".ndjson": "jsonlines",
    ".json": "json",
}
TYPES: Final[tuple[ColumnType, ...]] = ("integer", "number", "date", "timestamp", "boolean")
PERCENT: Final = re.compile(r"\s*[+-]?[\d.,]+\s*%\s*")
NAMING: Final = re.compile(r"(^|_)(id|code|postcode|nr|no|numero|nummer|nis|ins|key|cle)(_|$)")
"""What columns of numbers that name something are called."""
CODE: Final = re.compile(r"0\d+")
Named = tuple[str, Sequence[str]]
"""The name of a column and its texts."""
LAMBERT: Final = ((10_000, 300_000), (10_000, 260_000))


@dataclass(frozen=True)
class Suggestion:
    """What a sample of the file suggests, and some rows of it as texts by heading."""

    schema: TableSchema
    dialect: Dialect
    notes: tuple[Note, ...]
    rows: tuple[dict[str, str | None], ...]
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """The first rows of a table, and what was noted in reading them."""

    headings: tuple[str, ...]
    rows: Sequence[tuple[str | None, ...]]
    notes: tuple[Note, ...] = ()

    def columns(self) -> list[list[str]]:
        """The texts of each column."""
        return [[row[number] or "" for row in self.rows] for number in range(len(self.headings))]


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
        sample = _with_headings(_sample(plain, dialect, Path(folder), limits))
        headings, columns = sample.headings, sample.columns()
        dialect = number_dialect(dialect, columns)
        dialect = replace(dialect, date_format=date_format(columns))
        kinds = _types(columns, dialect, Path(folder), limits)
    named = list(zip(names_for(headings), headings, kinds, columns, strict=True))
    found = [_column(name, heading, kind, _plain(values, dialect)) for name, heading, kind, values in named]
    dialect, places = _with_places(dialect, found, columns)
    keys = _keys(found, columns, dialect)
    found = [replace(column, nullable=column.name not in keys) for column in found] + places
    schema = TableSchema(tuple(found), keys, _sort(found, keys))
    shown = tuple(dict(zip(headings, row, strict=True)) for row in sample.rows[:20])
    notes = (*sample.notes, *_notes(schema, dialect, columns), *_standing(dialect, headings, sheets))
    return Suggestion(schema, dialect, notes, shown, sheets)


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
    dialect = replace(Dialect(format=kind, encoding=encoding), **told)
    if kind == "csv":
        dialect = replace(dialect, delimiter=sniff.delimiter_of(text))
    return replace(placed(dialect, path, text), **told)


def _sample(path: Path, dialect: Dialect, work: Path, limits: Limits) -> Sample:
    source = open_source(path, dialect, work, unpacked_bytes=limits.unpacked_bytes)
    with connect(limits, work) as connection:
        cells = ", ".join(f"c{number}" for number in range(len(source.headings)))
        relation = source.locate().relation
        sql = f"SELECT {cells} FROM {relation} ORDER BY __line LIMIT {SAMPLE_ROWS}"  # noqa: S608
        rows = connection.execute(sql).fetchall()
    return Sample(source.headings, rows, source.notes)


def _with_headings(sample: Sample) -> Sample:
    """The sample without the columns that have neither a heading nor a value.

    IngestRefused where a column between others lacks only its heading: headings in two lines or merged ones do.
    """
    lacking = {number for number, name in enumerate(sample.headings) if is_unnamed(name, number + 1)}
    empty = {number for number in lacking if not any(row[number] for row in sample.rows)}
    last = max({*range(len(sample.headings))} - lacking)
    between = sorted(number for number in lacking - empty if 0 < number < last)
    if between:
        raise IngestRefused("empty_heading", number=between[0] + 1)
    notes = []
    if empty:
        notes.append(
            Note("columns_empty", {"columns": ", ".join(str(number + 1) for number in sorted(empty))})
        )
    if unnamed := [sample.headings[number] for number in sorted(lacking - empty)]:
        notes.append(Note("columns_unnamed", {"columns": ", ".join(unnamed)}))
    kept = [number for number in range(len(sample.headings)) if number not in empty]
    rows = [tuple(row[number] for number in kept) for row in sample.rows] if empty else sample.rows
    return Sample(tuple(sample.headings[number] for number in kept), rows, (*sample.notes, *notes))


def _types(columns: list[list[str]], dialect: Dialect, work: Path, limits: Limits) -> list[ColumnType]:
    """The narrowest type that every value of a column keeps, by the same checks as the ingestion's."""
    found: list[ColumnType] = []
    with connect(limits, work) as connection:
        for values in columns:
            plain = _plain(values, dialect)
            if not plain or any(CODE.fullmatch(value) for value in plain):
                found.append("text")
                continue
            tried = TableSchema(tuple(Column(kind, kind, unit=_unit(plain), source="v") for kind in TYPES))
            ready = checks(tried, ("v",), dialect)
            rows = "(SELECT 0 AS __line, NULL AS __problem, unnest(?::VARCHAR[]) AS c0)"
            problems = ", ".join(f"count({check.problem})" for check in ready)
            sql = f"SELECT {problems} FROM ({values_sql(rows, ready)})"  # noqa: S608
            counts = connection.execute(sql, [plain]).fetchall()[0]
            fitting = [kind for kind, count in zip(TYPES, counts, strict=True) if not count]
            if len(fitting) > 1 and any(dialect.decimal in value for value in plain):
                fitting.remove("integer")  # “65.0” says that another value may be 65.5
            found.append((*fitting, "text")[0])
    return found


def _plain(values: list[str], dialect: Dialect) -> list[str]:
    return [value for value in values if value.strip() and value not in dialect.nulls]


def _unit(values: Sequence[str]) -> str:
    return "%" if values and all(PERCENT.fullmatch(value) for value in values) else ""


def _column(name: str, heading: str, kind: ColumnType, plain: list[str]) -> Column:
    unit = _unit(plain) if kind in ("integer", "number") else ""
    return Column(name, "number" if unit else kind, unit=unit, source="" if heading == name else heading)


def _keys(columns: Sequence[Column], values: Sequence[list[str]], dialect: Dialect) -> tuple[str, ...]:
    """The first column, or else pair of columns, without empty values in which no two rows are the same; and the
    period where the whole file is about one.

    Without it the next period would take the place of this one. Whole numbers that may count something are tried last:
    in a small file they often differ by chance.
    """
    able = [
        (column, cells)
        for column, cells in zip(columns, values, strict=True)
        if column.type != "number"
        and column.name != "wkt"
        and cells
        and not {"", *dialect.nulls} & set(cells)
    ]
    named = [(column.name, cells) for column, cells in able if not _may_count(column, columns)]
    every = [(column.name, cells) for column, cells in able]
    for candidate in chain.from_iterable(_ones_and_pairs(some) for some in (named, every)):
        rows = list(zip(*(cells for _, cells in candidate), strict=True))
        if len(set(rows)) == len(rows):
            periods = [
                column.name
                for column, cells in zip(columns, values, strict=True)
                if _is_period(column, cells)
            ]
            return tuple(dict.fromkeys([*(name for name, _ in candidate), *periods]))
    return ()


def _ones_and_pairs(able: Sequence[Named]) -> Iterable[tuple[Named, ...]]:
    return chain(((one,) for one in able), combinations(able[:12], 2))


def _may_count(column: Column, columns: Sequence[Column]) -> bool:
    """Whether its whole numbers may be amounts: it is not the first, nor a time, nor called like what names something."""
    plain = column is columns[0] or _is_time(column) or NAMING.search(column.name)
    return column.type == "integer" and not plain


def _is_period(column: Column, cells: Sequence[str | None]) -> bool:
    """Whether the column tells the one period of a file. A date of another name may say when it was written."""
    named = TIME_NAME.fullmatch if column.type in ("date", "timestamp") else TIME_NAME.search
    return bool(named(column.name)) and len(set(cells)) == 1 and bool(cells[0])


def _sort(columns: Iterable[Column], keys: tuple[str, ...]) -> tuple[str, ...]:
    """Entity first, time second: what indicators filter and group by."""
    times = [column.name for column in columns if _is_time(column)][:1]
    return tuple(dict.fromkeys([*(name for name in keys if name not in times), *times]))


def _is_time(column: Column) -> bool:
    return column.type in ("date", "timestamp") or bool(TIME_NAME.search(column.name))


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


def _notes(schema: TableSchema, dialect: Dialect, columns: list[list[str]]) -> Iterable[Note]:
    for column, values in zip(schema.columns, columns, strict=False):
        yield from _notes_of(column, values, dialect, is_key=column.name in schema.keys)
    if not any(_is_time(column) for column in schema.columns):
        yield Note("no_time_column", {})
    if not schema.keys:
        yield Note("no_keys", {})
    if dialect.date_format:
        yield Note("day_or_month_first", {"example": dialect.date_format})
    if dialect.nulls:
        yield Note("null_words", {"words": ", ".join(dialect.nulls)})
    if dialect.x:
        yield Note("places", {"x": dialect.x, "y": dialect.y})


def _notes_of(column: Column, values: list[str], dialect: Dialect, *, is_key: bool) -> Iterable[Note]:
    if wrong := sniff.mojibake_in([*column.heading.splitlines(), *values]):
        yield Note("mojibake", {"column": column.heading, "example": wrong[0][:80]})
    if example := read_in_two_ways(_plain(values, dialect), dialect):
        yield Note("two_readings", {"column": column.heading, "example": example})
    if is_key and _is_period(column, values):
        yield Note("period_in_key", {"column": column.heading})
