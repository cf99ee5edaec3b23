"""The small parts every programme file is made of: texts, dates, sources, codes that name another record."""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

# A programme's dates lie within living memory and the horizon of a policy; the rest are slips of the pen.
EARLIEST_YEAR, LATEST_YEAR = 1950, 2100
# How the codes of the tables begin that the program writes itself; no file may declare one.
PROGRAMME_TABLE = "programme_"


@dataclass(frozen=True)
class Known:
    """What one record is checked against: the languages of the programme, and the codes its files declare."""

    folder: Path
    languages: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Part(BaseModel):
    """Strict, closed and frozen: a field that is not known here is a mistake, not a note."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True
    )


def known_of(info: ValidationInfo) -> Known:
    """What the record is checked against."""
    if not isinstance(info.context, Known):
        raise TypeError("Programme files are read with `load`, which knows the whole folder.")
    return info.context


def in_all_languages(text: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    """Official text: every required language, no unknown one, nothing blank."""
    known = known_of(info)
    if unknown := sorted(set(text) - set(known.languages)):
        raise ValueError(f"The programme has no language {', '.join(unknown)}")
    if missing := [code for code in known.required if code not in text]:
        raise ValueError(f"The text in {', '.join(missing)} is missing")
    return text


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", address):
        raise ValueError(f"“{address}” is not an http or https address")
    return address


def _calendar_period(period: str) -> str:
    if "Q" not in period:
        PartialDate.model_validate(period)
    return period


def refers_to(collection: str, noun: str) -> Callable[[str, ValidationInfo], str]:
    """A check that the code names a record of that collection."""

    def check(code: str, info: ValidationInfo) -> str:
        if code not in known_of(info).codes.get(collection, frozenset()):
            raise ValueError(f"No {noun} has the code “{code}”")
        return code

    return check


def _dataset(code: str, info: ValidationInfo) -> str:
    """A dataset of the files, or a table that the program writes itself, which stands in no file."""
    return code if code.startswith(PROGRAMME_TABLE) else refers_to("datasets", "dataset")(code, info)


def _file_beside(name: str, info: ValidationInfo) -> str:
    folder = known_of(info).folder.resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise ValueError(f"“{name}” lies outside the programme's folder")
    if not path.is_file():
        raise ValueError(f"There is no file “{name}” in the programme's folder")
    return name


Words = Annotated[str, Field(min_length=1)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[dict[Language, Words], AfterValidator(in_all_languages)]
Slugs = Annotated[dict[Language, Slug], AfterValidator(in_all_languages)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Period = Annotated[str, Field(pattern=r"^\d{4}(-Q[1-4]|-\d{2}(-\d{2})?)?$"), AfterValidator(_calendar_period)]
File = Annotated[str, AfterValidator(_file_beside)]

ThemeCode = Annotated[str, AfterValidator(refers_to("themes", "theme"))]
DirectionCode = Annotated[str, AfterValidator(refers_to("directions", "direction"))]
ObjectiveCode = Annotated[str, AfterValidator(refers_to("objectives", "objective"))]
OrganisationCode = Annotated[str, AfterValidator(refers_to("organisations", "organisation"))]
BodyCode = Annotated[str, AfterValidator(refers_to("bodies", "body"))]
LevelCode = Annotated[str, AfterValidator(refers_to("area_levels", "area level"))]
AreaCode = Annotated[str, AfterValidator(refers_to("areas", "area"))]
BlockCode = Annotated[str, AfterValidator(refers_to("blocks", "building block"))]
ProjectCode = Annotated[str, AfterValidator(refers_to("projects", "project"))]
IndicatorCode = Annotated[str, AfterValidator(refers_to("indicators", "indicator"))]
DatasetCode = Annotated[str, AfterValidator(_dataset)]
NeedCode = Annotated[str, AfterValidator(refers_to("needs", "need"))]

# How the source words its figure. `derived`: computed from what the source says.
Qualifier = Literal["exact", "about", "more_than", "less_than", "almost", "barely", "derived"]
# What kind of figure it is: counted, set as a target, foreseen, or hoped for by those who announce it.
FigureKind = Literal["measured", "target", "planned", "hoped"]


class PartialDate(Part):
    """A date as precise as its source: written `2019`, `2019-12` or `2019-12-31` in the files."""

    day: date
    precision: Literal["year", "month", "day"]

    @model_validator(mode="before")
    @classmethod
    def _from_writing(cls, written: Any) -> Any:
        if isinstance(written, int) and not isinstance(written, bool):
            written = str(written)
        if not isinstance(written, str):
            return written
        match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", written)
        if match is None:
            raise ValueError(
                f"“{written}” is not a year, a month or a day such as 2019, 2019-12 or 2019-12-31"
            )
        year, month, day = (int(part) if part else None for part in match.groups())
        precision = "day" if day else "month" if month else "year"
        return {"day": _day(written, year or 0, month or 1, day or 1), "precision": precision}

    @property
    def last_day(self) -> date:
        """The last day the date may stand for."""
        if self.precision == "day":
            return self.day
        month = 12 if self.precision == "year" else self.day.month
        return self.day.replace(month=month, day=calendar.monthrange(self.day.year, month)[1])

    def __str__(self) -> str:
        return self.day.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]


def _day(written: str, year: int, month: int, day: int) -> date:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(f"The year of “{written}” is not between {EARLIEST_YEAR} and {LATEST_YEAR}")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{written}” is not a day of the calendar") from None


class Source(Part):
    """Where a statement was published. `primary`: by the body concerned; `secondary`: press, third party."""

    url: WebAddress
    publisher: Words
    date: PartialDate | None = None
    kind: Literal["primary", "secondary"] = "primary"


class Published(Part):
    """A figure as published: value or words, unit, period, and how the source words it."""

    label: Text
    value: float | None = None
    text: Text | None = None
    unit: Text | None = None
    period: Period | None = None
    qualifier: Qualifier = "exact"
    kind: FigureKind = "measured"
    source: Source
    note: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.value is None) == (self.text is None):
            raise ValueError("A fact has either a value or a text")
        return self


class Claim(Part):
    """One side of a conflict between sources."""

    statement: Text
    source: Source
    retained: bool = False


class Conflict(Part):
    """Sources that disagree: all are kept, at most one is retained, and the reason is said."""

    about: Text
    claims: tuple[Claim, ...] = Field(min_length=2)
    reason: Text

    @model_validator(mode="after")
    def _at_most_one_retained(self) -> Self:
        if sum(claim.retained for claim in self.claims) > 1:
            raise ValueError("At most one claim of a conflict is retained")
        return self


class Licence(Part):
    name: Words
    url: WebAddress
    share_alike: bool = False


class Coordinates(Part):
    """Which columns hold the position, and in which system. `from_geometry`: taken from a GeoJSON point."""

    x: Words
    y: Words
    crs: Literal["EPSG:4326", "EPSG:31370", "EPSG:3812"] = "EPSG:4326"
    from_geometry: bool = False
