"""JSON: a list of objects, the same inside an object, or one object on each line; read piece by piece."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from civicthread.lake.dialect import Dialect
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sources import (
    BLOCK,
    MAX_COLUMNS,
    Form,
    Row,
    Rows,
    Source,
    checked_headings,
    refuse_other_formats,
    write_rows,
)

MAX_OBJECT: Final = 32 << 20
"""One object of a list may be this long (characters); a region's outline in full detail is about 5
million.
"""
SPACE: Final = re.compile(r"[ \t\r\n]*")
# Numbers stay as they were written, so that nothing is rounded before it is checked.
DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)

Objects = Iterable[tuple[int, dict[str, Any], str]]
"""Where the object stands, the object, and what is wrong with it ("" if nothing)."""


def read_array(path: Path, dialect: Dialect, work: Path) -> Source:
    """A JSON file with a list of objects: at its top, or in its member `dialect.records`."""
    return source_of(partial(_array_objects, path, dialect.records), path, work)


def read_lines(path: Path, _dialect: Dialect, work: Path) -> Source:
    """A file with one JSON object on each line; a line that is none is set aside."""
    return source_of(partial(_line_objects, path), path, work)


def source_of(objects: Callable[[], Objects], path: Path, work: Path) -> Source:
    """The objects' members as columns, in the order they first appear. The file is read twice, never held."""
    refuse_other_formats(path)
    names: dict[str, None] = {}
    seen = False
    for _, members, _ in objects():
        seen = True
        names.update(dict.fromkeys(members))
        if len(names) > MAX_COLUMNS:
            raise IngestRefused("too_many_columns", limit=MAX_COLUMNS)
    if not seen:
        raise IngestRefused("no_rows")
    return Source(checked_headings(names), partial(_locate, objects, tuple(names), work / "objects.csv"))


def _locate(objects: Callable[[], Objects], names: tuple[str, ...], target: Path) -> Rows:
    write_rows(_rows(objects(), names), target)
    return Form(len(names)).located(target)


def _rows(objects: Objects, names: tuple[str, ...]) -> Iterator[Row]:
    for number, members, problem in objects:
        yield number, problem, [text_of(members.get(name)) for name in names]


def text_of(value: Any) -> str | None:
    """A member's value as text; lists and objects as JSON.

    >>> text_of(True), text_of(["a", "é"]), text_of(None)
    ('true', '["a", "é"]', None)
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _line_objects(path: Path) -> Objects:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_OBJECT):
            number += 1
            if line.strip():
                yield _numbered(number, _value_of(line))


def _value_of(line: bytes) -> Any:
    try:
        return DECODER.decode(line.decode("utf-8-sig").strip())
    except (ValueError, RecursionError):
        return None


def _numbered(number: int, value: Any) -> tuple[int, dict[str, Any], str]:
    return (number, value, "") if isinstance(value, dict) else (number, {}, "bad_json")


def _array_objects(path: Path, member: str) -> Objects:
    with path.open(encoding="utf-8-sig") as file:
        values = Pieces(file).list_values(member)
        for number, value in enumerate(values, 1):
            yield _numbered(number, value)


class Pieces:
    """Walks a JSON text without holding more of it than one value.

    >>> import io
    >>> list(Pieces(io.StringIO('{"crs": "x", "rows": [{"a": 1}, 2]}')).list_values("rows"))
    [{'a': '1'}, '2']
    """

    def __init__(self, file: IO[str]) -> None:
        self.file, self.text, self.at, self.done = file, "", 0, 0
        self.others: dict[str, Any] = {}

    def list_values(self, member: str = "") -> Iterator[Any]:
        """The values of the list at the top, or of the list in this member; other members go to `others`."""
        try:
            if member:
                self._expect("{")
                yield from self._members(member)
            else:
                self._expect("[")
                yield from self._values()
            if self._peek():
                raise self._wrong("something follows its end")
        except UnicodeDecodeError as error:
            raise IngestRefused("bad_json", detail="it is not UTF-8 text") from error
        except RecursionError as error:
            raise IngestRefused("bad_json", detail="it is nested too deeply") from error

    def _members(self, member: str) -> Iterator[Any]:
        found = False
        while self._peek() != "}":
            name = self._value()
            self._expect(":")
            if name == member:
                found = True
                self._expect("[")
                yield from self._values()
            else:
                self.others[str(name)] = self._value()
            if self._peek() != "}":
                self._expect(",")
        self._expect("}")
        if not found:
            raise self._wrong(f"it has no list named “{member}”")

    def _values(self) -> Iterator[Any]:
        while self._peek() != "]":
            yield self._value()
            if self._peek() != "]":
                self._expect(",")
        self._expect("]")

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.at)
            except ValueError as error:
                if len(self.text) - self.at > MAX_OBJECT or not self._more():
                    raise self._wrong("a value is broken or cut short") from error
                continue
            if end < len(self.text):
                self.at = end
                return value
            if not self._more():  # else a number or word at the end of this piece may go on in the next
                self.at = len(self.text)
                return value

    def _peek(self) -> str:
        while True:
            self.at = _after_space(self.text, self.at)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def _expect(self, sign: str) -> None:
        found = self._peek()
        if found != sign:
            raise self._wrong(f"“{sign}” is expected")
        self.at += 1

    def _more(self) -> bool:
        # Doubling keeps the work on one long value linear: it is tried again from its start each time.
        piece = self.file.read(max(BLOCK, len(self.text) - self.at))
        self.done += self.at
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)

    def _wrong(self, what: str) -> IngestRefused:
        return IngestRefused("bad_json", detail=f"{what}, at character {self.done + self.at + 1}")


def _after_space(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at
