"""The city this installation serves: its name, languages and contact, kept in `city.toml` beside its data."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The parts of `city.toml` that hold several values: a text in each language, or the ways to reach the Office.
TABLES = ("name", "office", "contact", "phone_hours", "counter", "counter_hours", "post", "licence")
LANGUAGE_NAMES = {"fr": "Français", "nl": "Nederlands", "en": "English"}


# Where a city says nothing else, what it gives away is free of conditions.
OPEN = {"name": "CC0 1.0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"}


@dataclass(frozen=True)
class City:
    """What changes from city to city without a migration. Texts map a language code to a text."""

    name: Mapping[str, str]
    office: Mapping[str, str]
    languages: tuple[str, ...]
    required: tuple[str, ...]
    contact: Mapping[str, str]
    counter: Mapping[str, str]
    post: Mapping[str, str] = field(default_factory=dict)
    phone_hours: Mapping[str, str] = field(default_factory=dict)
    counter_hours: Mapping[str, str] = field(default_factory=dict)
    demonstration: bool = False
    # Under which licence the city's own tables are given away, and the code of the organisation that publishes them.
    licence: Mapping[str, str] = field(default_factory=lambda: dict(OPEN))
    publisher: str = ""

    def in_language(self, texts: Mapping[str, str], language: str) -> str:
        """The text in that language, or in the first language that has one."""
        return texts.get(language) or next((texts[code] for code in self.languages if texts.get(code)), "")


NEW_CITY = City(
    name={"en": "Civic Thread", "fr": "Civic Thread", "nl": "Civic Thread"},
    office={"en": "Smart City Office", "fr": "Smart City Office", "nl": "Smart City Office"},
    languages=("fr", "nl", "en"),
    required=("fr", "nl"),
    contact={"phone": "", "email": ""},
    counter={},
)


def stands_in(folder: Path) -> bool:
    """Whether that folder is the one of a city."""
    return (folder / "city.toml").exists()


def read(path: Path) -> City:
    """The city in that file; the neutral new city while there is none."""
    if not path.exists():
        return NEW_CITY
    return from_mapping(tomllib.loads(path.read_text(encoding="utf-8")))


def from_mapping(values: Mapping[str, Any]) -> City:
    """A city from parsed values; ValueError with one sentence when they make no city."""
    languages = tuple(values.get("languages", ()))
    unknown = [code for code in languages if code not in LANGUAGE_NAMES]
    if not languages or unknown:
        known = ", ".join(LANGUAGE_NAMES)
        raise ValueError(
            f"city.toml: languages must be some of {known}; found {', '.join(unknown) or 'none'}."
        )
    required = tuple(values.get("required", languages))
    if not set(required) <= set(languages):
        raise ValueError("city.toml: each required language must be one of the languages.")
    return City(
        name=dict(values["name"]),
        office=dict(values.get("office", NEW_CITY.office)),
        languages=languages,
        required=required,
        contact=dict(values.get("contact", {})),
        counter=dict(values.get("counter", {})),
        post=dict(values.get("post", {})),
        phone_hours=dict(values.get("phone_hours", {})),
        counter_hours=dict(values.get("counter_hours", {})),
        demonstration=bool(values.get("demonstration", False)),
        licence=dict(values.get("licence", OPEN)),
        publisher=str(values.get("publisher", "")),
    )


def to_toml(city: City) -> str:
    """The text of `city.toml` for that city."""
    lines = [
        f"languages = {_toml(list(city.languages))}",
        f"required = {_toml(list(city.required))}",
        f"demonstration = {_toml(city.demonstration)}",
        f"publisher = {_toml(city.publisher)}",
    ]
    for table in TABLES:
        lines += ["", f"[{table}]", *(f"{key} = {_toml(text)}" for key, text in getattr(city, table).items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """TOML writes strings, booleans and lists as JSON does, but escapes the delete character too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
