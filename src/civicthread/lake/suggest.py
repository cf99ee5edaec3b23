"""A first schema and dialect for a file, suggested from a sample, for a data steward to edit."""

import re
import unicodedata
from collections import Counter
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
from civicthread.lake.places import coordinates
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.schema import TIME_NAME, Column, ColumnType, TableSchema
from civicthread.lake.sources import open_source, unpack
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
NOTES: Final = {
    "mojibake": "“%(column)s” holds texts that were decoded wrongly before, such as “%(example)s”.",
    "no_time_column": "No column holds a date or a year: declare the period the file is about.",
    "period_in_key": "“%(column)s” is the same in all rows: it tells them apart from those of the next file.",
    "no_keys": "No column, nor pair of columns, tells the rows apart.",
    "day_or_month_first": "Dates such as %(example)s are read day first.",
    "null_words": "These words are read as “no value”: %(words)s.",
    "lines_before": "The headings begin with “%(heading)s”; lines before them that are passed over: %(lines)s.",
    "sheet": "The workbook has several sheets; “%(sheet)s” is read.",
    "two_readings": "“%(column)s” holds numbers such as %(example)s, read as decimals; they may be thousands.",
    "places": "“%(x)s” and “%(y)s” look like Belgian Lambert 72 coordinates: lon and lat are added.",
}
TYPES: Final[tuple[ColumnType, ...]] = ("integer", "number", "date", "timestamp", "boolean")
DAY_FIRST: Final = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
PERCENT: Final = re.compile(r"\s*[+-]?[\d.,]+\s*%\s*")
COMMA: Final = re.compile(r"\s*[+-]?\d+,\d+\s*%?\s*")
POINT: Final = re.compile(r"\s*[+-]?\d+\.\d+\s*%?\s*")
GROUPED: Final = re.compile(r"\s*[+-]?\d{1,3}(([. \u00a0\u202f’'])\d{3})+(,\d+)?\s*")
# Commas between thousands, told from decimal commas by a point, or by there being several.
ENGLISH: Final = re.compile(r"\s*[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})\s*%?\s*")
# Three digits behind the only sign: decimals to one reader, thousands to another.
THREE_BEHIND: Final = re.compile(r"\s*[+-]?[1-9]\d{0,2}[.,]\d{3}\s*%?\s*")
UNDER_A_THOUSAND: Final = re.compile(r"\s*[+-]?\d{1,3}\s*%?\s*")
CODE: Final = re.compile(r"0\d+")
LAMBERT: Final = ((10_000, 300_000), (10_000, 260_000))


@dataclass(frozen=True)
class Note:
    """Something the steward should know: a stable code, and what stands in its sentence in `NOTES`."""

    code: str
    params: dict[str, str]

    def __str__(self) -> str:
        return NOTES[self.code] % self.params


@dataclass(frozen=True)
class Suggestion:
    """What a sample of the file suggests, and some rows of it as texts by heading."""

    schema: TableSchema
    dialect: Dialect
    notes: tuple[Note, ...]
    rows: tuple[dict[str, str | None], ...]
    sheets: tuple[str, ...] = ()


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
        headings, rows = _sample(plain, dialect, Path(folder), limits)
        columns = [[row[number] or "" for row in rows] for number in range(len(headings))]
        dialect = _number_dialect(dialect, columns)
        dialect = replace(dialect, date_format=_date_format(columns))
        kinds = _types(columns, dialect, Path(folder), limits)
    named = list(zip(names_for(headings), headings, kinds, columns, strict=True))
    found = [_column(name, heading, kind, _plain(values, dialect)) for name, heading, kind, values in named]
    dialect, places = _with_places(dialect, found, columns)
    keys = _keys(found, columns, dialect)
    found = [replace(column, nullable=column.name not in keys) for column in found] + places
    schema = TableSchema(tuple(found), keys, _sort(found, keys))
    sample = tuple(dict(zip(headings, row, strict=True)) for row in rows[:20])
    notes = (*_notes(schema, dialect, columns), *_standing(dialect, headings, sheets))
    return Suggestion(schema, dialect, notes, sample, sheets)


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


