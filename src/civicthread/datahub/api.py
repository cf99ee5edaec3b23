"""Datasets for programs: what there is, what its columns mean, its versions, its rows."""

from datetime import date, datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from civicthread.core import policy, publishing
from civicthread.core.api import Asked, Code, Page, Texts, Words, operation, paged, texts
from civicthread.core.mistakes import named
from civicthread.core.policy import actor_of
from civicthread.datahub import dcat, pages, queries, reader
from civicthread.datahub.models import Dataset, DatasetColumn, DatasetVersion, Frequency
from civicthread.datahub.queries import Filters

router = Router(tags=["datahub"])

MOST_ROWS = 1000
OftenExpected = Annotated[Frequency | None, Query(None)]
Version = Annotated[
    int | None, Query(None, ge=0, le=2**31 - 1, description="A version; without it the current one.")
]
Rows = Annotated[int, Query(100, ge=1, le=MOST_ROWS, description="How many rows at the most.")]
After = Annotated[int, Query(0, ge=0, le=10**12, description="How many rows to pass over.")]


class DatasetOut(Schema):
    """A dataset of the catalogue. `files` are empty where the rows are not open to the reader."""

    code: str
    reference: str
    title: Texts
    description: Texts
    publisher: str | None
    licence: str
    licence_url: str
    share_alike: bool
    source_url: str
    contact_name: Texts
    contact_email: str
    territory: Annotated[str | None, Field(description="The code of the area the data covers.")]
    high_value: Annotated[str, Field(description="The category of Regulation (EU) 2023/138, if any.")]
    frequency: Frequency
    access: Dataset.Access
    version: int | None
    rows: int | None
    loaded_at: datetime | None
    address: str
    files: dict[str, str]


class ColumnOut(Schema):
    """A column: its name in queries, its type and unit, what it is called."""

    name: str
    type: str
    nullable: bool
    unit: str
    codes: list[str]
    title: Texts
    description: Texts


class VersionOut(Schema):
    """One version of the rows; `added`, `removed` and `changed` are null where the versions were not compared."""

    number: int
    at: datetime
    rows: int
    added: int | None
    removed: int | None
    changed: int | None
    restored_from: int | None
    covers_from: date | None
    covers_until: date | None
    files: dict[str, str]


class DatasetWithColumns(DatasetOut):
    """A dataset with its columns and its versions, newest first."""

    columns: list[ColumnOut]
    versions: list[VersionOut]


class RowsOut(Schema):
    """Some rows of one version, in the order they are stored."""

    version: int
    columns: list[str]
    rows: Annotated[list[list[Any]], Field(description="Cells in the order of `columns`.")]
    next: str | None


@router.get("/datasets", response=Page[DatasetOut], operation_id="datahub.list")
@operation("datahub.read")
def datasets(  # noqa: PLR0917  # Ninja reads the parameters of the address from here
    request: HttpRequest,
    query: Words,
    publisher: Code,
    frequency: OftenExpected,
    asked: Asked,
) -> Any:
    """The catalogue, by title."""
    actor, filters = actor_of(request), Filters(query, publisher, frequency or "")
    named("publisher", publisher, queries.publisher(publisher, visible_to=actor))
    found = queries.filtered(filters, visible_to=actor, language=settings.LANGUAGE_CODE)
    return paged(
        request, found, lambda rows: [_dataset(row, actor) for row in rows], order="sort_title", asked=asked
    )


@router.get("/datasets/{slug:code}", response=DatasetWithColumns, operation_id="datahub.get")
@operation("datahub.read")
def dataset(request: HttpRequest, code: str) -> Any:
    """One dataset with its columns and versions."""
    actor = actor_of(request)
    found = publishing.find(queries.datasets(visible_to=actor), code=code)
    may = queries.may_read_rows(found, actor)
    versions = queries.versions(found).defer("profile", "sample")[:100]
    return {
        **_dataset(found, actor),
        "columns": [_column(column) for column in found.columns.all()],
        "versions": [_version(version, found.code, may=may) for version in versions],
    }


@router.get("/datasets/{slug:code}/rows", response=RowsOut, operation_id="datahub.rows")
@operation("datahub.read_rows")
def rows(  # noqa: PLR0917  # Ninja reads the parameters of the address from here
    request: HttpRequest, code: str, version: Version, limit: Rows, offset: After
) -> Any:
    """Some rows of a version; the whole of it is a file (`files`)."""
    actor = actor_of(request)
    found = publishing.find(queries.datasets(visible_to=actor), code=code)
    policy.require("datahub.read_rows", by=actor, on=found)
    chosen = queries.version(found, version)
    if chosen is None:
        raise Http404
    read = reader.rows(found, chosen.number, limit=limit, offset=offset)
    more = offset + limit < chosen.rows
    return {
        "version": chosen.number,
        "columns": list(read[0]) if read else chosen.sample.get("columns", []),
        "rows": [list(row.values()) for row in read],
        "next": _next(request, chosen.number, limit, offset) if more else None,
    }


def _next(request: HttpRequest, version: int, limit: int, offset: int) -> str:
    asked = f"version={version}&limit={limit}&offset={offset + limit}"
    return f"{settings.BASE_URL}{request.path}?{asked}"


def _dataset(row: Dataset, actor: Any) -> dict[str, Any]:
    plain = (
        "code",
        "reference",
        "licence_url",
        "share_alike",
        "source_url",
        "contact_email",
        "high_value",
        "frequency",
        "access",
        "version",
    )
    listed: Any = row  # the query added what stands in its current version
    return {
        **{name: getattr(row, name) for name in plain},
        "title": texts(row.title),
        "description": texts(row.description),
        "contact_name": texts(row.contact_name),
        "publisher": row.publisher.code if row.publisher else None,
        "territory": row.territory.code if row.territory else None,
        "licence": row.licence_name,
        "rows": listed.row_count,
        "loaded_at": listed.loaded_at,
        "address": dcat.dataset_iri(row),
        "files": _files(row.code) if listed.version is not None and queries.may_read_rows(row, actor) else {},
    }


def _column(column: DatasetColumn) -> dict[str, Any]:
    plain = {name: getattr(column, name) for name in ("name", "type", "nullable", "unit", "codes")}
    return {**plain, "title": texts(column.title), "description": texts(column.description)}


def _version(version: DatasetVersion, code: str, *, may: bool) -> dict[str, Any]:
    plain = (
        "number",
        "at",
        "rows",
        "added",
        "removed",
        "changed",
        "restored_from",
        "covers_from",
        "covers_until",
    )
    told = {name: getattr(version, name) for name in plain}
    return {**told, "files": _files(code, version.number) if may else {}}


def _files(code: str, version: int | None = None) -> dict[str, str]:
    return {file.kind: settings.BASE_URL + file.url for file in pages.files(code, version)}
