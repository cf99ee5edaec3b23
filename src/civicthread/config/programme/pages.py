"""Editorial texts: pages/ and news/."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .parts import (
    Code,
    DirectionCode,
    IndicatorCode,
    Part,
    ProjectCode,
    Slugs,
    Source,
    Text,
)


class Heading(Part):
    kind: Literal["heading"]
    text: Text


class Paragraph(Part):
    kind: Literal["paragraph"]
    text: Text


class Points(Part):
    kind: Literal["list"]
    points: tuple[Text, ...] = Field(min_length=1)


class Quote(Part):
    kind: Literal["quote"]
    text: Text
    source: Source


Block = Annotated[Heading | Paragraph | Points | Quote, Field(discriminator="kind")]


class Page(Part):
    """pages/*.yml: one editorial page. `direction` pages name theirs."""

    code: Code
    kind: Literal[
        "home",
        "strategy",
        "direction",
        "office",
        "participate",
        "accessibility",
        "privacy",
        "cookies",
        "contact",
        "legal",
    ]
    direction: DirectionCode | None = None
    slug: Slugs
    title: Text
    intro: Text
    body: tuple[Block, ...] = ()
    demonstration: bool = False
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _direction_pages_name_theirs(self) -> Self:
        if (self.kind == "direction") != (self.direction is not None):
            raise ValueError("A page names a direction if and only if its kind is “direction”")
        return self


class NewsArticle(Part):
    """news/*.yml. `demonstration`: invented for the demonstration, and shown as such."""

    code: Code
    slug: Slugs
    date: date
    title: Text
    intro: Text
    body: tuple[Block, ...] = Field(min_length=1)
    demonstration: bool
    projects: tuple[ProjectCode, ...] = ()
    indicators: tuple[IndicatorCode, ...] = ()
    sources: tuple[Source, ...] = ()