def _sample(
    path: Path, dialect: Dialect, work: Path, limits: Limits
) -> tuple[tuple[str, ...], list[tuple[str | None, ...]]]:
    source = open_source(path, dialect, work, unpacked_bytes=limits.unpacked_bytes)
    with connect(limits, work) as connection:
        cells = ", ".join(f"c{number}" for number in range(len(source.headings)))
        relation = source.locate().relation
        sql = f"SELECT {cells} FROM {relation} ORDER BY __line LIMIT {SAMPLE_ROWS}"  # noqa: S608
        rows = connection.execute(sql).fetchall()
    return source.headings, rows


def _number_dialect(dialect: Dialect, columns: list[list[str]]) -> Dialect:
    """Decimal sign, thousands sign and the words for “no value”, from the columns that are mostly numbers."""
    commas = points = english = 0
    signs: Counter[str] = Counter()
    words: set[str] = set()
    for values in columns:
        plain = [value.strip() for value in values if value.strip()]
        numbers = [value for value in plain if _looks_numeric(value)]
        if not numbers or len(numbers) * 2 < len(plain):
            continue
        grouped = [match for value in numbers if (match := GROUPED.fullmatch(value))]
        commas += sum(bool(COMMA.fullmatch(value)) for value in numbers) + sum(bool(m[3]) for m in grouped)
        english += sum(bool(ENGLISH.fullmatch(value)) for value in numbers)
        points += sum(bool(POINT.fullmatch(value)) for value in numbers)
        signs.update(" " if match[2].isspace() else match[2] for match in grouped)
        words |= {value for value in plain if value in sniff.NO_VALUE}
    if english and not signs.keys() - {"."}:
        return replace(dialect, thousands=",", nulls=tuple(sorted(words)))
    decimal = "," if commas > points else "."
    able = [sign for sign in signs if sign != decimal and (sign != "." or commas)]
    thousands = max(able, key=lambda sign: (signs[sign], sign), default="")
    return replace(dialect, decimal=decimal, thousands=thousands, nulls=tuple(sorted(words)))


def _looks_numeric(value: str) -> bool:
    return any(sign.isdigit() for sign in value) and not re.sub(r"[\d.,%+\-\s’']", "", value)


def _read_in_two_ways(values: Sequence[str], dialect: Dialect) -> str:
    """A number whose decimal sign may as well part thousands, as in all numbers of its column; or nothing.

    >>> _read_in_two_ways(["4,000", "950", "n.d."], Dialect(decimal=","))
    '4,000'
    >>> [_read_in_two_ways(["4,000", other], Dialect(decimal=",")) for other in ("0,125", "2,5", "1200")]
    ['', '', '']
    """
    numbers = [value.strip() for value in values if _looks_numeric(value)]
    signed = [value for value in numbers if dialect.decimal in value]
    if dialect.format != "csv" or dialect.thousands or not signed or len(numbers) * 2 < len(values):
        return ""  # other formats say what a number is, and a known sign between thousands settles it
    clear = [value for value in numbers if value not in signed and not UNDER_A_THOUSAND.fullmatch(value)]
    return "" if clear or not all(THREE_BEHIND.fullmatch(value) for value in signed) else signed[0]


def _date_format(columns: list[list[str]]) -> str:
    """A day-first format in which all values of some column are dates, or nothing for ISO."""
    for values in columns:
        plain = [value.strip() for value in values if value.strip()]
        for shape in DAY_FIRST:
            sign = re.escape(shape[2])
            if plain and all(
                re.fullmatch(rf"\d{{1,2}}{sign}\d{{1,2}}{sign}\d{{4}}", value) for value in plain
            ):
                return shape
    return ""


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

    Without it the next period would take the place of this one.
    """
    able = [
        (column.name, cells)
        for column, cells in zip(columns, values, strict=True)
        if column.type != "number"
        and column.name != "wkt"
        and cells
        and not {"", *dialect.nulls} & set(cells)
    ]
    single = ((candidate,) for candidate in able)
    for candidate in chain(single, combinations(able[:12], 2)):
        rows = list(zip(*(cells for _, cells in candidate), strict=True))
        if len(set(rows)) == len(rows):
            periods = [
                column.name
                for column, cells in zip(columns, values, strict=True)
                if _is_period(column, cells)
            ]
            return tuple(dict.fromkeys([*(name for name, _ in candidate), *periods]))
    return ()


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
    if example := _read_in_two_ways(_plain(values, dialect), dialect):
        yield Note("two_readings", {"column": column.heading, "example": example})
    if is_key and _is_period(column, values):
        yield Note("period_in_key", {"column": column.heading})
