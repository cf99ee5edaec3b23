"""The roadmap: milestones of projects; planned, planned again with a reason, reached."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from civicthread.core.addresses import address
from civicthread.core.models import Record
from civicthread.core.publishing import Publishable
from civicthread.core.text import TranslatedField
from civicthread.projects.models import Project

STANDING = "standing"  # the column that `queries.milestones` adds


class Milestone(Publishable):
    """A dated step of a project. Dates are as precise as their source; `due` is the last day they may mean."""

    STANDS_ON = "project"

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    title = TranslatedField(_("title"))
    note = TranslatedField(_("note"))
    planned = models.CharField(_("planned"), max_length=10, blank=True)
    actual = models.CharField(_("reached"), max_length=10, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    sources = models.JSONField(default=list)

    class Meta(Publishable.Meta):
        ordering = ["due", "id"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(planned="") | ~models.Q(actual=""), name="roadmap_milestone_has_a_date"
            ),
        ]

    class State(models.TextChoices):
        REACHED = "reached", _("reached")
        REPLANNED = "replanned", _("planned again")
        LATE = "late", _("date passed, nothing reported")
        UNKNOWN = "unknown", _("outcome not published")
        PLANNED = "planned", _("planned")

    def __str__(self) -> str:
        return str(self.title)

    @property
    def state(self) -> State:
        """Where it stands today; asked of rows that `queries.milestones` gives."""
        standing: str = getattr(self, STANDING)
        return self.State(standing)

    def get_absolute_url(self) -> str:
        return address("roadmap:milestone", self.reference)


class Replanning(Record):
    """A new date for a milestone, and why. The dates it had before stay readable."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="replannings")
    number = models.PositiveSmallIntegerField()
    date = models.CharField(max_length=10)
    reason = TranslatedField(_("reason"))
    at = models.DateTimeField()
    source = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "number"], name="roadmap_replanning_once")
        ]
