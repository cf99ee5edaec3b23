"""Indicators and the datasets they are computed from: indicators.yml, datasets.yml."""

from collections.abc import Iterable
from itertools import groupby
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, model_validator

from .parts import (
    PROGRAMME_TABLE,
    AreaCode,
    Code,
    Conflict,
    Coordinates,
    DatasetCode,
    DirectionCode,
    File,
    LevelCode,
    Licence,
    ObjectiveCode,
    OrganisationCode,
    Part,
    Period,
    ProjectCode,
    Qualifier,
    Source,
    Text,
    ThemeCode,
    WebAddress,
    Words,
)

Frequency = Literal["once", "daily", "monthly", "quarterly", "yearly", "irregular"]
AreaSpelling = Literal["code", "name", "nuts"]
ColumnType = Literal["text", "integer", "number", "boolean", "date", "timestamp"]


class Unit(Part):
    """`symbol` stands after the figure (%, km, µg/m³); `name` says it in words."""

    name: Text
    symbol: Words | None = None


class Figure(Part):
    """A value of an indicator. Of several for one period and area, one is retained and each has a reason."""

    period: Period
    value: float
    area: AreaCode | None = None
    qualifier: Qualifier = "exact"
    retained: bool = True
    reason: Text | None = None
    note: Text | None = None
    series_break: bool = False
    source: Source | None = None


class Point(Part):
    """A value at the end of a period: where a path starts or ends, a milestone, a figure of another place."""

    period: Period
    value: float


class Path(Part):
    """A way through time. Without `start` it begins at the baseline, without `end` it leads to the target."""

    form: Literal["trend", "linear", "compound", "logistic", "milestones"]
    start: Point | None = None
    end: Point | None = None
    growth: float | None = None
    ceiling: Annotated[float, Field(gt=0)] | None = None
    milestones: tuple[Point, ...] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.form == "logistic") != (self.ceiling is not None):
            raise ValueError("An S-curve, and no other path, has a ceiling")
        if self.growth is not None and self.form != "logistic":
            raise ValueError("Only an S-curve is given a growth")
        if (self.form == "milestones") != bool(self.milestones):
            raise ValueError("A table, and no other path, has milestones")
        if self.start and self.end and self.start.period >= self.end.period:
            raise ValueError("The path does not end after it starts")
        return _each_once(self, self.milestones)


