"""What projects give away as tables: the sheets, who shares them, what they serve and what is declared of them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from civicthread.core.published import Column, PublishedTable, Row, code, in_each_language, texts
from civicthread.projects import queries
from civicthread.projects.models import BuildingBlock, Declaration, Project

DECLARED = _("yes or no as a source declares it; empty where no source says so, which is not a no.")


def _projects() -> Iterator[Row]:
    found = queries.projects(visible_to=None).prefetch_related("declarations").order_by("reference")
    for row in found:
        yield {
            "project": row.reference,
            "code": row.code,
            "state": row.state,
            "nature": row.nature,
            "owner": row.owner.code if row.owner and row.owner.is_published else "",
            "started": row.start,
            "ended": row.end,
            "approved": row.approved,
            "budget": row.budget,
            "budget_kind": row.budget_kind,
            **in_each_language("title", row.title),
            **{declared.about: declared.answer for declared in row.declarations.all()},
        }


def _organisations() -> Iterator[Row]:
    """The owner first: an organisation that is named as a partner too carries the project all the same."""
    found = queries.projects(visible_to=None).prefetch_related("partners").order_by("reference")
    for row in found:
        shares = dict.fromkeys(row.partners.all(), "partner")
        if row.owner:
            shares[row.owner] = "owner"
        for organisation in sorted(shares, key=lambda one: one.code):
            if organisation.is_published:
                yield {
                    "project": row.reference,
                    "organisation": organisation.code,
                    "role": shares[organisation],
                    "domain": organisation.domain,
                }


def _directions() -> Iterator[Row]:
    found = queries.projects(visible_to=None).prefetch_related("directions").order_by("reference")
    for row in found:
        for direction in sorted(direction.code for direction in row.directions.all()):
            yield {"project": row.reference, "direction": direction}


def _blocks() -> Iterator[Row]:
    for row in queries.blocks().order_by("code"):
        provider = row.provider
        yield {
            "block": row.code,
            "kind": row.kind,
            "provider": provider.code if provider and provider.is_published else "",
            **in_each_language("name", row.name),
        }


def _uses() -> Iterator[Row]:
    public = queries.projects(visible_to=None)
    found = Declaration.blocks.through.objects.filter(declaration__project__in=public)
    columns = ("declaration__project__reference", "buildingblock__code", "buildingblock__kind")
    for project, block, kind in found.values_list(*columns).order_by(*columns):
        yield {"project": project, "block": block, "kind": kind}


def _declarations() -> Iterator[Row]:
    public = queries.projects(visible_to=None)
    found = Declaration.objects.filter(project__in=public).select_related("project")
    for row in found.order_by("project__reference", "about"):
        yield {
            "project": row.project.reference,
            "about": row.about,
            "answer": row.answer,
            "source": row.source.get("url", ""),
            "publisher": row.source.get("publisher", ""),
            "said": row.source.get("date", ""),
            **in_each_language("note", row.note),
        }


TABLES = (
    PublishedTable(
        code="programme_projects",
        title=_("The programme: projects"),
        description=_("The public project sheets, one a row, with what is declared on the four conditions."),
        columns=(
            code("project", _("Project")),
            Column("code", "text", _("Code")),
            *texts("title", _("Title")),
            code("state", _("State"), of=Project.State.values),
            code("nature", _("Pilot or structural"), of=Project.Nature.values),
            code("owner", _("Carried by")),
            Column("started", "text", _("Start"), _("As precise as its source.")),
            Column("ended", "text", _("End"), _("As precise as its source.")),
            Column("approved", "text", _("Approved"), _("As precise as its source.")),
            Column("budget", "number", _("Budget"), unit="EUR"),
            code("budget_kind", _("What the amount is"), of=Project.BudgetKind.values),
            *(Column(value, "boolean", label, DECLARED) for value, label in Declaration.About.choices),
        ),
        keys=("project",),
        rows=_projects,
    ),
    PublishedTable(
        code="programme_project_organisations",
        title=_("The programme: organisations of projects"),
        description=_("Which organisation carries or shares which project, one pair a row."),
        columns=(
            code("project", _("Project")),
            code("organisation", _("Organisation")),
            code("role", _("Role"), of=("owner", "partner")),
            code("domain", _("Policy domain"), _("Empty where it is not known.")),
        ),
        keys=("project", "organisation"),
        rows=_organisations,
    ),
    PublishedTable(
        code="programme_project_directions",
        title=_("The programme: directions of projects"),
        description=_("Which strategic directions a project serves, one pair a row."),
        columns=(code("project", _("Project")), code("direction", _("Strategic direction"))),
        keys=("project", "direction"),
        rows=_directions,
    ),
    PublishedTable(
        code="programme_blocks",
        title=_("The programme: building blocks"),
        description=_("The shared and European building blocks that projects can use, one a row."),
        columns=(
            code("block", _("Building block")),
            *texts("name", _("Name")),
            code("kind", _("Kind"), of=BuildingBlock.Kind.values),
            code("provider", _("Provided by")),
        ),
        keys=("block",),
        rows=_blocks,
    ),
    PublishedTable(
        code="programme_project_blocks",
        title=_("The programme: building blocks of projects"),
        description=_("Which project is said to use which building block, one pair a row."),
        columns=(
            code("project", _("Project")),
            code("block", _("Building block")),
            code("kind", _("Kind"), of=BuildingBlock.Kind.values),
        ),
        keys=("project", "block"),
        rows=_uses,
    ),
    PublishedTable(
        code="programme_declarations",
        title=_("The programme: declarations on the conditions"),
        description=_("What is declared on the four conditions, one answer a row, with its source."),
        columns=(
            code("project", _("Project")),
            code("about", _("Question"), of=Declaration.About.values),
            Column("answer", "boolean", _("Answer")),
            Column("source", "text", _("Source address")),
            Column("publisher", "text", _("Published by")),
            Column("said", "text", _("Date of the source"), _("As precise as its source.")),
            *texts("note", _("Note")),
        ),
        keys=("project", "about"),
        rows=_declarations,
    ),
)
