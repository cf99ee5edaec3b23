"""The territory: the Region, its municipalities, and finer areas where a dataset needs them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from civicthread.core.addresses import address
from civicthread.core.models import Record
from civicthread.core.text import TranslatedField


class Area(Record):
    """A piece of the territory. `code` is the country's statistical code (NIS in Belgium).

    `nuts` lists the codes under which Europe knows the very same territory: BE1, BE10 and BE100 are one Region,
    and are never added up. `boundary` is a GeoJSON geometry in WGS 84.
    """

    class Level(models.TextChoices):
        REGION = "region", _("region")
        MUNICIPALITY = "municipality", _("municipality")
        SECTOR = "sector", _("statistical sector")

    code = models.CharField(_("code"), max_length=12, unique=True)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    name = TranslatedField(_("name"))
    aliases = models.JSONField(default=list)
    nuts = models.JSONField(default=list)
    postal_codes = models.JSONField(default=list)
    boundary = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["level", "code"])]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="territory_area_is_not_its_own_parent"
            )
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return address("territory:area", self.code)