class Comparison(Part):
    """Another place, or a wider one, that the figures are set beside."""

    name: Text
    source: Source | None = None
    values: tuple[Point, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_figure_a_period(self) -> Self:
        return _each_once(self, self.values)


P = TypeVar("P", bound=Part)


def _each_once(part: P, points: Iterable[Point]) -> P:
    """The same part, if no period stands twice among the points."""
    periods = [point.period for point in points]
    if twice := sorted({period for period in periods if periods.count(period) > 1}):
        raise ValueError(f"Two values are given for {', '.join(twice)}")
    return part


class Indicator(Part):
    """A published series, or a SQL SELECT over datasets: `period`, `value`, perhaps `area`.

    Without `area` a value stands for the whole territory; with it, `area_level` and `area_by` say how areas
    are found, and `roll_up` how the whole territory follows from them. Tables go by the code of their dataset,
    columns by their `name`.
    """

    code: Code
    title: Text
    description: Text
    method: Text
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    good: Literal["up", "down", "neither"]
    status: Literal["share_of_target", "share_of_way", "pace", "ideal_path", "none"] = "none"
    frequency: Frequency
    direction: DirectionCode
    objectives: tuple[ObjectiveCode, ...] = ()
    projects: tuple[ProjectCode, ...] = ()
    themes: tuple[ThemeCode, ...] = ()
    sql: Words | None = None
    datasets: tuple[DatasetCode, ...] = ()
    area_level: LevelCode | None = None
    area_by: AreaSpelling | None = None
    roll_up: Literal["none", "sum", "ratio"] = "none"
    baseline: Figure | None = None
    targets: tuple[Figure, ...] = ()
    ideal_path: Path | None = None
    projection: Path | None = None
    comparisons: tuple[Comparison, ...] = ()
    values: tuple[Figure, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _computed_or_published(self) -> Self:
        if bool(self.sql) != bool(self.datasets):
            raise ValueError("A computed indicator has both a SELECT and the datasets it reads")
        if self.sql and self.values:
            raise ValueError("A computed indicator has no published values")
        if (self.area_by is None) != (self.area_level is None):
            raise ValueError("Values by area need both the area level and how areas are spelled")
        if self.roll_up != "none" and not (self.sql and self.area_level):
            raise ValueError("Only values that are computed by area are rolled up")
        if not (self.sql or self.values or self.baseline or self.targets):
            raise ValueError("An indicator has a SELECT, published values, a baseline or a target")
        return self

    @model_validator(mode="after")
    def _one_value_is_retained(self) -> Self:
        for (period, _), group in groupby(sorted(self.values, key=_place), key=_place):
            figures = tuple(group)
            if sum(figure.retained for figure in figures) != 1:
                raise ValueError(f"Exactly one value of {period} is retained")
            if len(figures) > 1 and not all(figure.reason for figure in figures):
                raise ValueError(f"Each of the conflicting values of {period} needs a reason")
        return self

    @model_validator(mode="after")
    def _targets_follow_the_baseline(self) -> Self:
        if self.baseline and any(target.period <= self.baseline.period for target in self.targets):
            raise ValueError("A target does not come after the baseline")
        if self.status != "none" and not self.targets:
            raise ValueError("A status needs a target")
        return self

    @model_validator(mode="after")
    def _paths_lead_somewhere(self) -> Self:
        if (self.ideal_path or self.projection) and not any(not target.area for target in self.targets):
            raise ValueError("A path needs a target for the whole territory")
        if self.ideal_path and self.ideal_path.form == "trend":
            raise ValueError("A trend is a projection, not an ideal path")
        return self

    @model_validator(mode="after")
    def _compared_with_different_places(self) -> Self:
        names = [tuple(sorted(comparison.name.items())) for comparison in self.comparisons]
        if len(set(names)) < len(names):
            raise ValueError("Two comparisons have the same name")
        return self


def _place(figure: Figure) -> tuple[str, str]:
    return figure.period, figure.area or ""


class Column(Part):
    """A column of a dataset. `header`: its name in the file, when it differs from the name in the lake."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    header: Words | None = None
    type: ColumnType
    nullable: bool = True
    unit: str = ""
    codes: tuple[str, ...] = ()
    title: Text
    description: Text | None = None


class AreaColumn(Part):
    """How rows find their area: by statistical code, by one of its names or aliases, or by NUTS code."""

    column: Words
    by: AreaSpelling
    level: LevelCode | None = None


class Dataset(Part):
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    description: Text
    publisher: OrganisationCode
    licence: Licence
    source: WebAddress
    obtained_from: WebAddress
    themes: tuple[ThemeCode, ...] = ()
    frequency: Frequency
    file: File
    format: Literal["csv", "geojson", "xlsx"]
    compression: Literal["none", "gzip"] = "none"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    decimal: Literal[".", ","] = "."
    encoding: Literal["utf-8", "windows-1252", "iso-8859-1"] = "utf-8"
    null_values: tuple[str, ...] = ("",)
    columns: tuple[Column, ...] = Field(min_length=1)
    keys: tuple[Words, ...] = ()
    sort: tuple[Words, ...] = ()
    period_column: Words | None = None
    reference_period: Period | None = None
    area: AreaColumn | None = None
    coordinates: Coordinates | None = None
    changes: Text | None = None

    @model_validator(mode="after")
    def _names_its_own_columns(self) -> Self:
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            raise ValueError("Two columns have the same name")
        named = [*self.keys, *self.sort, self.period_column, self.area and self.area.column]
        if self.coordinates:
            named += [self.coordinates.x, self.coordinates.y]
        if unknown := sorted({name for name in named if name} - set(names)):
            raise ValueError(f"There is no column {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _is_no_table_of_the_program(self) -> Self:
        if self.code.startswith(PROGRAMME_TABLE):
            raise ValueError("The program itself writes the tables of this name")
        return self

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if (self.period_column is None) == (self.reference_period is None):
            raise ValueError("A dataset has either a period column or a reference period")
        return self
