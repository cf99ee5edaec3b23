"""The city this installation serves: its name, languages and contact, kept in `city.toml` beside its data."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from civicthread.config.speech import gettext as _

# The parts of `city.toml` that hold several values: a text in each language, or the ways to reach the Office.
TABLES = ("name", "office", "contact", "phone_hours", "counter", "counter_hours", "post", "licence")
LANGUAGE_NAMES = {"fr": "Français", "nl": "Nederlands", "en": "English"}


# Where a city says nothing else, what it gives away is free of conditions.
OPEN = {"name": "CC0 1.0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"}


class CityMistake(SystemExit):
    """The city of this installation cannot be read; the program does not start."""


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
    # Its clock: what day it is, and when things that are planned come true.
    time_zone: str = "Europe/Brussels"
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


# What stands for a city that has no file yet.
_to_be = NEW_CITY


def foresee(city: City) -> None:
    """Let this process see a city whose file is written last, when all else of it is there."""
    global _to_be  # noqa: PLW0603  # a process makes one city
    _to_be = city


def stands_in(folder: Path) -> bool:
    """Whether that folder is the one of a city."""
    return (folder / "city.toml").exists()


def read(path: Path) -> City:
    """The city in that file; while there is none, the one to be. CityMistake where the file holds none."""
    if not path.exists():
        return _to_be
    try:
        return from_mapping(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as mistake:
        told = _("%(path)s cannot be used. %(reason)s")
        reason = getattr(mistake, "strerror", None) or mistake
        raise CityMistake(told % {"path": path, "reason": reason}) from None


def write(city: City, folder: Path) -> None:
    """Keep the city in that folder, beside its data; written whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "city.toml.new"
    unfinished.write_text(to_toml(city), encoding="utf-8")
    unfinished.replace(folder / "city.toml")


def from_mapping(values: Mapping[str, Any]) -> City:
    """A city from parsed values; ValueError with one sentence when they make no city."""
    languages, required = (_listed(values, name) for name in ("languages", "required"))
    unknown = [code for code in languages if code not in LANGUAGE_NAMES]
    if not languages or unknown:
        known = ", ".join(LANGUAGE_NAMES)
        told = _("The languages of a city must be some of %(known)s; found: %(found)s.")
        raise ValueError(told % {"known": known, "found": ", ".join(map(str, unknown)) or "-"})
    required = required if "required" in values else languages
    if not set(required) <= set(languages):
        raise ValueError(_("Each required language must be one of the languages of the city."))
    for table in TABLES:
        _check_texts(table, values.get(table, {}))
    time_zone = str(values.get("time_zone", NEW_CITY.time_zone))
    try:
        ZoneInfo(time_zone)
    except (OSError, ValueError, LookupError):
        told = _("“%(name)s” is no time zone; one is called Europe/Brussels, for instance.")
        raise ValueError(told % {"name": time_zone}) from None
    return City(
        name=dict(values.get("name", {})),
        office=dict(values.get("office", NEW_CITY.office)),
        languages=languages,
        required=required,
        contact=dict(values.get("contact", {})),
        counter=dict(values.get("counter", {})),
        post=dict(values.get("post", {})),
        phone_hours=dict(values.get("phone_hours", {})),
        counter_hours=dict(values.get("counter_hours", {})),
        time_zone=time_zone,
        demonstration=bool(values.get("demonstration", False)),
        licence=dict(values.get("licence", OPEN)),
        publisher=str(values.get("publisher", "")),
    )


def _listed(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    told = values.get(name, ())
    if not isinstance(told, list | tuple) or not all(isinstance(code, str) for code in told):
        raise ValueError(  # what stands in a file is a mistake of its writer
            _('“%(name)s” must be a list, as in ["fr", "nl"].') % {"name": name}
        )
    return tuple(dict.fromkeys(told))  # named twice, a language is one all the same


def _check_texts(table: str, told: Any) -> None:
    if not isinstance(told, Mapping) or not all(isinstance(text, str) for text in told.values()):
        raise ValueError(_("[%(table)s] must hold texts only, each after its key.") % {"table": table})


def to_toml(city: City) -> str:
    """The text of `city.toml` for that city."""
    lines = [
        f"languages = {_toml(list(city.languages))}",
        f"required = {_toml(list(city.required))}",
        f"time_zone = {_toml(city.time_zone)}",
        f"demonstration = {_toml(city.demonstration)}",
        f"publisher = {_toml(city.publisher)}",
    ]
    for table in TABLES:
        lines += ["", f"[{table}]", *(f"{key} = {_toml(text)}" for key, text in getattr(city, table).items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """TOML writes strings, booleans and lists as JSON does, but escapes the delete character too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
