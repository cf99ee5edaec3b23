"""Composite indices: the index, its method versions as trees of parts, its runs, and every score of a run."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civicthread.core.addresses import address
from civicthread.core.models import Actor, Record
from civicthread.core.publishing import Publishable
from civicthread.core.text import TranslatedField
from civicthread.datahub.models import Dataset
from civicthread.indicators.models import Indicator

LONGEST_KEY = 60
"""How long the name of an edition, an area, a part or a level may be."""


class LayerKind(models.TextChoices):
    """Where a value comes from, best first; the values are those of `methods.composite.Layer`."""

    MEASURED = "measured", _("measured")
    PROXY = "proxy", _("value of a wider place")
    RECOVERED = "recovered", _("recovered from published contributions")
    IMPUTED = "imputed", _("imputed")


class CompositeIndex(Publishable):
    """An index of many indicators. How it is worked out stands in its method versions.

    Indices of one `family` are the same thing by other methods (DESI 2020, DESI 2022), shown side by side.
    `area` is the one its page opens with. An `indicator` receives the index of that area as its figures.
    """

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = TranslatedField(_("title"))
    description = TranslatedField(_("description"))
    family = models.SlugField(_("family"), max_length=60, blank=True)
    area = models.CharField(_("area it opens with"), max_length=LONGEST_KEY, blank=True)
    indicator = models.OneToOneField(
        Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="composite_index"
    )
    sources = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return address("indices:one", self.code)


class IndexArea(Record):
    """An area as the data names it. `ranked`: it competes; a union of the others does not."""

    index = models.ForeignKey(CompositeIndex, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=LONGEST_KEY)
    name = TranslatedField(_("name"))
    ranked = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["index", "code"], name="indices_area_once")]


class IndexMethod(Record):
    """How an index is worked out: its tree, its query, its rule for missing values. A change makes a new version.

    `sql` gives edition, area, code, value and layer, from datasets of the lake. `digest` is the fingerprint of the
    whole method, tree included.
    """

    class Missing(models.TextChoices):
        REFUSE = "refuse", _("the group has no score either")
        RENORMALISE = "renormalise", _("its weight is shared among the others")

    index = models.ForeignKey(CompositeIndex, on_delete=models.PROTECT, related_name="methods")
    number = models.PositiveSmallIntegerField()
    note = TranslatedField(_("method in words"))
    missing = models.CharField(
        _("where a value is missing"), max_length=12, choices=Missing, default="refuse"
    )
    sql = models.TextField(_("query"))
    sql_sha256 = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    source_url = models.URLField(_("source of the method"), max_length=500, blank=True)
    datasets = models.ManyToManyField(Dataset, related_name="index_methods", blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="index_methods")
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["index", "number"], name="indices_method_once"),
            models.UniqueConstraint(
                fields=["index"], condition=Q(superseded_at__isnull=True), name="indices_one_current_method"
            ),
        ]


class IndexPart(Record):
    """One node of a method's tree. An indicator of the method has goalposts, a group has parts."""

    method = models.ForeignKey(IndexMethod, on_delete=models.CASCADE, related_name="parts")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="parts")
    position = models.PositiveSmallIntegerField()
    # Not "code": two indices may name their parts alike, and a thing's code names it in the whole city.
    key = models.SlugField(max_length=LONGEST_KEY)
    level = models.CharField(max_length=LONGEST_KEY)
    label = TranslatedField(_("name"))
    weight = models.FloatField()
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    direction = models.SmallIntegerField(default=1)
    winsorise = models.BooleanField(default=False)
    unit = TranslatedField(_("unit"))
    source = models.CharField(max_length=500, blank=True)
    definition = TranslatedField(_("definition"))
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="index_parts"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["method", "key"], name="indices_part_once"),
            models.UniqueConstraint(
                fields=["method"], condition=Q(parent__isnull=True), name="indices_one_root"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="indices_weight_from_zero"),
            models.CheckConstraint(
                condition=Q(low__isnull=True, high__isnull=True) | Q(low__lt=models.F("high")),
                name="indices_goalposts_in_order",
            ),
            models.CheckConstraint(condition=Q(direction__in=[1, -1]), name="indices_direction_is_a_sign"),
        ]

    def __str__(self) -> str:
        return str(self.label)

    def get_absolute_url(self) -> str:
        return address("indices:part", self.method.index.code, self.key)


class IndexRun(Record):
    """One computation of every score: what was run, on which versions, by which engine.

    One that gave no scores says why: `failed` is a code of `words`, `facts` what its sentence tells. Of the approved
    ones of a method one stands; `superseded_at` says until when another did.
    """

    class Approval(models.TextChoices):
        PROPOSED = "proposed", _("to be approved")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    method = models.ForeignKey(IndexMethod, on_delete=models.PROTECT, related_name="runs")
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="index_runs")
    engine = models.CharField(max_length=60)
    sql_sha256 = models.CharField(max_length=64)
    versions = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    failed = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    approval = models.CharField(max_length=10, choices=Approval, default=Approval.PROPOSED)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        Actor, on_delete=models.PROTECT, null=True, blank=True, related_name="index_approvals"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failed="") ^ Q(digest=""), name="indices_run_gave_scores_or_failed"
            ),
            models.CheckConstraint(
                condition=~Q(approval="approved") | Q(approved_at__isnull=False, failed=""),
                name="indices_approved_has_a_date",
            ),
            models.UniqueConstraint(
                fields=["method", "approval"],
                condition=Q(superseded_at__isnull=True, failed="", approval__in=["proposed", "approved"]),
                name="indices_one_run_stands",
            ),
        ]

    @property
    def name(self) -> str:
        """How a person names the run to `civicthread reproduce`."""
        return f"index-{self.pk}"


class Score(Record):
    """The score of one part for one area in one edition; `points` is the score × 100, empty where it is missing.

    `weight` is the share inside the parent that was really used. A score of an indicator keeps its cell: the raw
    value, its layer, and the row of the dataset it stands in. The five shares of coverage make 1.
    """

    run = models.ForeignKey(IndexRun, on_delete=models.CASCADE, related_name="scores")
    edition = models.CharField(max_length=LONGEST_KEY)
    area = models.CharField(max_length=LONGEST_KEY)
    part = models.CharField(max_length=LONGEST_KEY)
    level = models.CharField(max_length=LONGEST_KEY)
    points = models.FloatField(null=True, blank=True)
    weight = models.FloatField()
    raw = models.FloatField(null=True, blank=True)
    layer = models.CharField(max_length=10, choices=LayerKind, blank=True)
    dataset = models.CharField(max_length=60, blank=True)
    row = models.CharField(max_length=200, blank=True)
    measured = models.FloatField()
    proxy = models.FloatField()
    recovered = models.FloatField(default=0.0)
    imputed = models.FloatField()
    missing = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["run", "part", "edition"], name="indices_score_by_part")]
        constraints = [
            models.UniqueConstraint(fields=["run", "edition", "area", "part"], name="indices_score_once"),
            models.CheckConstraint(
                condition=Q(raw__isnull=True, layer="") | (Q(raw__isnull=False) & ~Q(layer="")),
                name="indices_a_cell_has_its_layer",
            ),
        ]

    @property
    def contribution(self) -> float | None:
        """What this part adds to the points of its parent."""
        return None if self.points is None else self.weight * self.points

    @property
    def source_area(self) -> str:
        """The area of the row its cell stands in: another one where the value of a wider place stands in."""
        return self.row.removeprefix(f"{self.edition}, ").removesuffix(f", {self.part}") if self.row else ""
