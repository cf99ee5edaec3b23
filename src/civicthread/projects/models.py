"""Projects and their sheets. What no source says stays empty and is shown as not published."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Left, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from civicthread.ambition.models import Direction, Objective
from civicthread.core.addresses import address
from civicthread.core.models import Actor, Record
from civicthread.core.publishing import Publishable
from civicthread.core.text import TranslatedField
from civicthread.ideas.models import Idea, Need
from civicthread.indicators.models import Indicator
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


class Project(Publishable):
    """A project of the programme. Dates are as precise as their source: "2019", "2019-12" or "2019-12-31"."""

    class State(models.TextChoices):
        IN_PREPARATION = "in_preparation", _("in preparation")
        ONGOING = "ongoing", _("ongoing")
        IN_SERVICE = "in_service", _("in service")
        COMPLETED = "completed", _("completed")
        STOPPED = "stopped", _("stopped")
        ON_HOLD = "on_hold", _("on hold")

    class Nature(models.TextChoices):
        PILOT = "pilot", _("pilot project")
        STRUCTURAL = "structural", _("structural initiative")

    class BudgetKind(models.TextChoices):
        TOTAL = "total", _("in total")
        YEARLY = "yearly", _("a year")
        REQUESTED = "requested", _("requested")
        PART = "part", _("a part of the cost")

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = TranslatedField(_("title"))
    summary = TranslatedField(_("summary"))
    description = TranslatedField(_("description"))
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="projects"
    )
    partners = models.ManyToManyField(Organisation, blank=True, related_name="partnerships")
    other_partners = TranslatedField(_("other partners"))
    lead = models.ForeignKey(
        Actor, on_delete=models.PROTECT, null=True, blank=True, related_name="projects_led"
    )
    directions = models.ManyToManyField(Direction, related_name="projects")
    objectives = models.ManyToManyField(Objective, blank=True, related_name="projects")
    areas = models.ManyToManyField(Area, blank=True, related_name="projects")
    ideas = models.ManyToManyField(Idea, blank=True, related_name="projects")
    needs = models.ManyToManyField(Need, blank=True, related_name="projects")
    indicators = models.ManyToManyField(Indicator, blank=True, related_name="projects")
    state = models.CharField(_("state"), max_length=16, choices=State, blank=True)
    state_as_of = models.CharField(max_length=10, blank=True)
    # The date of the decision that approved it; decisions stand above projects on the ladder, so they tell it.
    approved = models.CharField(_("approved"), max_length=10, blank=True)
    nature = models.CharField(_("pilot or structural"), max_length=10, choices=Nature, blank=True)
    start = models.CharField(_("start"), max_length=10, blank=True)
    end = models.CharField(_("end"), max_length=10, blank=True)
    website = models.URLField(_("website"), blank=True)
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2, null=True, blank=True)
    budget_kind = models.CharField(max_length=10, choices=BudgetKind, blank=True)
    budget_qualifier = models.CharField(max_length=10, choices=Qualifier, blank=True)
    budget_covers = TranslatedField(_("what the budget covers"))
    editorial_classification = models.BooleanField(default=True)
    sources = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)

    class Meta(Publishable.Meta):
        indexes = [models.Index(fields=["publication", "-published_at", "-id"])]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gt=0), name="projects_project_budget_is_positive"
            ),
            # The first day of the start is no later than the last of the end; "" is as early and as late as any.
            models.CheckConstraint(
                condition=LessThanOrEqual(Left("start", Length("end")), models.F("end")),
                name="projects_project_starts_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return address("projects:project", self.reference)


class Fact(Record):
    """A published figure or statement about a project, with its source."""

    class Kind(models.TextChoices):
        MEASURED = "measured", _("measured")
        TARGET = "target", _("target")
        PLANNED = "planned", _("planned")
        HOPED = "hoped", _("hoped for")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="facts")
    position = models.PositiveSmallIntegerField()
    label = TranslatedField()
    value = models.FloatField(null=True, blank=True)
    text = TranslatedField()
    unit = TranslatedField()
    period = models.CharField(max_length=10, blank=True)
    qualifier = models.CharField(max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MEASURED)
    source = models.JSONField()
    note = TranslatedField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["project", "position"], name="projects_fact_position_once")
        ]


class BuildingBlock(Record):
    """What several projects can build on instead of making it again: a shared platform, a European building block."""

    class Kind(models.TextChoices):
        REGIONAL = "regional", _("shared in the territory")
        EUROPEAN = "european", _("European")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = TranslatedField(_("name"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="building_blocks"
    )
    sources = models.JSONField(default=list)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.name)


class Declaration(Record):
    """What is declared of a project on one question of the four conditions, with its source and date.

    It is declared, not measured: somebody published it or says so. A question without a declaration is open:
    nobody knows, and nothing may count it as a no.
    """

    class About(models.TextChoices):
        PUBLIC_SERVICE = "public_service", _("Does it give the public a service?")
        COUNTER = "counter", _("Can one be served at a counter?")
        PHONE = "phone", _("Can one be served by telephone?")
        POST = "post", _("Can one be served by post or on paper?")
        SHARED_BLOCK = "shared_block", _("Does it use a shared building block?")
        EU_FUNDING = "eu_funding", _("Does the European Union help to pay for it?")
        EU_PARTNER = "eu_partner", _("Has it partners in other countries of the European Union?")
        EU_BLOCK = "eu_block", _("Does it use a European building block?")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="declarations")
    about = models.CharField(max_length=14, choices=About)
    answer = models.BooleanField()
    blocks = models.ManyToManyField(BuildingBlock, blank=True, related_name="declarations")
    note = TranslatedField(_("note"))
    source = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "about"], name="projects_declared_once"),
        ]
