"""Translated text: one value that holds a text per language, each with a state."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

# Letters that make a text read backwards can make it say something else than what is stored.
TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))

BREAKING = re.compile("[^\\S\u00a0\u202f]+")


class State(models.TextChoices):
    """How a text in one language came about."""

    ORIGINAL = "original", _("written in this language")
    MACHINE = "machine", _("translated by machine")
    REVIEWED = "reviewed", _("translation reviewed")
    OUTDATED = "outdated", _("to be brought up to date")


@dataclass(frozen=True)
class Version:
    """The text in one language."""

    text: str
    state: State = State.ORIGINAL


@dataclass(frozen=True)
class Shown:
    """What a reader gets to see: the best text for them, and the language it is in."""

    text: str
    language: str
    fallback: bool
    machine: bool = False


class Text(Mapping[str, Version]):
    """An immutable text in several languages. `str(text)` is the best one for the active language."""

    _stored: str

    def __init__(self, versions: Mapping[str, Version] | None = None) -> None:
        self._versions = {code: version for code, version in (versions or {}).items() if version.text}

    @cached_property
    def _versions(self) -> dict[str, Version]:
        """Of a text as the records hold it: read when it is first asked for, as most texts of a row never are."""
        return Text.from_json(json.loads(self._stored))._versions  # noqa: SLF001  # its own

    @classmethod
    def of_record(cls, stored: str) -> "Text":
        """A text as the records hold it."""
        text = cls.__new__(cls)
        text._stored = stored  # noqa: SLF001 - its own
        return text

    @classmethod
    def of(cls, texts: Mapping[str, str], state: State = State.ORIGINAL) -> "Text":
        """A text from plain strings by language."""
        return cls({code: Version(text, state) for code, text in texts.items()})

    def __getitem__(self, language: str) -> Version:
        return self._versions[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._versions)

    def __len__(self) -> int:
        return len(self._versions)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._versions.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._versions == other._versions

    def __repr__(self) -> str:
        return f"Text({self._versions!r})"

    def __str__(self) -> str:
        return self.shown().text

    def shown(self, language: str | None = None) -> Shown:
        """The best text for a reader of that language: their own, else the first the city requires."""
        wanted = language or get_language() or settings.LANGUAGE_CODE
        if version := self._versions.get(wanted):
            return Shown(version.text, wanted, fallback=False, machine=version.state == State.MACHINE)
        for code in dict.fromkeys([wanted, *settings.CITY.required, *settings.CITY.languages, *self]):
            if version := self._versions.get(code):
                return Shown(version.text, code, code != wanted, version.state == State.MACHINE)
        return Shown("", wanted, fallback=False)

    def missing(self, languages: Iterable[str]) -> list[str]:
        """Those of the languages that have no text a person stands behind (a machine's does not count)."""
        return [
            code
            for code in languages
            if code not in self._versions or self._versions[code].state in (State.MACHINE, State.OUTDATED)
        ]

    def changed(self, texts: Mapping[str, str], *, reviewed: Iterable[str] = ()) -> "Text":
        """The text after an edit: what stays as it was beside an original said otherwise becomes outdated.

        Texts that were written together are originals all; a translation may be corrected alone. `reviewed` names
        the languages of which somebody says that the text still holds.
        """
        known = self._plain()
        edited = {code for code, text in texts.items() if text != known.get(code, "")}
        reworded = any(texts[c] and self._versions[c].state == State.ORIGINAL for c in edited & known.keys())
        versions: dict[str, Version] = {}
        for code, text in (known | dict(texts)).items():
            before = self._versions.get(code)
            if code in edited or before is None:
                versions[code] = Version(text, State.ORIGINAL if not self else _state_after_edit(before))
            elif code in reviewed:
                versions[code] = Version(text, _state_after_edit(before))
            else:
                versions[code] = Version(text, State.OUTDATED) if reworded else before
        return Text(versions)

    def _plain(self) -> dict[str, str]:
        return {code: version.text for code, version in self._versions.items()}

    def to_json(self) -> dict[str, dict[str, str]]:
        """The stored form."""
        return {code: {"text": v.text, "state": str(v.state)} for code, v in self._versions.items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Mapping[str, str]] | None) -> "Text":
        """A text from its stored form."""
        return cls({code: Version(v["text"], State(v["state"])) for code, v in (value or {}).items()})


def _state_after_edit(before: Version | None) -> State:
    return before.state if before and before.state == State.ORIGINAL else State.REVIEWED


class TextAttribute(DeferredAttribute):
    """What is assigned is a Text from then on, before it was ever stored."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        name = self.field.attname
        instance.__dict__[name] = value if hasattr(value, "resolve_expression") else as_text(value)


class TranslatedField(models.JSONField):
    """A model field that holds a Text. Plain `{language: text}` mappings are accepted on assignment too."""

    descriptor_class = TextAttribute

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"default": Text, "blank": True, **options})

    def deconstruct(self) -> Any:
        """Migrations name the field, not its default: every TranslatedField starts empty."""
        name, path, args, options = super().deconstruct()
        for key in ("default", "blank"):
            options.pop(key, None)
        return name, path, args, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Text:
        if isinstance(value, str):
            return Text.of_record(value)
        return Text.from_json(super().from_db_value(value, expression, connection))

    def to_python(self, value: Any) -> Text:
        return as_text(value)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(as_text(value).to_json() if value is not None else value)

    def value_to_string(self, obj: models.Model) -> Any:
        return as_text(self.value_from_object(obj)).to_json()


def as_text(value: Any) -> Text:
    """A Text from what people hand over: a Text, a mapping of strings, or the stored form."""
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        value = json.loads(value)
    if value and all(isinstance(part, str) for part in value.values()):
        return Text.of(cast("Mapping[str, str]", value))
    return Text.from_json(value)


def in_every_language(words: Promise | str | Callable[[], Any]) -> Text:
    """What the program itself says, in each language of the city; a function is asked in each."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            said[code] = str(words() if callable(words) else words)
    return Text.of(said)


def translated_fields(model: type[models.Model]) -> list[TranslatedField]:
    """The translated fields of a model."""
    return [field for field in model._meta.get_fields() if isinstance(field, TranslatedField)]  # noqa: SLF001


def readable(text: str) -> str:
    """What people typed, without what no feed or mail can carry: control characters, halves of letters, turned text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char
        for char in lines
        if char in "\n\t" or (unicodedata.category(char) not in {"Cc", "Cs", "Cn"} and char not in TURNING)
    )


def one_line(text: str) -> str:
    """The text on one line. Spaces that may not break stay what they are: French has one before each ? and !"""
    return BREAKING.sub(" ", text).strip()


def brief(text: str, most: int) -> str:
    """The first words of a text, on one line.

    >>> brief("Et après\u00a0? On verra bien.", 4)
    'Et après\xa0? On verra…'
    """
    words = one_line(text).split(" ")
    return " ".join(words[:most]) + "…" if len(words) > most else " ".join(words)
