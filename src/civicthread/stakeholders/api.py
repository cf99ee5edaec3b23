"""Organisations for programs."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from civicthread.core import publishing
from civicthread.core.api import (
    Asked,
    Page,
    SourceOut,
    Texts,
    Words,
    address,
    one_of,
    operation,
    paged,
    texts,
)
from civicthread.stakeholders import queries
from civicthread.stakeholders.models import Domain, Helix, Organisation
from civicthread.stakeholders.queries import Filters

router = Router(tags=["stakeholders"])

HelixName = Annotated[Helix, one_of(Helix)]
DomainName = Annotated[Domain, one_of(Domain)]
Kind = Annotated[HelixName | None, Query(None)]


class OrganisationOut(Schema):
    """An organisation; `municipality` is a statistical code, `domain` a European data theme, null while unknown."""

    code: str
    name: Texts
    short_name: Texts
    description: Texts
    helix: HelixName
    domain: DomainName | None
    municipality: str | None
    website: str
    former_names: list[str]
    sources: list[SourceOut]
    address: str


@router.get("/organisations", response=Page[OrganisationOut], operation_id="stakeholders.list")
@operation("stakeholders.read")
def organisations(request: HttpRequest, query: Words, helix: Kind, asked: Asked) -> Any:
    """Public organisations by code."""
    found = queries.filtered(Filters(query, helix or ""), visible_to=None, language=request.LANGUAGE_CODE)
    return paged(request, found, lambda rows: map(_organisation, rows), order="code", asked=asked)


@router.get("/organisations/{slug:code}", response=OrganisationOut, operation_id="stakeholders.get")
@operation("stakeholders.read")
def organisation(request: HttpRequest, code: str) -> Any:  # noqa: ARG001
    """One public organisation."""
    return _organisation(publishing.find(queries.organisations(visible_to=None), code=code))


def _organisation(row: Organisation) -> dict[str, Any]:
    plain = ("code", "helix", "website", "former_names", "sources")
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: texts(getattr(row, name)) for name in ("name", "short_name", "description")},
        "domain": row.domain or None,
        "municipality": row.municipality.code if row.municipality else None,
        "address": address(row),
    }
