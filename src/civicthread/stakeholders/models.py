"""Stakeholders: organisations by helix, the bodies that decide, and who sits in them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civicthread.core.addresses import address
from civicthread.core.models import Actor, Record
from civicthread.core.publishing import Publishable
from civicthread.core.text import TranslatedField
from civicthread.territory.models import Area


class Helix(models.TextChoices):
    """The four kinds of stakeholders of the quadruple helix."""

    CIVIL_SOCIETY = "civil_society", _("citizens and civil society")
    ACADEMIA = "academia", _("academic world")
    PUBLIC = "public", _("public authorities")
    PRIVATE = "private", _("companies")


class Domain(models.TextChoices):
    """Domains of public policy: the data themes of the European Union's vocabulary, with its names."""

    AGRI = "AGRI", _("agriculture, fisheries, forestry and food")
    ECON = "ECON", _("economy and finance")
    EDUC = "EDUC", _("education, culture and sport")
    ENER = "ENER", _("energy")
    ENVI = "ENVI", _("environment")
    GOVE = "GOVE", _("government and public sector")
    HEAL = "HEAL", _("health")
    INTR = "INTR", _("international issues")
    JUST = "JUST", _("justice, legal system and public safety")
    REGI = "REGI", _("regions and cities")
    SOCI = "SOCI", _("population and society")
    TECH = "TECH", _("science and technology")
    TRAN = "TRAN", _("transport")


class Organisation(Publishable):
    """An organisation the Office deals with."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = TranslatedField(_("name"))
    short_name = TranslatedField(_("short name"))
    description = TranslatedField(_("description"))
    helix = models.CharField(_("helix"), max_length=14, choices=Helix)
    # What it mainly works on, as far as a source says; empty is "not known", never "none".
    domain = models.CharField(_("policy domain"), max_length=4, choices=Domain, blank=True)
    municipality = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    website = models.URLField(_("website"), blank=True)
    former_names = models.JSONField(default=list)
    sources = models.JSONField(default=list)

    class Meta(Publishable.Meta):
        indexes = [models.Index(fields=["helix", "code"])]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return address("stakeholders:organisation", self.code)

    @property
    def known_as(self) -> object:
        """The short name where there is one."""
        return self.short_name or self.name


class Representation(Record):
    """A person speaks for an organisation on the platform."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="representations")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="representations")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "organisation"],
                condition=Q(until__isnull=True),
                name="stakeholders_representation_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="stakeholders_representation_ends_after_it_starts",
            ),
        ]


class Body(Record):
    """What decides: a government, an assembly, a board, a committee or a jury."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("government")
        ASSEMBLY = "assembly", _("assembly")
        BOARD = "board", _("board")
        COMMITTEE = "committee", _("committee")
        JURY = "jury", _("jury")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = TranslatedField(_("name"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="bodies"
    )

    def __str__(self) -> str:
        return str(self.name)


class Mandate(Record):
    """A seat in a body for a time: an organisation's, held by a person or by an office of it."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="mandates")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates")
    office = TranslatedField(_("office held"))
    votes = models.BooleanField(_("may vote"), default=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="stakeholders_mandate_ends_after_it_starts",
            ),
        ]
