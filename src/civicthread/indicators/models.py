"""Indicators: definition, method versions, runs, values, targets, paths, comparisons, corrections."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civicthread.core.addresses import address
from civicthread.core.models import Actor, Record
from civicthread.core.publishing import Publishable
from civicthread.core.text import TranslatedField
from civicthread.datahub.models import Dataset, Frequency
from civicthread.stakeholders.models import Organisation
from civicthread.territory.models import Area


class Qualifier(models.TextChoices):
    """How a source words its figure."""

    EXACT = "exact", ""
    ABOUT = "about", _("about")
    MORE_THAN = "more_than", _("more than")
    LESS_THAN = "less_than", _("less than")
    ALMOST = "almost", _("almost")
    BARELY = "barely", _("barely")
    DERIVED = "derived", _("derived from what the source says")


class Indicator(Publishable):
    """What is measured and which way is good. How it is measured stands in its method versions."""

    class Good(models.TextChoices):
        UP = "up", _("more is better")
        DOWN = "down", _("less is better")
        NEITHER = "neither", _("neither more nor less is better")

    class StatusMethod(models.TextChoices):
        SHARE_OF_TARGET = "share_of_target", _("share of target")
        SHARE_OF_WAY = "share_of_way", _("share of the way from the baseline")
        PACE = "pace", _("pace")
        IDEAL_PATH = "ideal_path", _("distance to the ideal path")
        NONE = "none", _("no status")

    class Kind(models.TextChoices):
        SQL = "sql", _("computed from datasets")
        REPORTED = "reported", _("reported by hand")
        COMPOSITE = "composite", _("composite index")

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REPORTED)
    title = TranslatedField(_("title"))
    description = TranslatedField(_("description"))
    unit = TranslatedField(_("unit"))
    symbol = models.CharField(_("symbol"), max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    good = models.CharField(_("which way is good"), max_length=8, choices=Good)
    status_method = models.CharField(_("status by"), max_length=16, choices=StatusMethod, default="none")
    # Where the grades meet, in shares; None: where the method puts them.
    on_pace_at = models.FloatField(null=True, blank=True)
    behind_at = models.FloatField(null=True, blank=True)
    # The period the programme counts from; empty: the figure reported as baseline, else the first one.
    baseline_period = models.CharField(max_length=21, blank=True)
    across_breaks = models.BooleanField(default=False)
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency, default=Frequency.YEARLY)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="indicators"
    )
    # The strategic direction it belongs to: its code, since directions stand above indicators on the ladder.
    direction = models.SlugField(_("strategic direction"), max_length=60, blank=True)
    area_level = models.CharField(max_length=12, blank=True)
    sources = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)
    # Told by `queries.indicators`, so that nothing is asked of those that have neither.
    has_paths: bool
    is_compared: bool

    class Meta(Publishable.Meta):
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(on_pace_at__isnull=True, behind_at__isnull=True)
                | Q(on_pace_at__gte=F("behind_at")),
                name="indicators_cuts_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return address("indicators:indicator", self.code)


class MethodVersion(Record):
    """How an indicator is computed. A change makes a new version; values keep the one they came from.

    `roll_up` says how the whole territory follows from its areas, where the query gives it no figure itself.
    """

    class RollUp(models.TextChoices):
        NONE = "none", _("only where the query gives it")
        SUM = "sum", _("the sum of its areas")
        RATIO = "ratio", _("the sum of the numerators over the sum of the denominators of its areas")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="methods")
    number = models.PositiveSmallIntegerField()
    note = TranslatedField(_("method"))
    sql = models.TextField(_("SQL"), blank=True)
    sql_sha256 = models.CharField(max_length=64, blank=True)
    roll_up = models.CharField(_("whole territory"), max_length=5, choices=RollUp, default=RollUp.NONE)
    lineage = models.JSONField(default=list)
    # What the gate made of the query when it was saved: checking takes longer than running most of them.
    checked = models.JSONField(null=True)
    datasets = models.ManyToManyField(Dataset, related_name="methods", blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="methods")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["indicator", "number"], name="indicators_method_once")]


class Run(Record):
    """One computation: what was run, on which versions, by which engine. Enough to compute it again.

    One that gave no figures says why: `failed` is a code of `words`, `facts` what its sentence tells. Of one that did,
    `facts` may tell which areas are missing in which period, so that the whole territory has no figure.
    """

    method = models.ForeignKey(MethodVersion, on_delete=models.PROTECT, related_name="runs")
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="runs")
    engine = models.CharField(max_length=60)
    sql_sha256 = models.CharField(max_length=64)
    versions = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    failed = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failed="") ^ Q(digest=""), name="indicators_run_gave_figures_or_failed"
            )
        ]


class Value(Record):
    """A figure for a period (and area, and breakdown). Of several for one place, one is current and retained.

    Corrections never overwrite: the old row stays, `superseded_at` says until when it was shown.
    """

    class Approval(models.TextChoices):
        PROPOSED = "proposed", _("to be approved")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    class Origin(models.TextChoices):
        BASELINE = "baseline", _("baseline")
        REPORTED = "reported", _("reported")
        COMPUTED = "computed", _("computed")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values")
    period = models.CharField(max_length=21)
    period_end = models.DateField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="values")
    breakdown = models.JSONField(default=dict)
    breakdown_key = models.CharField(max_length=200, blank=True)
    value = models.FloatField(null=True, blank=True)
    numerator = models.FloatField(null=True, blank=True)
    denominator = models.FloatField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="values")
    # Who wrote it down by hand, and what shows that it is so, beside the address of the source.
    author = models.ForeignKey(
        Actor, on_delete=models.PROTECT, null=True, blank=True, related_name="reported_values"
    )
    evidence = models.TextField(_("evidence"), blank=True)
    qualifier = models.CharField(max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    flags = models.JSONField(default=list)
    note = TranslatedField(_("note"))
    reason = TranslatedField(_("why it was retained or not"))
    retained = models.BooleanField(default=True)
    source = models.JSONField(default=dict)
    approval = models.CharField(max_length=10, choices=Approval, default=Approval.PROPOSED)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        Actor, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals"
    )
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["indicator", "approval", "period_end"], name="indicators_value_series"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "area", "breakdown_key", "approval"],
                condition=Q(superseded_at__isnull=True, retained=True, area__isnull=False),
                name="indicators_one_value_per_area",
            ),
            models.UniqueConstraint(
                fields=["indicator", "period", "breakdown_key", "approval"],
                condition=Q(superseded_at__isnull=True, retained=True, area__isnull=True),
                name="indicators_one_value_in_all",
            ),
            models.CheckConstraint(
                condition=~Q(approval="approved") | Q(approved_at__isnull=False),
                name="indicators_approved_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(origin="computed") | Q(run__isnull=False), name="indicators_computed_has_a_run"
            ),
        ]


class Target(Record):
    """The value to be reached at a date."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    period = models.CharField(max_length=21)
    due = models.DateField()
    value = models.FloatField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="targets")
    note = TranslatedField(_("note"))
    source = models.JSONField(default=dict)

    class Meta:
        ordering = ["due"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "area"],
                condition=Q(area__isnull=False),
                name="indicators_target_per_area",
            ),
            models.UniqueConstraint(
                fields=["indicator", "period"],
                condition=Q(area__isnull=True),
                name="indicators_target_in_all",
            ),
        ]


