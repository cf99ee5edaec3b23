"""What changes the territory."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.territory import boundaries
from civicthread.territory.models import Area
from civicthread.territory.places import gazetteer


@transaction.atomic
def save_area(area: Area, values: Mapping[str, Any], *, by: Actor) -> Area:
    """Write an area: its names, codes and boundary, which is checked and mended first."""
    if area.pk:
        area = Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
    policy.require("territory.save_area", by=by, on=area if area.pk else None)
    changes = saving.write(area, {**values, **_boundary(values)})
    if changes:
        # A boundary is thousands of numbers: the journal says that it changed, the table holds what it is now.
        told = {name: change for name, change in changes.items() if name != "boundary"}
        journal.record("territory.save_area", area, by=by, changes=told | {"boundary": "boundary" in changes})
        search.index(area)
    return area


@transaction.atomic
def set_spellings(area: Area, spellings: Iterable[str], *, by: Actor) -> Area:
    """Say how files write an area beside its names and codes; refused where another area is written so."""
    policy.require("territory.set_spellings", by=by, on=area)
    area = Area.objects.select_for_update(of=("self",)).defer("boundary").get(pk=area.pk)
    known, wanted = gazetteer(), list(dict.fromkeys(spellings))
    for spelling in wanted:
        other = known.find(spelling, level=area.level)
        if other and other.pk != area.pk:
            raise Refused(
                "spelling-taken",
                _("“%(spelling)s” is %(area)s already.") % {"spelling": spelling, "area": other.name},
            )
    if changes := saving.write(area, {"aliases": wanted}):
        journal.record("territory.set_spellings", area, by=by, changes=changes)
        search.index(area)
    return area


def _boundary(values: Mapping[str, Any]) -> dict[str, Any]:
    if not values.get("boundary"):
        return {}
    try:
        return {"boundary": boundaries.cleaned(values["boundary"])}
    except boundaries.UnusableBoundary as mistake:
        raise Refused("territory.boundary", gettext(str(mistake))) from None
