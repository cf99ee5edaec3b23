"""The ambition: the strategic directions, the memo, and its objectives."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from civicthread.core.addresses import address
from civicthread.core.models import Record
from civicthread.core.publishing import Publishable
from civicthread.core.text import TranslatedField
from civicthread.indicators.models import Indicator


class Direction(Record):
    """A strategic direction: a DESI dimension or a condition every project must meet. The list is data."""

    class Kind(models.TextChoices):
        DIMENSION = "dimension", _("dimension")
        CONDITION = "condition", _("condition")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    position = models.PositiveSmallIntegerField(_("position"))
    name = TranslatedField(_("name"))
    description = TranslatedField(_("description"))
    sources = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return address("ambition:direction", self.code)


class AmbitionMemo(Publishable):
    """The ambition memo: one version of what the Office and its partners want to reach."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    date = models.CharField(_("date"), max_length=10, blank=True)
    title = TranslatedField(_("title"))
    intro = TranslatedField(_("introduction"))
    note = TranslatedField(_("note"))
    assumption = models.BooleanField(_("made for the demonstration"), default=False)
    sources = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return address("ambition:version", self.code)


class Objective(Publishable):
    """What the programme wants to reach under a direction."""

    memo = models.ForeignKey(AmbitionMemo, on_delete=models.PROTECT, related_name="objectives")
    direction = models.ForeignKey(Direction, on_delete=models.PROTECT, related_name="objectives")
    code = models.SlugField(_("code"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    title = TranslatedField(_("title"))
    description = TranslatedField(_("description"))
    note = TranslatedField(_("note"))
    indicators = models.ManyToManyField(Indicator, blank=True, related_name="objectives")
    assumption = models.BooleanField(_("made for the demonstration"), default=False)
    sources = models.JSONField(default=list)

    class Meta(Publishable.Meta):
        ordering = ["direction__position", "position"]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return address("ambition:objective", self.code)
