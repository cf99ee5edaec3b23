"""Governance: the numbered decisions of the bodies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from civicthread.ambition.models import Objective
from civicthread.core.addresses import address
from civicthread.core.publishing import Publishable
from civicthread.core.text import TranslatedField
from civicthread.projects.models import Project
from civicthread.stakeholders.models import Body


class Decision(Publishable):
    """What a body decided, when, under which number, and about what."""

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    number = models.CharField(_("number given by the body"), max_length=60, blank=True)
    date = models.CharField(_("date"), max_length=10)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="decisions")
    title = TranslatedField(_("title"))
    text = TranslatedField(_("text"))
    projects = models.ManyToManyField(Project, blank=True, related_name="decisions")
    approves = models.BooleanField(_("approves these projects"), default=False)
    objectives = models.ManyToManyField(Objective, blank=True, related_name="decisions")
    sources = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)

    class Meta(Publishable.Meta):
        indexes = [models.Index(fields=["-date", "-id"])]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return address("governance:decision", self.reference)
