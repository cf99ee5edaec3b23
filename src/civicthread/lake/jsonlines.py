"""JSON: a list of objects, the same inside an object, or one object on each line; read piece by piece."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import IO, Any, Final

from civicthread.lake.dialect import Dialect
from civicthread.lake.notes import Note
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


class Number(str):
    """A number as it is written, so that nothing is rounded before it is checked."""

    __slots__ = ()


DECODER: Final = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=Number)

Objects = Iterable[tuple[int, dict[str, Any], str]]
"""Where the object stands, the object, and what is wrong with it ("" if nothing)."""
Place = tuple[str, ...]
"""The name of a member; or of an object and of a member in it, which is a column of its own."""


def read_array(path: Path, dialect: Dialect, work: Path) -> Source:
    """A JSON file with a list of objects: at its top, or in its member `dialect.records`."""
    return source_of(partial(_array_objects, path, dialect.records), path, work, split=dialect.split)


def read_lines(path: Path, dialect: Dialect, work: Path) -> Source:
    """A file with one JSON object on each line; a line that is none is set aside."""
    return source_of(partial(_line_objects, path), path, work, split=dialect.split)


def source_of(objects: Callable[[], Objects], path: Path, work: Path, *, split: bool) -> Source:
    """The objects' members as columns, in the order they first appear; `split` makes columns of an inner object's too.
    The file is read twice, never held.
    """
    refuse_other_formats(path)
    found: dict[Place, bool] = {}
    seen = False
    for _, members, _ in objects():
        seen = True
        for place, value in _values(members, split=split):
            found[place] = found.get(place, False) or value is not None
        if len(found) > MAX_COLUMNS:
            raise IngestRefused("too_many_columns", limit=MAX_COLUMNS)
    if not seen:
        raise IngestRefused("no_rows")
    outer = {place[0] for place in found if len(place) > 1}
    places = [place for place, filled in found.items() if filled or len(place) > 1 or place[0] not in outer]
    headings = _headings(places)
    locate = partial(_locate, objects, places, work / "objects.csv", split=split)
    return Source(checked_headings(headings.values()), locate, notes=tuple(_notes(headings)))


def _values(members: dict[str, Any], *, split: bool) -> Iterator[tuple[Place, Any]]:
    for name, value in members.items():
        if (
            split
            and isinstance(value, dict)
            and not any(isinstance(part, dict | list) for part in value.values())
        ):
            yield from (((name, inner), part) for inner, part in value.items())
        else:
            yield (name,), value


def _headings(places: list[Place]) -> dict[Place, str]:
    """What the columns are called: a member of an inner object by both names, with a number where that name is taken.

    >>> list(_headings([("at", "lon"), ("at_lon",)]).values())
    ['at_lon_2', 'at_lon']
    """
    taken = {place[0] for place in places if len(place) == 1}
    headings = {}
    for place in places:
        heading = "_".join(place)
        if len(place) > 1:
            names = chain([heading], (f"{heading}_{number}" for number in count(2)))
            heading = next(name for name in names if name not in taken)
            taken.add(heading)
        headings[place] = heading
    return headings


def _notes(headings: dict[Place, str]) -> Iterator[Note]:
    for outer in dict.fromkeys(place[0] for place in headings if len(place) > 1):
        inner = [heading for place, heading in headings.items() if len(place) > 1 and place[0] == outer]
        yield Note("members", {"object": outer, "columns": ", ".join(inner)})


def _locate(objects: Callable[[], Objects], places: list[Place], target: Path, *, split: bool) -> Rows:
    write_rows(_rows(objects(), places, split=split), target)
    return Form(len(places)).located(target)


def _rows(objects: Objects, places: list[Place], *, split: bool) -> Iterator[Row]:
    for number, members, problem in objects:
        values = dict(_values(members, split=split))
        yield number, problem, [text_of(values.get(place)) for place in places]


def text_of(value: Any) -> str | None:
    """A member's value as text; lists and objects as JSON.

    >>> text_of(True), text_of(["a", Number("0.10")]), text_of(None)
    ('true', '["a", 0.10]', None)
    """
    if value is None or isinstance(value, str):
        return value
    try:
        return _as_json(value)
    except RecursionError as error:
        raise IngestRefused("bad_json", detail="it is nested too deeply") from error


def _as_json(value: Any) -> str:
    """As JSON writes it, numbers as they stand in the file."""
    if isinstance(value, Number):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_as_json(name)}: {_as_json(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_json, value)) + "]"
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
