"""What the ambition gives away as tables: directions and objectives."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from civicthread.ambition import queries
from civicthread.ambition.models import Direction
from civicthread.core.published import Column, PublishedTable, Row, code, in_each_language, texts
from civicthread.core.publishing import Publication


def _directions() -> Iterator[Row]:
    for row in Direction.objects.order_by("code"):
        yield {
            "direction": row.code,
            "kind": row.kind,
            "position": row.position,
            **in_each_language("name", row.name),
        }


def _objectives() -> Iterator[Row]:
    public = {
        "project_count": Count(
            "projects", filter=Q(projects__publication=Publication.PUBLISHED), distinct=True
        ),
        "indicator_count": Count(
            "indicators", filter=Q(indicators__publication=Publication.PUBLISHED), distinct=True
        ),
    }
    found = queries.objectives(visible_to=None).order_by("code")
    counts = {pk: numbers for pk, *numbers in found.annotate(**public).values_list("pk", *public)}
    for row in found:
        projects, indicators = counts[row.pk]
        yield {
            "objective": row.code,
            "direction": row.direction.code,
            "projects": projects,
            "indicators": indicators,
            "assumption": row.assumption,
            **in_each_language("title", row.title),
        }


TABLES = (
    PublishedTable(
        code="programme_directions",
        title=_("The programme: strategic directions"),
        description=_("The strategic directions of the programme, one a row."),
        columns=(
            code("direction", _("Strategic direction")),
            code("kind", _("Kind"), of=Direction.Kind.values),
            Column("position", "integer", _("Position")),
            *texts("name", _("Name")),
        ),
        keys=("direction",),
        rows=_directions,
    ),
    PublishedTable(
        code="programme_objectives",
        title=_("The programme: objectives"),
        description=_("The objectives of the ambition memo, one a row, and how many projects serve each."),
        columns=(
            code("objective", _("Objective")),
            code("direction", _("Strategic direction")),
            *texts("title", _("Title")),
            Column("projects", "integer", _("Public projects")),
            Column("indicators", "integer", _("Indicators")),
            Column("assumption", "boolean", _("Made for the demonstration")),
        ),
        keys=("objective",),
        rows=_objectives,
    ),
)
