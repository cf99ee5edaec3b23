"""CSV and TSV: transcoded to UTF-8 where needed, read by DuckDB as it stands, or with a number on
every line.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Final

from civicthread.lake.dialect import Dialect
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sources import (
    BLOCK,
    MAX_LINE,
    Form,
    Rows,
    Source,
    checked_headings,
    refuse_other_formats,
)

UTF8: Final = frozenset({"utf-8", "ascii"})
LARGE: Final = 32 << 20
SAMPLE_PIECES: Final = 16
SAMPLE_BYTES: Final = 128 << 10
MAX_OPEN_LINES: Final = 1000
"""A quoted value over more lines than this is taken for a quotation mark that was never closed."""


def read(path: Path, dialect: Dialect, work: Path) -> Source:
    """A delimited file as a source. IngestRefused for a wrong encoding, no headings, or no text at all."""
    refuse_other_formats(path)
    text = _as_utf8(path, dialect.encoding, work)
    headings = checked_headings(_heading_row(text, dialect))
    form = Form(len(headings), dialect.delimiter, dialect.quote)
    locate = partial(_locate, text, dialect, work / "numbered.csv", form)
    if len(headings) == 1:  # a blank line is a row to DuckDB then, and nothing to us
        return Source(headings, locate)
    quick = replace(form, line_end=_line_end(text)).plain(text, dialect.skip)
    large = text.stat().st_size > LARGE
    return Source(headings, locate, quick, partial(_sample, text, form) if large else None)


def _line_end(path: Path) -> str:
    with path.open("rb") as file:
        return "\\r\\n" if file.readline(MAX_LINE).endswith(b"\r\n") else "\\n"


def _sample(path: Path, form: Form, target: Path) -> Rows:
    """Whole lines from places spread over the file."""
    size = path.stat().st_size
    with path.open("rb") as source, target.open("wb") as out:
        for number in range(SAMPLE_PIECES):
            source.seek(size * number // SAMPLE_PIECES)
            piece = source.read(SAMPLE_BYTES)
            out.write(piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1])
    return form.sample(target)


def _as_utf8(path: Path, encoding: str, work: Path) -> Path:
    """The file itself where DuckDB can read it, else a copy in UTF-8 with plain line ends."""
    try:
        "a".encode(encoding)  # fails for what is no encoding of text, such as zip
        name = codecs.lookup(encoding).name.removesuffix("-sig")
    except (LookupError, ValueError) as error:
        raise IngestRefused("unknown_encoding", encoding=encoding) from error
    with path.open("rb") as file:
        start = file.read(BLOCK)
    old_line_ends = b"\r" in start and b"\n" not in start
    if name in UTF8 and not start.startswith(codecs.BOM_UTF8) and not old_line_ends:
        return path
    target = work / "utf8.csv"
    decoder = codecs.getincrementaldecoder("utf-8-sig" if name in UTF8 else encoding)()
    with path.open("rb") as file, target.open("wb") as out:
        for text in _transcoded(file, decoder, encoding):
            out.write(text.replace(b"\r", b"\n") if old_line_ends else text)
    return target


def _transcoded(file: IO[bytes], decoder: codecs.IncrementalDecoder, encoding: str) -> Iterator[bytes]:
    line = 1
    while True:
        block = file.read(BLOCK)
        try:
            text = decoder.decode(block, final=not block).encode()
        except UnicodeError as error:
            if isinstance(
                error, UnicodeDecodeError
            ):  # a stray byte-order mark or half a sign is another UnicodeError
                line += error.object[: error.start].count(b"\n")
            raise IngestRefused("wrong_encoding", line=line, encoding=encoding) from error
        yield text
        if not block:
            return
        line += text.count(b"\n")


def _heading_row(path: Path, dialect: Dialect) -> list[str]:
    """The first record after the skipped lines, as wide as the one below it where nothing stands in what differs.

    Blank lines before it are passed over, as DuckDB does.
    """
    with path.open("rb") as file:
        for _ in range(dialect.skip):
            file.readline(MAX_LINE)
        start = file.read(4 * MAX_LINE)
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(start):
            line = 1 + dialect.skip + start[: error.start].count(b"\n")
            raise IngestRefused("wrong_encoding", line=line, encoding=dialect.encoding) from error
        text = start[: error.start].decode("utf-8")
    rows = csv.reader(
        text.splitlines(keepends=True), delimiter=dialect.delimiter, quotechar=dialect.quote or None
    )
    try:
        row = next((row for row in rows if row), [])
    except csv.Error as error:
        raise IngestRefused("unclosed_quote", line=1 + dialect.skip) from error
    if not row:
        raise IngestRefused("empty_file")
    return _as_wide(row, _next(rows))


def _next(rows: Iterator[list[str]]) -> list[str]:
    try:
        return next((row for row in rows if row), [])
    except csv.Error:  # it is told where the rows are read
        return []


def _as_wide(row: list[str], below: list[str]) -> list[str]:
    """The headings without the separators behind them that no row has, and with those that only rows have.

    >>> _as_wide(["a", "b", "", ""], ["1", "2"]), _as_wide(["a", "b"], ["1", "2", ""]), _as_wide(["a"], ["1", "2"])
    (['a', 'b'], ['a', 'b', ''], ['a'])
    """
    if not below:
        return row
    while len(row) > len(below) and not row[-1].strip():
        row = row[:-1]
    behind = below[len(row) :]
    return row if any(behind) else row + behind


def _locate(path: Path, dialect: Dialect, target: Path, form: Form) -> Rows:
    with path.open("rb") as source, target.open("wb") as out:
        number_lines(source, out, dialect, form.columns)
    return form.located(target)


def number_lines(source: IO[bytes], out: IO[bytes], dialect: Dialect, columns: int) -> None:
    """Copy the records after the headings, each with its line number and an empty problem in front.

    A line that is too long becomes a row with that problem. IngestRefused where a quote is never closed or a
    line is not UTF-8.
    """
    delimiter = dialect.delimiter.encode()
    too_long = b"%sline_too_long%s\n" % (delimiter, delimiter * columns)
    records = _records(source, dialect)
    next(records, None)  # the headings
    for number, record in records:
        if record is None:
            out.write(b"%d%s" % (number, too_long))
            continue
        try:
            record.decode()
        except UnicodeDecodeError as error:
            line = number + record[: error.start].count(b"\n")
            raise IngestRefused("wrong_encoding", line=line, encoding=dialect.encoding) from error
        out.write(b"%d%s%s%s\n" % (number, delimiter, delimiter, record))


def _records(source: IO[bytes], dialect: Dialect) -> Iterator[tuple[int, bytes | None]]:
    """Each record with the number of its first line; None for one that is too long. Blank lines are passed
    over.
    """
    quote = dialect.quote.encode()
    whole = _whole_record(dialect.delimiter.encode(), quote) if quote else None
    lines = _lines(source, dialect.skip)
    for number, line in lines:
        record = line
        if line and whole and quote in line and not whole.fullmatch(_without_end(line)):
            record = _continued(line, lines, partial(_closes, whole, quote))
            if record is None:
                raise IngestRefused("unclosed_quote", line=number)
        if record is None or _without_end(record):
            yield number, record and _without_end(record)


def _continued(
    start: bytes, lines: Iterator[tuple[int, bytes | None]], closes: Callable[[bytes, bytes], bool]
) -> bytes | None:
    """A record whose quoted value goes on over the next lines, or None where it never ends."""
    record = start
    for _, line in islice(lines, MAX_OPEN_LINES):
        if line is None or len(record) > MAX_LINE:
            return None
        record += line
        if closes(record, line):
            return record
    return None


def _closes(whole: re.Pattern[bytes], quote: bytes, record: bytes, line: bytes) -> bool:
    return quote in line and whole.fullmatch(_without_end(record)) is not None


def _lines(source: IO[bytes], skip: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines with their ends; None for one that is longer than `MAX_LINE`."""
    number = 0
    while line := source.readline(MAX_LINE):
        number += 1
        whole = line.endswith(b"\n") or len(line) < MAX_LINE
        while not whole:
            rest = source.readline(MAX_LINE)
            whole = rest.endswith(b"\n") or len(rest) < MAX_LINE
            line = b""
        if number > skip:
            yield number, line or None


def _without_end(line: bytes) -> bytes:
    return line.removesuffix(b"\n").removesuffix(b"\r")


def _whole_record(delimiter: bytes, quote: bytes) -> re.Pattern[bytes]:
    """Matches a record whose quotation marks are all closed; atomic groups keep hostile lines linear."""
    d, q = re.escape(delimiter), re.escape(quote)
    field = rb"(?>%(q)s[^%(q)s]*+(?:%(q)s%(q)s[^%(q)s]*+)*+%(q)s[^%(d)s]*+|[^%(q)s%(d)s][^%(d)s]*+|)"
    field %= {b"d": d, b"q": q}
    return re.compile(rb"%s(?:%s%s)*+" % (field, d, field))
