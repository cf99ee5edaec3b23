"""What the data catalogue shows of itself, and what it is linked to."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind, Link
from civicthread.datahub import queries
from civicthread.datahub.models import Dataset

KINDS = (
    Kind(
        model=Dataset,
        label=_("dataset"),
        plural=_("datasets"),
        title=lambda dataset: dataset.title,
        url=lambda dataset: dataset.get_absolute_url(),
        visible=lambda by: queries.datasets(visible_to=by),
        summary=lambda dataset: dataset.description,
        words=lambda dataset: (dataset.code.replace("_", " "), dataset.reference),
    ),
)
LINKS = (
    Link(
        earlier="stakeholders.organisation",
        later="datahub.dataset",
        through=lambda: Dataset.objects.all(),
        source="publisher_id",
        target="id",
        led=_("publishes"),
        came=_("published by"),
    ),
)
