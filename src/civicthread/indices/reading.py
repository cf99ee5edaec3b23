"""A method as a file gives it: read, checked, fingerprinted, and written as a tree of parts."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from civicthread.core import publishing
from civicthread.core.text import Text
from civicthread.indicators.models import Indicator
from civicthread.indices import words
from civicthread.indices.models import LONGEST_KEY, IndexMethod, IndexPart
from civicthread.lake.spreadsheet import DANGEROUS
from civicthread.methods import composite
from civicthread.methods.composite import MethodError

COLUMNS = ("level", "code", "parent", "weight", "min", "max", "direction", "winsorise")
CODE = re.compile(r"[\w-]+", re.ASCII)
MOST_PARTS = 1_000
MOST_CHARACTERS = 2_000_000
Rows = Iterable[Mapping[str, str]]


@dataclass(frozen=True)
class ReadPart:
    """A part as its row tells it, `parent` empty for the index."""

    code: str
    parent: str
    level: str
    weight: float
    goalposts: tuple[float, float] | None
    direction: int
    winsorise: bool
    label: dict[str, str]
    unit: dict[str, str]
    source: str
    definition: dict[str, str]
    indicator: str


def rows_of(text: str, columns: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a CSV text with a heading; refused where a column is missing."""
    found = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")[:MOST_CHARACTERS]))
    wanted = list(columns)
    if missing := [name for name in wanted if name not in (found.fieldnames or ())]:
        raise words.refused("index-columns-of-file", columns=", ".join(wanted), missing=", ".join(missing))
    return [{name: _unescaped(value) for name, value in row.items() if name} for row in found]


def _unescaped(value: Any) -> str:
    """A cell without the apostrophe that our own files put before what a spreadsheet would run."""
    text = value if isinstance(value, str) else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(DANGEROUS) else text


def method(rows: Rows) -> tuple[ReadPart, ...]:
    """The parts of a method in the order of its tree. Refused, with the code at fault, where they make none."""
    given = list(rows)
    if len(given) > MOST_PARTS:
        raise words.refused("index-too-many-parts", most=MOST_PARTS)
    try:
        tree = composite.parse(given)
    except MethodError as error:
        raise words.method_refused(error) from None
    by_code = {_text(row, "code"): row for row in given}
    return tuple(_read(part, by_code[part.code]) for part in tree.root.walk())


def _read(part: composite.Part, row: Mapping[str, str]) -> ReadPart:
    if not CODE.fullmatch(part.code) or len(part.code) > LONGEST_KEY:
        raise words.refused("index-code-unclear", part=part.code[:LONGEST_KEY])
    if not part.level:
        raise words.refused("index-level-missing", part=part.code)
    if len(part.level) > LONGEST_KEY:
        raise words.refused("index-too-long", text=part.level[:LONGEST_KEY], most=LONGEST_KEY)
    label = _translated(row, "label")
    if missing := Text.of(label).missing(publishing.required_languages()):
        raise words.refused("index-label-missing", part=part.code, languages=", ".join(missing))
    posts = part.goalposts
    return ReadPart(
        code=part.code,
        parent=_text(row, "parent"),
        level=part.level,
        weight=part.weight,
        goalposts=(posts.low, posts.high) if posts else None,
        direction=posts.direction if posts else 1,
        winsorise=posts.winsorise if posts else False,
        label=label,
        unit=_translated(row, "unit") or _everywhere(_text(row, "unit")),
        source=_text(row, "source")[:500],
        definition=_translated(row, "definition", most=5_000),
        indicator=_text(row, "indicator"),
    )


def _translated(row: Mapping[str, str], name: str, *, most: int = 500) -> dict[str, str]:
    texts = {code: _text(row, f"{name}_{code}")[:most] for code, _language in settings.LANGUAGES}
    return {code: text for code, text in texts.items() if text}


def _everywhere(text: str) -> dict[str, str]:
    return {code: text for code, _language in settings.LANGUAGES} if text else {}


def _text(row: Mapping[str, str], column: str) -> str:
    return (row.get(column) or "").strip()


def digest(parts: Iterable[ReadPart], **told: str) -> str:
    """The fingerprint of a whole method: its tree, its query, its rule for missing values."""
    whole = json.dumps([told, [asdict(part) for part in parts]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def write_parts(method: IndexMethod, parts: Iterable[ReadPart]) -> None:
    """Write the tree of a new method, level by level, so that each part knows its parent."""
    given = list(parts)
    indicators = _indicators(given)
    kept: dict[str, IndexPart] = {}
    waiting = list(enumerate(given))
    while waiting:
        ready = [(place, part) for place, part in waiting if not part.parent or part.parent in kept]
        made = [
            _row(method, place, part, parent=kept.get(part.parent), indicator=indicators.get(part.indicator))
            for place, part in ready
        ]
        kept |= {part.key: part for part in IndexPart.objects.bulk_create(made)}
        waiting = [(place, part) for place, part in waiting if part.code not in kept]


def _indicators(parts: Iterable[ReadPart]) -> Mapping[str, Indicator]:
    named = {part.code: part.indicator for part in parts if part.indicator}
    found = {i.code: i for i in Indicator.objects.filter(code__in=named.values())}
    for code, indicator in named.items():
        if indicator not in found:
            raise words.refused("index-indicator-unknown", part=code, indicator=indicator[:LONGEST_KEY])
    return found


def _row(
    method: IndexMethod, place: int, part: ReadPart, *, parent: IndexPart | None, indicator: Indicator | None
) -> IndexPart:
    plain = ("level", "weight", "direction", "winsorise", "label", "unit", "source", "definition")
    low, high = part.goalposts or (None, None)
    return IndexPart(
        method=method,
        parent=parent,
        position=place,
        key=part.code,
        low=low,
        high=high,
        indicator=indicator,
        **{name: getattr(part, name) for name in plain},
    )


def as_rows(parts: Iterable[IndexPart]) -> Iterator[dict[str, Any]]:
    """Kept parts as the rows of a method file, to be changed and loaded again."""
    given = list(parts)
    keys = {part.pk: part.key for part in given}
    for part in given:
        posts = part.low is not None
        yield {
            "level": part.level,
            "code": part.key,
            "parent": keys.get(part.parent_id, "") if part.parent_id else "",
            "weight": part.weight,
            "min": part.low if posts else "",
            "max": part.high if posts else "",
            "direction": part.direction if posts else "",
            "winsorise": ("yes" if part.winsorise else "no") if posts else "",
            **{f"label_{code}": _in(part.label, code) for code, _name in settings.LANGUAGES},
            **{f"unit_{code}": _in(part.unit, code) for code, _name in settings.LANGUAGES},
            "source": part.source,
            **{f"definition_{code}": _in(part.definition, code) for code, _name in settings.LANGUAGES},
            "indicator": part.indicator.code if part.indicator else "",
        }


def _in(text: Text, language: str) -> str:
    return text[language].text if language in text else ""


def areas(rows: Rows) -> list[dict[str, Any]]:
    """Areas as a file names them: code, label in each language, ranked (yes or no, empty: yes)."""
    found = []
    for row in rows:
        code, label = _text(row, "code"), _translated(row, "label")
        if not code or len(code) > LONGEST_KEY:
            raise words.refused("index-code-unclear", part=code[:LONGEST_KEY])
        if missing := Text.of(label).missing(publishing.required_languages()):
            raise words.refused("index-label-missing", part=code, languages=", ".join(missing))
        found.append({"code": code, "name": label, "ranked": _text(row, "ranked") != "no"})
    return found