class Trajectory(Record):
    """A path over time: the ideal one to the target, or where the figure goes if nothing changes.

    What is left empty is taken from the figures: the start from the baseline, the end from the target that counts.
    """

    class Role(models.TextChoices):
        IDEAL = "ideal", _("ideal path")
        PROJECTED = "projected", _("projection")

    class Form(models.TextChoices):
        TREND = "trend", _("the observed trend goes on")
        LINEAR = "linear", _("straight line")
        COMPOUND = "compound", _("same growth rate each year")
        LOGISTIC = "logistic", _("S-curve towards a ceiling")
        MILESTONES = "milestones", _("table of milestones")

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="trajectories")
    role = models.CharField(max_length=10, choices=Role)
    form = models.CharField(max_length=10, choices=Form)
    start_period = models.CharField(max_length=21, blank=True)
    start_value = models.FloatField(null=True, blank=True)
    end_period = models.CharField(max_length=21, blank=True)
    end_value = models.FloatField(null=True, blank=True)
    growth = models.FloatField(null=True, blank=True)
    ceiling = models.FloatField(null=True, blank=True)
    milestones = models.JSONField(default=list)
    note = TranslatedField(_("note"))

    class Meta:
        ordering = ["role"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "role"], name="indicators_one_path_of_a_role"),
            models.CheckConstraint(
                condition=~Q(form="logistic") | Q(ceiling__isnull=False, ceiling__gt=0),
                name="indicators_s_curve_has_a_ceiling",
            ),
            models.CheckConstraint(
                condition=~Q(form="trend") | Q(role="projected"), name="indicators_a_trend_is_a_projection"
            ),
            models.CheckConstraint(
                condition=Q(start_period="", start_value__isnull=True)
                | (~Q(start_period="") & Q(start_value__isnull=False)),
                name="indicators_start_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(end_period="", end_value__isnull=True)
                | (~Q(end_period="") & Q(end_value__isnull=False)),
                name="indicators_end_is_whole",
            ),
        ]


class Comparison(Record):
    """Another place, or a wider one, that the figures are set beside: Belgium, the European Union."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="comparisons")
    name = TranslatedField(_("name"))
    source = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True, blank=True)


class ComparedFigure(Record):
    """A figure of a comparison. A changed one stays on record; `superseded_at` says until when it was shown."""

    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="figures")
    period = models.CharField(max_length=21)
    period_end = models.DateField()
    value = models.FloatField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["period_end", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "period"],
                condition=Q(superseded_at__isnull=True),
                name="indicators_one_compared_figure",
            )
        ]


class Correction(Record):
    """A published figure that was corrected, for everyone to read: what it was, what it is, why."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="corrections")
    old = models.ForeignKey(Value, on_delete=models.PROTECT, related_name="+")
    new = models.ForeignKey(Value, on_delete=models.PROTECT, related_name="+")
    reason = TranslatedField(_("reason"))
    at = models.DateTimeField()
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="corrections")

    class Meta:
        ordering = ["-at"]
