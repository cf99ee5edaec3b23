"""What the data catalogue shows of itself, and what it is linked to."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from civicthread.core.text import Text
from civicthread.core.thread import Kind, Link
from civicthread.datahub import queries
from civicthread.datahub.models import Dataset


def words(dataset: Dataset) -> Iterable[Text | str]:
    """What else finds a dataset: its code, its number, what its columns are called."""
    titles = [column.title for column in dataset.columns.all()]
    return (dataset.code.replace("_", " "), dataset.reference, *titles)


KINDS = (
    Kind(
        model=Dataset,
        label=_("dataset"),
        plural=_("datasets"),
        title=lambda dataset: dataset.title,
        url=lambda dataset: dataset.get_absolute_url(),
        visible=lambda by: queries.datasets(visible_to=by),
        summary=lambda dataset: dataset.description,
        words=words,
    ),
)
LINKS = (
    Link(
        earlier="stakeholders.organisation",
        later="datahub.dataset",
        through=Dataset.objects.all,
        source="publisher_id",
        target="id",
        led=_("publishes"),
        came=_("published by"),
        prov="wasAttributedTo",
    ),
)
