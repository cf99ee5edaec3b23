"""Invented ideas, the needs they were regrouped into and their answers: ideas.yml."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .parts import (
    AreaCode,
    Code,
    Language,
    NeedCode,
    ObjectiveCode,
    Part,
    ProjectCode,
    Text,
    ThemeCode,
    Words,
)

Channel = Literal["web", "paper", "phone", "post", "counter", "workshop"]
IdeaState = Literal[
    "received", "in_analysis", "merged", "retained", "in_project", "delivered", "not_retained"
]
ExampleAddress = Annotated[str, Field(pattern=r"^[^@\s]+@([a-z0-9-]+\.)*example\.(org|com|net)$")]


class Answer(Part):
    date: date
    text: Text


class Need(Part):
    """Several ideas regrouped. Invented for the demonstration, like the ideas."""

    code: Code
    title: Text
    description: Text
    demonstration: Literal[True]
    themes: tuple[ThemeCode, ...] = ()
    objectives: tuple[ObjectiveCode, ...] = ()
    projects: tuple[ProjectCode, ...] = ()


class Author(Part):
    """An invented citizen: the address is one that cannot exist."""

    name: Words
    email: ExampleAddress | None = None


class Idea(Part):
    """A citizen's idea in the citizen's own words and language; only the answer is official text."""

    code: Code
    demonstration: Literal[True]
    language: Language
    title: Words
    text: Words
    author: Author
    channel: Channel
    area: AreaCode | None = None
    place: tuple[float, float] | None = Field(default=None, description="longitude, latitude (WGS 84)")
    received: date
    state: IdeaState
    themes: tuple[ThemeCode, ...] = ()
    need: NeedCode | None = None
    projects: tuple[ProjectCode, ...] = ()
    answer: Answer | None = None

    @model_validator(mode="after")
    def _state_fits(self) -> Self:
        if self.state in {"retained", "in_project", "delivered", "not_retained"} and self.answer is None:
            raise ValueError("An idea in this state has an answer")
        if self.state == "merged" and self.need is None:
            raise ValueError("A merged idea names the need it was merged into")
        if self.state in {"in_project", "delivered"} and not self.projects:
            raise ValueError("An idea in this state names its project")
        if self.answer and self.answer.date < self.received:
            raise ValueError("The answer is older than the idea")
        return self


class Participation(Part):
    """ideas.yml"""

    needs: tuple[Need, ...] = ()
    ideas: tuple[Idea, ...] = ()
