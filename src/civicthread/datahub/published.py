"""What the catalogue gives away as a table: the datasets it describes, apart from the programme's own tables."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from civicthread.core.published import PREFIX, Column, PublishedTable, Row, code, in_each_language, texts
from civicthread.datahub import queries
from civicthread.datahub.models import Dataset, Frequency


def _datasets() -> Iterator[Row]:
    found = queries.datasets(visible_to=None).exclude(code__startswith=PREFIX).order_by("code")
    for row in found:
        publisher = row.publisher
        yield {
            "dataset": row.code,
            "reference": row.reference,
            "publisher": publisher.code if publisher and publisher.is_published else "",
            "licence": row.licence_name,
            "share_alike": row.share_alike,
            "frequency": row.frequency,
            "access": row.access,
            **in_each_language("title", row.title),
        }


TABLES = (
    PublishedTable(
        code="programme_datasets",
        title=_("The programme: datasets"),
        description=_("The datasets of the catalogue, one a row, apart from these tables themselves."),
        columns=(
            code("dataset", _("Dataset")),
            Column("reference", "text", _("Reference")),
            *texts("title", _("Title")),
            code("publisher", _("Publisher")),
            Column("licence", "text", _("Licence")),
            Column("share_alike", "boolean", _("To be shared under the same licence")),
            code("frequency", _("Frequency"), of=Frequency.values),
            code("access", _("Access"), of=Dataset.Access.values),
        ),
        keys=("dataset",),
        rows=_datasets,
    ),
)
