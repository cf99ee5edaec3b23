"""Reads of datasets."""

from datetime import date, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from civicthread.core import policy
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.datahub.models import Dataset, Frequency, Ingestion

# After how many days without new data a dataset is called stale; generous, since publishers are often late.
PATIENCE = {
    Frequency.DAILY: 3,
    Frequency.MONTHLY: 62,
    Frequency.QUARTERLY: 190,
    Frequency.YEARLY: 760,
}


def datasets(*, visible_to: Actor | None) -> QuerySet[Dataset]:
    """The datasets this reader may see, each with its current version, row count and date of the last load."""
    loads = Ingestion.objects.filter(dataset=OuterRef("pk"), outcome=Ingestion.Outcome.LOADED).order_by("-id")
    found = Dataset.objects.select_related("publisher").annotate(
        version=Subquery(loads.values("version")[:1]),
        row_count=Subquery(loads.values("rows")[:1]),
        loaded_at=Subquery(loads.values("at")[:1]),
    )
    if policy.may("datahub.save", visible_to):
        return found
    return found.filter(publication=Publication.PUBLISHED)


def may_download(dataset: Dataset, by: Actor | None) -> bool:
    """Whether this reader may have the rows."""
    open_to_all = dataset.is_published and dataset.access == Dataset.Access.OPEN
    return open_to_all or policy.may("datahub.ingest", by, dataset)


def ingestions(dataset: Dataset) -> QuerySet[Ingestion]:
    """The loads of a dataset, newest first."""
    return dataset.ingestions.select_related("by").order_by("-id")


def is_stale(frequency: str, latest: date | None, today: date) -> bool:
    """Whether newer data should have been there by now."""
    days = PATIENCE.get(Frequency(frequency))
    return days is not None and latest is not None and today - latest > timedelta(days=days)
