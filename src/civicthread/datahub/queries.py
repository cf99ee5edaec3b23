"""Reads of datasets."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from civicthread.core import policy, search
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.datahub.models import (
    Alarm,
    Dataset,
    DatasetVersion,
    Fetch,
    Frequency,
    Ingestion,
    Source,
    Upload,
)
from civicthread.methods import periods
from civicthread.stakeholders.models import Organisation

# Every so many months new data is expected; daily data every day.
MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.YEARLY: 12}
# The next period needs time to pass, and as long again to be published, as for figures (`periods.is_stale`).
ALLOWED = 2


@dataclass(frozen=True)
class Filters:
    """What narrows the catalogue."""

    query: str = ""
    publisher: str = ""
    frequency: str = ""
    licence: str = ""


def datasets(*, visible_to: Actor | None) -> QuerySet[Dataset]:
    """The datasets this reader may see, each with its current version, row count and date of the last load."""
    newest = DatasetVersion.objects.filter(dataset=OuterRef("pk")).order_by("-number")
    return (
        visible(visible_to)
        .select_related("publisher", "territory")
        .annotate(
            version=Subquery(newest.values("number")[:1]),
            row_count=Subquery(newest.values("rows")[:1]),
            loaded_at=Subquery(newest.values("at")[:1]),
            latest_day=Coalesce(
                Subquery(newest.values("covers_until")[:1]),
                Subquery(newest.annotate(day=TruncDate("at")).values("day")[:1]),
                output_field=DateField(),
            ),
        )
    )


def visible(reader: Actor | None) -> QuerySet[Dataset]:
    """The datasets this reader may see, as they stand in the records."""
    found = Dataset.objects.all()
    return found if policy.may("datahub.keep", reader) else found.filter(publication=Publication.PUBLISHED)


def filtered(filters: Filters, *, visible_to: Actor | None, language: str) -> QuerySet[Dataset]:
    """The catalogue as the reader narrowed it, with `sort_title` to sort by."""
    found = search.by_title(datasets(visible_to=visible_to), language)
    if filters.query:
        found = found.filter(pk__in=search.within("datahub.dataset", filters.query))
    if filters.publisher:
        found = found.filter(publisher__code=filters.publisher)
    if filters.frequency:
        found = found.filter(frequency=filters.frequency)
    if filters.licence:
        found = found.filter(licence_name=filters.licence)
    return found


def publishers(*, visible_to: Actor | None) -> list[tuple[str, str]]:
    """Who publishes the datasets the reader may see: codes and names, by name."""
    found = Organisation.objects.filter(pk__in=visible(visible_to).values("publisher"))
    named = ((one.code, str(one.known_as)) for one in found.only("code", "name", "short_name"))
    return sorted(named, key=lambda pair: search.folded(pair[1]))


def publisher(code: str, *, visible_to: Actor | None) -> QuerySet[Organisation]:
    """The organisation of that code, where it is public or publishes a dataset the reader may see."""
    known = Q(publication=Publication.PUBLISHED) | Q(pk__in=visible(visible_to).values("publisher"))
    return Organisation.objects.filter(known, code=code)


def licences(*, visible_to: Actor | None) -> list[str]:
    """The licences of the datasets the reader may see."""
    found = visible(visible_to).exclude(licence_name="")
    return sorted(found.order_by().values_list("licence_name", flat=True).distinct())


def may_read_rows(dataset: Dataset, by: Actor | None) -> bool:
    """Whether this reader may have the rows: on the page, as a download, through the API."""
    return policy.may("datahub.read_rows", by, dataset)


def versions(dataset: Dataset) -> QuerySet[DatasetVersion]:
    """The versions of a dataset, newest first."""
    return dataset.versions.order_by("-number")


def version(dataset: Dataset, number: int | None = None) -> DatasetVersion | None:
    """One version, the current one by default."""
    found = versions(dataset)
    return found.first() if number is None else found.filter(number=number).first()


def ingestions(dataset: Dataset) -> QuerySet[Ingestion]:
    """The loads of a dataset, newest first."""
    return dataset.ingestions.select_related("by").order_by("-id")


def stale_before(frequency: str, today: date) -> date | None:
    """Data that ends before this day should have had a successor by now; None where none is expected.

    >>> stale_before("yearly", date(2022, 1, 1))
    datetime.date(2020, 1, 1)
    """
    if frequency == Frequency.DAILY:
        return today - timedelta(days=ALLOWED)
    months = MONTHS.get(Frequency(frequency))
    return periods.add_months(today, -ALLOWED * months) if months else None


@dataclass(frozen=True)
class Freshness:
    """Until when the data reaches, when its successor was expected, and whether that is overdue."""

    latest: date | None
    expected: date | None
    stale: bool


def freshness(frequency: str, latest: date | None, today: date) -> Freshness:
    """How fresh data is whose last day is `latest`."""
    limit = stale_before(frequency, today)
    if latest is None or limit is None:
        return Freshness(latest, None, stale=False)
    daily = frequency == Frequency.DAILY
    expected = (
        latest + timedelta(days=ALLOWED)
        if daily
        else periods.add_months(latest, ALLOWED * MONTHS[Frequency(frequency)])
    )
    return Freshness(latest, expected, stale=latest < limit)


def freshness_of(dataset: Dataset, today: date) -> Freshness:
    """How fresh a dataset is that `datasets` gave."""
    listed: Any = dataset  # the query added the last day of its current version
    return freshness(dataset.frequency, listed.latest_day, today)


def overview(*, visible_to: Actor | None, today: date) -> QuerySet[Dataset]:
    """All datasets for those who keep them, with `trouble`: 5 alarm, 4 refused, 3 stale, 2 rows set aside, 1 empty."""
    last = Ingestion.objects.filter(dataset=OuterRef("pk")).order_by("-id")
    alarms = Alarm.objects.filter(dataset=OuterRef("pk"), ended_at__isnull=True)
    return (
        datasets(visible_to=visible_to)
        .annotate(
            last_outcome=Subquery(last.values("outcome")[:1]),
            last_rejected=Subquery(last.filter(outcome=Ingestion.Outcome.LOADED).values("rejected")[:1]),
            stale=_stale(today),
            alarmed=Exists(alarms.exclude(kind=Alarm.Kind.STALE)),
            waiting=Count("uploads", filter=Q(uploads__ingestion__isnull=True)),
        )
        .annotate(
            trouble=Case(
                When(last_outcome=Ingestion.Outcome.REFUSED, then=4),
                When(alarmed=True, then=5),
                When(stale=True, then=3),
                When(last_rejected__gt=0, then=2),
                When(version__isnull=True, then=1),
                default=0,
                output_field=IntegerField(),
            )
        )
    )


def _stale(today: date) -> Case:
    limits = {frequency: stale_before(frequency, today) for frequency in Frequency}
    return Case(
        *(When(frequency=name, latest_day__lt=day, then=Value(True)) for name, day in limits.items() if day),
        default=Value(False),
        output_field=BooleanField(),
    )


def jumped(found: list[DatasetVersion], *, share: float) -> bool:
    """Whether the newest version has implausibly many or few rows against the one before."""
    if len(found) < 2 or not found[1].rows:
        return False
    return abs(found[0].rows - found[1].rows) > share * found[1].rows


def source(pk: int) -> Source | None:
    """One source with its dataset."""
    return Source.objects.select_related("dataset").filter(pk=pk).first()


def source_of(dataset: Dataset) -> Source | None:
    """Where the dataset's file is fetched, if it is."""
    return Source.objects.filter(dataset=dataset).first()


def due_sources(now: datetime) -> QuerySet[Source]:
    """The sources whose time has come, the longest due first."""
    return Source.objects.filter(due_at__lte=now).order_by("due_at")


def fetches(dataset: Dataset) -> QuerySet[Fetch]:
    """What came of fetching the dataset's file, newest first."""
    return Fetch.objects.filter(source__dataset=dataset).select_related("ingestion").order_by("-id")


def open_alarms(dataset: Dataset) -> QuerySet[Alarm]:
    """What is wrong with a dataset and not mended yet, oldest first."""
    return dataset.alarms.filter(ended_at__isnull=True).order_by("since")


def waiting_uploads() -> QuerySet[Upload]:
    """The received files whose outcome is not written down yet, oldest first."""
    return Upload.objects.select_related("dataset", "by").filter(ingestion__isnull=True).order_by("id")


def upload(key: str) -> Upload | None:
    """The received file of that key."""
    return Upload.objects.select_related("dataset", "by", "ingestion").filter(key=key).first()
