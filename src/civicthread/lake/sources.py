"""From a file on disk to rows of text that DuckDB can read, whatever the file's format.

Each reader gives a `Source`: its headings, and one relation with `__line` (where the row stands in the file),
`__problem` (what is wrong with the row already, or NULL) and the text columns `c0`, `c1` … in heading order.
Large files stay on disk: what DuckDB cannot read itself is converted row by row to a temporary CSV.
"""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from civicthread.lake.connection import literal
from civicthread.lake.dialect import Dialect
from civicthread.lake.notes import Note
from civicthread.lake.refusals import IngestRefused

BLOCK: Final = 1 << 20
MAX_LINE: Final = 1 << 20
"""A line longer than this (bytes) is set aside: no table of a city has one, and a hostile file may."""
MAX_COLUMNS: Final = 2000
UNNAMED: Final = "column_%d"
"""What a column without a heading is called."""
MAX_RATIO: Final = 200
GZIP: Final = b"\x1f\x8b"
SIGNATURES: Final = {b"PK\x03\x04": "an Excel or ZIP file", b"PAR1": "a Parquet file", b"%PDF": "a PDF file"}


@dataclass(frozen=True)
class Rows:
    """A relation of text rows. `located`: the line numbers are known and malformed rows are set aside."""

    relation: str
    located: bool = True


@dataclass(frozen=True)
class Source:
    """A file made readable.

    `quick` exists for plain CSV: the fastest way, which fails on any malformed row. `sample` exists for a
    large one: it writes a small sample to the given file and gives its rows. `notes`: what was read otherwise than
    it stands in the file.
    """

    headings: tuple[str, ...]
    locate: Callable[[], Rows]
    quick: Rows | None = None
    sample: Callable[[Path], Rows] | None = None
    notes: tuple[Note, ...] = ()


Row = tuple[int, str, Sequence[str | None]]
"""Where the row stands, what is wrong with it ("" if nothing), and its values in heading order."""


def open_source(path: Path, dialect: Dialect, work: Path, *, unpacked_bytes: int = 8 << 30) -> Source:
    """Make a file readable. `work` is an own folder for temporary files; IngestRefused where it cannot be
    read.
    """
    from civicthread.lake import delimited, geojson, jsonlines, parquet, sdmx, xlsx  # noqa: PLC0415 they import this

    readers: dict[str, Callable[[Path, Dialect, Path], Source]] = {
        "csv": delimited.read,
        "xlsx": xlsx.read,
        "json": jsonlines.read_array,
        "jsonlines": jsonlines.read_lines,
        "geojson": geojson.read,
        "parquet": parquet.read,
        "sdmx": sdmx.read,
    }
    path = unpack(path, work, limit=unpacked_bytes)
    return readers[dialect.format](path, dialect, work)


def unpack(path: Path, work: Path, *, limit: int) -> Path:
    """The file itself, or its unpacked copy where it is gzip; refused when it grows out of proportion."""
    if not _first_bytes(path):
        raise IngestRefused("empty_file")
    if not is_packed(path):
        return path
    target = work / "unpacked"
    most = min(limit, max(64 << 20, path.stat().st_size * MAX_RATIO))
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            written = 0
            while block := packed.read(BLOCK):
                written += len(block)
                if written > most:
                    raise IngestRefused("bomb", limit=most)
                out.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise IngestRefused("bad_gzip") from error
    if not written:
        raise IngestRefused("empty_file")
    return target


def is_packed(path: Path) -> bool:
    """Whether the file is gzip."""
    return _first_bytes(path).startswith(GZIP)


def refuse_other_formats(path: Path) -> None:
    """Refuse a file that is declared as text but plainly is not."""
    start = _first_bytes(path)
    for signature, name in SIGNATURES.items():
        if start.startswith(signature):
            raise IngestRefused("not_text", found=name)


def checked_headings(headings: Iterable[str]) -> tuple[str, ...]:
    """The headings without outer spaces and marks, an empty one by its number; refused where one stands twice or all
    are empty.

    >>> checked_headings(["Area ", "NO2", ""])
    ('Area', 'NO2', 'column_3')
    """
    names: dict[str, None] = {}
    for number, heading in enumerate(headings, 1):
        name = heading.strip("\ufeff\0").strip() or UNNAMED % number
        if number > MAX_COLUMNS:
            raise IngestRefused("too_many_columns", limit=MAX_COLUMNS)
        if name in names:
            raise IngestRefused("duplicate_headings", column=name)
        names[name] = None
    if names and all(is_unnamed(name, number) for number, name in enumerate(names, 1)):
        raise IngestRefused("empty_heading", number=1)
    return tuple(names)


def is_unnamed(heading: str, number: int) -> bool:
    """Whether the column of that number, from 1 on, has no heading of its own."""
    return heading == UNNAMED % number


def write_rows(rows: Iterable[Row], target: Path) -> None:
    """Write converted rows as the CSV that `located_rows` reads."""
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        for line, problem, values in rows:
            writer.writerow((line, problem, *values))


@dataclass(frozen=True)
class Form:
    """How a CSV in UTF-8 is written: the number of its columns and its three signs."""

    columns: int
    delimiter: str = ","
    quote: str = '"'
    line_end: str = "\\n"
    """As SQL writes it: a backslash and a letter."""

    def located(self, path: Path) -> Rows:
        """The relation of a CSV without headings that starts with two columns: line number and problem."""
        more = f"header = false, store_rejects = true, max_line_size = {4 * MAX_LINE}"
        return Rows(self._scan(path, "'__line': 'BIGINT', '__problem': 'VARCHAR', ", more))

    def plain(self, path: Path, skip: int) -> Rows:
        """The relation of a file as it stands, without line numbers; any malformed row is an error."""
        return self._unlocated(path, f"header = true, skip = {skip}")

    def sample(self, path: Path) -> Rows:
        """The relation of pieces of a file; what was cut through is passed over."""
        return self._unlocated(path, "header = false, ignore_errors = true")

    def _unlocated(self, path: Path, more: str) -> Rows:
        front = "NULL::BIGINT AS __line, NULL::VARCHAR AS __problem"
        return Rows(f"(SELECT {front}, * FROM {self._scan(path, '', more)})", located=False)  # noqa: S608

    def _scan(self, path: Path, front: str, more: str) -> str:
        types = front + ", ".join(f"'c{number}': 'VARCHAR'" for number in range(self.columns))
        signs = (
            f"delim = {literal(self.delimiter)}, quote = {literal(self.quote)}, "
            f"escape = {literal(self.quote)}, new_line = {literal(self.line_end)}"
        )
        return f"read_csv({literal(str(path))}, columns = {{{types}}}, auto_detect = false, {signs}, {more})"


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise IngestRefused("missing_file") from error
