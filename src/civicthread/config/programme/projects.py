"""Projects, their milestones and the decisions about them: projects.yml, milestones.yml, decisions.yml."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .parts import (
    AreaCode,
    BlockCode,
    BodyCode,
    Code,
    Conflict,
    DirectionCode,
    ObjectiveCode,
    OrganisationCode,
    Part,
    PartialDate,
    ProjectCode,
    Published,
    Qualifier,
    Source,
    Text,
    ThemeCode,
    WebAddress,
    Words,
)

ProjectState = Literal["in_preparation", "ongoing", "in_service", "completed", "stopped", "on_hold"]


class Budget(Part):
    """An amount in whole euros, as published."""

    amount: Annotated[int, Field(gt=0)]
    qualifier: Qualifier = "exact"
    kind: Literal["total", "yearly", "requested", "part"]
    covers: Text
    source: Source


class PublishedState(Part):
    value: ProjectState
    as_of: PartialDate
    source: Source


class PublishedNature(Part):
    value: Literal["pilot", "structural"]
    source: Source


class BuildingBlock(Part):
    """What several projects can use instead of making it again: shared in the territory, or European."""

    code: Code
    name: Text
    kind: Literal["regional", "european"]
    provider: OrganisationCode | None = None
    sources: tuple[Source, ...] = Field(min_length=1)


class Declaration(Part):
    """What a source declares on one question of the four conditions. A question no source answers stands nowhere."""

    about: Literal[
        "public_service",
        "counter",
        "phone",
        "post",
        "shared_block",
        "eu_funding",
        "eu_partner",
        "eu_block",
    ]
    answer: bool
    blocks: tuple[BlockCode, ...] = ()
    note: Text | None = None
    source: Source


class Project(Part):
    """A project sheet. What the sources do not say is absent.

    `classification` says who joined the project to its directions: a source, or the editors.
    """

    code: Code
    title: Text
    summary: Text
    description: Text
    owner: OrganisationCode | None = None
    partners: tuple[OrganisationCode, ...] = ()
    other_partners: Text | None = None
    classification: Literal["published", "editorial"]
    directions: tuple[DirectionCode, ...] = Field(min_length=1)
    objectives: tuple[ObjectiveCode, ...] = ()
    themes: tuple[ThemeCode, ...] = ()
    areas: tuple[AreaCode, ...] = ()
    budget: Budget | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    state: PublishedState | None = None
    nature: PublishedNature | None = None
    website: WebAddress | None = None
    facts: tuple[Published, ...] = ()
    conditions: tuple[Declaration, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if self.start and self.end and self.start.day > self.end.last_day:
            raise ValueError("The project ends before it starts")
        return self


class Replanning(Part):
    date: PartialDate
    reason: Text
    source: Source


class Milestone(Part):
    """A dated step of a project: `planned`, planned again, and when it was `actual`ly reached."""

    code: Code
    project: ProjectCode
    title: Text
    planned: PartialDate | None = None
    replanned: tuple[Replanning, ...] = ()
    actual: PartialDate | None = None
    note: Text | None = None
    sources: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_a_date(self) -> Self:
        if not (self.planned or self.actual):
            raise ValueError("A milestone has a planned or an actual date")
        return self


class Decision(Part):
    code: Code
    number: Words | None = None
    date: PartialDate
    body: BodyCode
    title: Text
    text: Text
    projects: tuple[ProjectCode, ...] = ()
    objectives: tuple[ObjectiveCode, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
