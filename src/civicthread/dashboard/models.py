"""The dashboard keeps one thing of its own: what it showed on a day, once a year, frozen.

No action changes or removes a snapshot, and the database refuses to: see the triggers of migration 0002.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civicthread.core.addresses import address
from civicthread.core.models import Actor, Record
from civicthread.core.text import TranslatedField
from civicthread.indicators.models import Indicator, Qualifier


class Snapshot(Record):
    """The programme's figures as they stood on a day: one snapshot a year, for good.

    `day` is when it was frozen: in its year, or in the year after. `counts` holds how many indicators had each
    status, `median_share` the median of the capped shares of target. `size` is how many figures it keeps: the database
    takes no more. `digest` is the SHA-256 of them all, so that a copy can be checked.
    """

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    day = models.DateField(_("day"))
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="snapshots")
    note = TranslatedField(_("note"))
    counts = models.JSONField(default=dict)
    median_share = models.FloatField(null=True, blank=True)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2199), name="dashboard_snapshot_has_a_plain_year"
            ),
            models.CheckConstraint(
                condition=Q(day__year__gte=models.F("year"), day__year__lte=models.F("year") + 1),
                name="dashboard_snapshot_is_of_its_year",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return address("dashboard:snapshot", self.year)


class SnapshotFigure(Record):
    """An indicator as it stood: its latest published figure, its target and status, and where the figure came from.

    Everything is a copy: what is renamed, corrected or withdrawn later stays here as it was. `area` empty is the
    whole territory; `value` None says that nothing was measured.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="figures")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="snapshots")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    reference = models.CharField(max_length=20)
    title = TranslatedField(_("title"))
    unit = TranslatedField(_("unit"))
    symbol = models.CharField(max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    direction = models.CharField(max_length=60, blank=True)
    direction_name = TranslatedField()
    owner_name = TranslatedField()
    area = models.CharField(max_length=12, blank=True)
    area_name = TranslatedField()
    period = models.CharField(max_length=21, blank=True)
    value = models.FloatField(null=True, blank=True)
    qualifier = models.CharField(max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    flags = models.JSONField(default=list)
    target = models.FloatField(null=True, blank=True)
    target_period = models.CharField(max_length=21, blank=True)
    grade = models.CharField(max_length=16, blank=True)
    share = models.FloatField(null=True, blank=True)
    method = models.PositiveSmallIntegerField(null=True, blank=True)
    run = models.PositiveBigIntegerField(null=True, blank=True)
    versions = models.JSONField(default=dict)
    source = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "indicator", "area"], name="dashboard_snapshot_figure_once"
            ),
            models.UniqueConstraint(
                fields=["snapshot", "position"], name="dashboard_snapshot_figure_has_its_place"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | ~Q(period=""), name="dashboard_snapshot_value_has_a_period"
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | ~Q(target_period=""),
                name="dashboard_snapshot_target_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)
