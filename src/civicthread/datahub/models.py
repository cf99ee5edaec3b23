"""The data catalogue: datasets, how they are read, each load of them into the lake and each version there."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civicthread.core.addresses import address
from civicthread.core.models import Actor, Record
from civicthread.core.publishing import Publishable
from civicthread.core.text import TranslatedField
from civicthread.stakeholders.models import Organisation
from civicthread.territory.models import Area


class Frequency(models.TextChoices):
    """How often new data is expected."""

    ONCE = "once", _("once")
    DAILY = "daily", _("daily")
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    YEARLY = "yearly", _("yearly")
    IRREGULAR = "irregular", _("irregular")


class Mode(models.TextChoices):
    """What a new file does to the rows that are there."""

    REPLACE = "replace", _("takes the place of all rows")
    APPEND = "append", _("is added to the rows")
    UPSERT = "upsert", _("brings rows with the same key up to date and adds the others")


class ColumnType(models.TextChoices):
    """What a column holds; the values are the lake's own."""

    TEXT = "text", _("text")
    INTEGER = "integer", _("whole number")
    NUMBER = "number", _("number")
    BOOLEAN = "boolean", _("yes or no")
    DATE = "date", _("date")
    TIMESTAMP = "timestamp", _("date and time")


class HighValue(models.TextChoices):
    """The categories of high-value datasets of Regulation (EU) 2023/138."""

    GEOSPATIAL = "geospatial", _("geospatial")
    ENVIRONMENT = "environment", _("earth observation and environment")
    METEOROLOGICAL = "meteorological", _("meteorological")
    STATISTICS = "statistics", _("statistics")
    COMPANIES = "companies", _("companies and company ownership")
    MOBILITY = "mobility", _("mobility")


class Dataset(Publishable):
    """A dataset of the catalogue. Its rows live in the lake, in the versioned table named `code`.

    `reading` says how a file is read (format, delimiter, decimal, encoding, coordinates, null values), in the
    words of `civicthread.lake`. `access` says who may have the rows; the description of a published dataset is
    everyone's. `small_cells` says which counts are too small to be published, in the words of
    `civicthread.lake.smallcells`; nothing is hidden where it is empty.
    """

    class Access(models.TextChoices):
        OPEN = "open", _("open data")
        OFFICE = "office", _("for the Office only")

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    code = models.CharField(_("code"), max_length=60, unique=True)
    title = TranslatedField(_("title"))
    description = TranslatedField(_("description"))
    publisher = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="datasets",
        verbose_name=_("publisher"),
    )
    licence_name = models.CharField(_("licence"), max_length=100, blank=True)
    licence_url = models.URLField(_("address of the licence"), blank=True)
    share_alike = models.BooleanField(_("to be shared under the same licence"), default=False)
    source_url = models.URLField(_("source address"), max_length=500, blank=True)
    obtained_from = models.URLField(_("obtained from"), max_length=500, blank=True)
    changes_made = TranslatedField(_("changes made to the source"))
    frequency = models.CharField(
        _("frequency"), max_length=10, choices=Frequency, default=Frequency.IRREGULAR
    )
    access = models.CharField(_("access"), max_length=8, choices=Access, default=Access.OPEN)
    territory = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="datasets",
        verbose_name=_("territory covered"),
    )
    reading = models.JSONField(default=dict)
    keys = models.JSONField(default=list)
    sort = models.JSONField(default=list)
    mode = models.CharField(_("a new file"), max_length=8, choices=Mode, default=Mode.REPLACE)
    period_column = models.CharField(_("column with the period"), max_length=60, blank=True)
    reference_period = models.CharField(_("reference period"), max_length=21, blank=True)
    area_column = models.CharField(max_length=60, blank=True)
    area_by = models.CharField(max_length=8, blank=True)
    area_level = models.CharField(max_length=12, blank=True)
    small_cells = models.JSONField(default=dict, blank=True)
    jump_share = models.PositiveSmallIntegerField(
        _("how far a new version may move, in percent"), default=50, validators=[MinValueValidator(1)]
    )
    bad_share = models.PositiveSmallIntegerField(
        _("how many of a file's rows may be bad, in percent"), default=50, validators=[MaxValueValidator(100)]
    )
    keep_days = models.PositiveIntegerField(
        _("how many days an earlier version is kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    contact_name = TranslatedField(_("contact"))
    contact_email = models.EmailField(_("mail address of the contact"), blank=True)
    high_value = models.CharField(_("high-value dataset"), max_length=16, choices=HighValue, blank=True)

    class Meta(Publishable.Meta):
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(period_column="") | Q(reference_period=""), name="datahub_dataset_says_when_once"
            ),
            models.CheckConstraint(
                condition=Q(bad_share__lte=100), name="datahub_dataset_no_more_bad_rows_than_rows"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return address("datahub:dataset", self.code)


class DatasetColumn(Record):
    """A declared column: its type and what it means. `generated`: the file lacks it, loading adds it."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    header = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=10, choices=ColumnType)
    nullable = models.BooleanField(default=True)
    unit = models.CharField(max_length=30, blank=True)
    codes = models.JSONField(default=list)
    minimum = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    generated = models.BooleanField(default=False)
    title = TranslatedField(_("title"))
    description = TranslatedField(_("description"))

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="datahub_column_once")]


class DatasetVersion(Record):
    """One version of the rows, as the lake keeps it under `number`, and what stands in it.

    `added`, `removed` and `changed` count rows against the version before; they are unknown where comparing
    would have taken too long. `sample` holds the first rows by column, so that a page need not open the lake.
    Sample and profile are those of the published rows: `shown_with` names the rule on small cells they were made
    with. `totals` holds the sum of each numeric column of the original rows, to tell implausible jumps.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="dataset_versions")
    rows = models.PositiveBigIntegerField(default=0)
    added = models.PositiveBigIntegerField(null=True, blank=True)
    removed = models.PositiveBigIntegerField(null=True, blank=True)
    changed = models.PositiveBigIntegerField(null=True, blank=True)
    restored_from = models.PositiveIntegerField(null=True, blank=True)
    covers_from = models.DateField(null=True, blank=True)
    covers_until = models.DateField(null=True, blank=True)
    profile = models.JSONField(default=dict)
    sample = models.JSONField(default=dict)
    totals = models.JSONField(default=dict)
    shown_with = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="datahub_version_once")]


