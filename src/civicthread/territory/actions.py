"""What changes the territory."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from civicthread.core import journal, policy, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.territory import boundaries
from civicthread.territory.models import Area


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


def _boundary(values: Mapping[str, Any]) -> dict[str, Any]:
    if not values.get("boundary"):
        return {}
    try:
        return {"boundary": boundaries.cleaned(values["boundary"])}
    except boundaries.UnusableBoundary as mistake:
        raise Refused("territory.boundary", gettext(str(mistake))) from None
