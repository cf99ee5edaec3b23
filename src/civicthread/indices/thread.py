"""What composite indices show of themselves, and what they are linked to."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind, Link
from civicthread.indices import queries
from civicthread.indices.models import CompositeIndex, IndexMethod, IndexPart

KINDS = (
    Kind(
        model=CompositeIndex,
        label=_("composite index"),
        plural=_("composite indices"),
        title=lambda index: index.title,
        url=lambda index: index.get_absolute_url(),
        visible=lambda by: queries.indices(visible_to=by),
        summary=lambda index: index.description,
        words=lambda index: (index.reference, index.code),
    ),
    Kind(
        model=IndexPart,
        label=_("part of an index"),
        plural=_("parts of indices"),
        title=lambda part: part.label,
        url=lambda part: part.get_absolute_url(),
        visible=lambda by: queries.parts(visible_to=by),
    ),
)
LINKS = (
    Link(
        earlier="indicators.indicator",
        later="indices.compositeindex",
        through=lambda: CompositeIndex.objects.filter(indicator__isnull=False),
        source="indicator_id",
        target="id",
        led=_("worked out by"),
        came=_("gives its figures to"),
        prov="^wasDerivedFrom",
    ),
    Link(
        earlier="indices.compositeindex",
        later="indices.indexpart",
        through=lambda: IndexPart.objects.filter(method__superseded_at__isnull=True, indicator__isnull=False),
        source="method__index_id",
        target="id",
        led=_("made of"),
        came=_("part of"),
        prov="^wasDerivedFrom",
    ),
    Link(
        earlier="indices.indexpart",
        later="indicators.indicator",
        through=lambda: IndexPart.objects.filter(method__superseded_at__isnull=True, indicator__isnull=False),
        source="id",
        target="indicator_id",
        led=_("measured by"),
        came=_("measures"),
        prov="^wasDerivedFrom",
    ),
    Link(
        earlier="indices.compositeindex",
        later="datahub.dataset",
        through=lambda: IndexMethod.datasets.through.objects.filter(indexmethod__superseded_at__isnull=True),
        source="indexmethod__index_id",
        target="dataset_id",
        led=_("fed by"),
        came=_("feeds"),
        prov="^wasDerivedFrom",
    ),
)
