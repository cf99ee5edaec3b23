"""Composite indices and the datasets they are worked out from: indices.yml."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from .figures import Dataset, Unit
from .parts import (
    Code,
    DirectionCode,
    IndicatorCode,
    ObjectiveCode,
    Part,
    Source,
    Text,
    WebAddress,
    Words,
    known_of,
)

FileFormat = Literal["csv"]


def _file_of_the_examples(name: str, info: ValidationInfo) -> str:
    """A file in the programme's folder or in one beside it: methods such as DESI serve several programmes."""
    folder = known_of(info).folder.resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.parent):
        raise ValueError(f"“{name}” lies neither in the programme's folder nor beside it")
    if not path.is_file():
        raise ValueError(f"There is no file “{name}”")
    return name


SharedFile = Annotated[str, AfterValidator(_file_of_the_examples)]


class SharedDataset(Dataset):
    """A dataset whose file may lie in a folder beside the programme's."""

    file: SharedFile
    format: FileFormat = "csv"

    @model_validator(mode="after")
    def _is_free_of_share_alike(self) -> Self:
        if self.licence.share_alike:
            raise ValueError("Share-alike data stands in datasets/share-alike/, with datasets.yml")
        return self


class Fed(Part):
    """The indicator that receives the index of one area as its figures."""

    code: Code
    title: Text
    description: Text
    method: Text
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=6)] = 1
    direction: DirectionCode
    objectives: tuple[ObjectiveCode, ...] = ()


class Index(Part):
    """A composite index: its method file, the query that gives its cells, what its areas are called.

    `measured_by`: parts of the method, by their code, with the indicator of the programme that measures the same.
    """

    code: Code
    title: Text
    description: Text
    family: Code
    area: Words
    method: SharedFile
    areas: SharedFile | None = None
    units: SharedFile | None = None
    note: Text
    missing: Literal["refuse", "renormalise"] = "refuse"
    source: WebAddress | None = None
    sql: Words
    indicator: Fed | None = None
    measured_by: dict[Words, IndicatorCode] = {}
    sources: tuple[Source, ...] = ()

    def path(self, folder: Path, name: str | None) -> Path | None:
        """Where one of its files lies."""
        return (folder / name).resolve() if name else None


class Indices(Part):
    """indices.yml"""

    datasets: tuple[SharedDataset, ...] = ()
    indices: tuple[Index, ...] = ()