class Source(Record):
    """Where the file of a dataset is fetched, and how often. `etag` and `last_modified` are the server's words about
    the file that was loaded last: with them it is asked whether there is a newer one.
    """

    class Every(models.TextChoices):
        ASKED = "asked", _("only when asked")
        HOUR = "hour", _("every hour")
        DAY = "day", _("every day")
        WEEK = "week", _("every week")
        MONTH = "month", _("every month")

    dataset = models.OneToOneField(Dataset, on_delete=models.CASCADE, related_name="source")
    address = models.CharField(_("address of the file"), max_length=1000)
    every = models.CharField(_("how often"), max_length=5, choices=Every, default=Every.DAY)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(every="asked", due_at__isnull=True)
                | (~Q(every="asked") & Q(due_at__isnull=False)),
                name="datahub_source_due_when_scheduled",
            )
        ]


def new_upload_key() -> str:
    """A name nobody can guess."""
    return secrets.token_hex(16)


class Upload(Record):
    """A file that was received and stands in the incoming folder, under its key, until it is loaded.

    Without a dataset it is the first file of a dataset still to be described; `suggestion` says how it may be read,
    or why it cannot. With an `address` it is fetched there, and the dataset will be, `every` so often; until the file
    has come nothing is suggested.
    """

    key = models.CharField(max_length=32, unique=True, default=new_upload_key)
    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, null=True, blank=True, related_name="uploads"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="uploads")
    file_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    suggestion = models.JSONField(default=dict)
    address = models.CharField(max_length=1000, blank=True)
    every = models.CharField(max_length=5, choices=Source.Every, default=Source.Every.ASKED)

    @property
    def is_looked_at(self) -> bool:
        """Whether the file is there and its columns are suggested."""
        return "schema" in self.suggestion


class Ingestion(Record):
    """One attempt to load a file: what came of it, row by row counted. `version` is the lake's, when it succeeded.

    `facts` fill the sentence that tells why a file was refused; of one that was loaded they tell how many rows are
    `repeated`.
    """

    class Outcome(models.TextChoices):
        LOADED = "loaded", _("loaded")
        UNCHANGED = "unchanged", _("nothing new")
        REFUSED = "refused", _("refused")

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="ingestions")
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="ingestions")
    upload = models.OneToOneField(
        Upload, on_delete=models.SET_NULL, null=True, blank=True, related_name="ingestion"
    )
    outcome = models.CharField(max_length=10, choices=Outcome)
    version = models.PositiveIntegerField(null=True, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)
    rejects_file = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    declaration = models.CharField(max_length=16, blank=True)
    code = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["dataset", "-at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="loaded") | Q(version__isnull=False), name="datahub_loaded_has_a_version"
            ),
            models.UniqueConstraint(
                fields=["dataset", "version"],
                condition=Q(outcome="loaded"),
                name="datahub_version_loaded_once",
            ),
        ]


class Fetch(Record):
    """One attempt to fetch the file of a source. `ingestion` is the load of the file that came, if one came."""

    class Outcome(models.TextChoices):
        LOADED = "loaded", _("new data loaded")
        UNCHANGED = "unchanged", _("nothing new")
        REFUSED = "refused", _("file refused")
        FAILED = "failed", _("not reached")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="fetches")
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="fetches")
    outcome = models.CharField(max_length=10, choices=Outcome)
    code = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    size = models.PositiveBigIntegerField(default=0)
    ingestion = models.OneToOneField(
        Ingestion, on_delete=models.SET_NULL, null=True, blank=True, related_name="fetch"
    )

    class Meta:
        indexes = [models.Index(fields=["source", "-at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="failed") | ~Q(code=""), name="datahub_failed_fetch_says_why"
            )
        ]


class Alarm(Record):
    """Something about a dataset that a steward must look at, from when it was noticed until it is mended.

    `facts` fill the sentence that tells it. Of each kind a dataset has one open alarm at the most.
    """

    class Kind(models.TextChoices):
        DRIFT = "drift", _("the columns of the file changed")
        STALE = "stale", _("not up to date")
        JUMP = "jump", _("implausible jump")
        FETCH = "fetch", _("the file could not be fetched")

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=6, choices=Kind)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-since"]
        indexes = [models.Index(fields=["dataset", "-since"])]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "kind"], condition=Q(ended_at__isnull=True), name="datahub_one_open_alarm"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("since")),
                name="datahub_alarm_ends_after_it_began",
            ),
        ]
