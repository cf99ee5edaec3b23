"""A programme: its settings, directions, ambition memo, organisations and areas, and the whole of it."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .figures import Dataset, Indicator
from .ideas import Participation
from .indices import Indices
from .pages import NewsArticle, Page
from .parts import (
    AreaCode,
    Code,
    Conflict,
    DirectionCode,
    Language,
    LevelCode,
    OrganisationCode,
    Part,
    PartialDate,
    Source,
    Text,
    WebAddress,
    Words,
)
from .projects import BuildingBlock, Decision, Milestone, Project

# The data themes of the European Union's vocabulary.
Domain = Literal[
    "AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI", "SOCI", "TECH", "TRAN"
]
Helix = Literal["civil_society", "academia", "public", "private"]


class AreaLevel(Part):
    code: Code
    name: Text
    plural: Text


class Theme(Part):
    code: Code
    name: Text


class Office(Part):
    """The team that runs the programme, and the ways to reach it without the web."""

    name: Text
    demonstration: bool
    note: Text | None = None
    email: Words
    phone: Words
    phone_hours: Text
    post: Text
    counter: Text
    counter_hours: Text
    organisation: Code | None = None


class Settings(Part):
    """programme.yml. `neutral`: no language comes first; the reader's browser decides, lists go by code."""

    code: Code
    name: Text
    tagline: Text
    demonstration: bool
    languages: tuple[Language, ...] = Field(min_length=1)
    required_languages: tuple[Language, ...] = Field(min_length=1)
    language_order: Literal["neutral", "listed"] = "listed"
    time_zone: Words
    currency: Literal["EUR"] = "EUR"
    area_levels: tuple[AreaLevel, ...]
    themes: tuple[Theme, ...]
    office: Office

    @model_validator(mode="after")
    def _required_languages_are_languages(self) -> Self:
        if not set(self.required_languages) <= set(self.languages):
            raise ValueError("A required language is not among the languages")
        return self


class Direction(Part):
    """A strategic direction: a DESI `dimension` or a `condition` of the programme."""

    code: Code
    kind: Literal["dimension", "condition"]
    name: Text
    description: Text
    sources: tuple[Source, ...]


class Objective(Part):
    """An objective of the ambition memo. `assumption`: made for the demonstration, as its note says."""

    code: Code
    direction: DirectionCode
    title: Text
    description: Text
    assumption: bool = False
    note: Text | None = None
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if not (self.sources or self.assumption):
            raise ValueError("An objective names a source or is marked as an assumption")
        if self.assumption and self.note is None:
            raise ValueError("An assumption needs a note that says what was assumed")
        return self


class AmbitionMemo(Part):
    """objectives.yml: the ambition memo and its objectives."""

    code: Code
    date: PartialDate | None = None
    title: Text
    intro: Text
    assumption: bool
    note: Text
    sources: tuple[Source, ...]
    conflicts: tuple[Conflict, ...] = ()
    objectives: tuple[Objective, ...]


class Organisation(Part):
    code: Code
    helix: Helix
    domain: Domain | None = None
    name: Text
    short_name: Text | None = None
    former_names: tuple[Words, ...] = ()
    description: Text | None = None
    municipality: AreaCode | None = None
    website: WebAddress | None = None
    sources: tuple[Source, ...] = ()


class Body(Part):
    """What decides: a board, a committee, a jury, a government or an assembly, under an organisation."""

    code: Code
    kind: Literal["government", "assembly", "board", "committee", "jury"]
    name: Text
    organisation: OrganisationCode | None = None


class Area(Part):
    """`code` is the statistical code of the country (in Belgium the NIS code). `nuts`: its NUTS spellings."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Z]{2,12}$")]
    level: LevelCode
    parent: AreaCode | None = None
    name: Text
    aliases: tuple[Words, ...] = ()
    nuts: tuple[Words, ...] = ()
    postal_codes: tuple[Words, ...] = ()


class Stakeholders(Part):
    """organisations.yml"""

    organisations: tuple[Organisation, ...] = ()
    bodies: tuple[Body, ...] = ()


class Programme(Part):
    """The whole folder, checked.

    programme.yml · directions.yml · objectives.yml · organisations.yml · areas.yml (+ areas.geojson) ·
    blocks.yml · projects.yml · milestones.yml · decisions.yml · indicators.yml · datasets.yml (+ datasets/) ·
    indices.yml · ideas.yml · pages/ · news/.
    Only programme.yml must be there.
    """

    folder: Path
    settings: Settings
    directions: tuple[Direction, ...] = ()
    ambition: AmbitionMemo | None = None
    stakeholders: Stakeholders = Stakeholders()
    areas: tuple[Area, ...] = ()
    blocks: tuple[BuildingBlock, ...] = ()
    projects: tuple[Project, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    decisions: tuple[Decision, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    indices: Indices = Indices()
    participation: Participation = Participation()
    pages: tuple[Page, ...] = ()
    news: tuple[NewsArticle, ...] = ()

    @property
    def boundaries(self) -> Path | None:
        """areas.geojson, whose features carry the area's `code`, if the folder has it."""
        path = self.folder / "areas.geojson"
        return path if path.is_file() else None
