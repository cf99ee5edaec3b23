"""What the roadmap gives away as tables: milestones with the dates they had."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from civicthread.core.published import Column, PublishedTable, Row, code, in_each_language, texts
from civicthread.roadmap import queries


def _milestones() -> Iterator[Row]:
    for row in queries.milestones(visible_to=None).order_by("reference"):
        again = list(row.replannings.all())
        yield {
            "milestone": row.reference,
            "project": row.project.reference,
            "planned": row.planned,
            "replanned": again[-1].date if again else "",
            "replannings": len(again),
            "actual": row.actual,
            **in_each_language("title", row.title),
        }


TABLES = (
    PublishedTable(
        code="programme_milestones",
        title=_("The programme: milestones"),
        description=_("The milestones of the projects, one a row: planned, planned again, reached."),
        columns=(
            code("milestone", _("Milestone")),
            code("project", _("Project")),
            *texts("title", _("Title")),
            Column("planned", "text", _("Planned"), _("As precise as its source.")),
            Column("replanned", "text", _("Planned again"), _("The latest date, as precise as its source.")),
            Column("replannings", "integer", _("How often it was planned again")),
            Column("actual", "text", _("Reached"), _("As precise as its source; empty while it is not.")),
        ),
        keys=("milestone",),
        rows=_milestones,
    ),
)
