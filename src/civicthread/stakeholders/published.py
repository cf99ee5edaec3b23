"""What stakeholders give away as tables: organisations. Contacts, representatives and seats of persons stay out."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from civicthread.core.published import Column, PublishedTable, Row, code, in_each_language, texts
from civicthread.stakeholders import queries
from civicthread.stakeholders.models import Domain, Helix


def _organisations() -> Iterator[Row]:
    for row in queries.organisations(visible_to=None).order_by("code"):
        yield {
            "organisation": row.code,
            "helix": row.helix,
            "domain": row.domain,
            "municipality": row.municipality.code if row.municipality else "",
            "website": row.website,
            **in_each_language("name", row.name),
        }


TABLES = (
    PublishedTable(
        code="programme_organisations",
        title=_("The programme: organisations"),
        description=_("The organisations that carry or share the projects of the programme, one a row."),
        columns=(
            code("organisation", _("Organisation")),
            *texts("name", _("Name")),
            code("helix", _("Kind of stakeholder"), of=Helix.values),
            code(
                "domain",
                _("Policy domain"),
                _("What it mainly works on, as a European data theme; empty where it is not known."),
                of=Domain.values,
            ),
            code("municipality", _("Municipality")),
            Column("website", "text", _("Website")),
        ),
        keys=("organisation",),
        rows=_organisations,
    ),
)
