"""What governance gives away as tables: the decisions of the bodies."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from civicthread.core.published import Column, PublishedTable, Row, code, in_each_language, texts
from civicthread.governance import queries


def _decisions() -> Iterator[Row]:
    for row in queries.decisions(visible_to=None).order_by("reference"):
        yield {
            "decision": row.reference,
            "number": row.number,
            "decided": row.date,
            "year": int(row.date[:4]),
            "body": row.body.code,
            "approves": row.approves,
            **in_each_language("body", row.body.name),
            **in_each_language("title", row.title),
        }


TABLES = (
    PublishedTable(
        code="programme_decisions",
        title=_("The programme: decisions"),
        description=_("The published decisions about the programme, one a row."),
        columns=(
            code("decision", _("Decision")),
            Column("number", "text", _("Number given by the body")),
            Column("decided", "text", _("Decided on"), _("As precise as its source.")),
            Column("year", "integer", _("Year")),
            code("body", _("Body")),
            *texts("body", _("Body")),
            *texts("title", _("Title")),
            Column("approves", "boolean", _("Approves projects")),
        ),
        keys=("decision",),
        rows=_decisions,
    ),
)
