"""What the console does with areas: those of a new city, and of one that stands already."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import ngettext

from civicthread.config import area_files
from civicthread.core import journal
from civicthread.core.models import Actor
from civicthread.territory import actions
from civicthread.territory.models import Area


def areas(path: Path) -> str:
    """Keep the areas of that file, all of them or none; a sentence that says how many there are now."""
    write(area_files.read(path, settings.CITY.languages), by=journal.system())
    count = Area.objects.count()
    return ngettext("The city has %(count)s area.", "The city has %(count)s areas.", count) % {"count": count}


@transaction.atomic
def write(features: Sequence[area_files.Feature], *, by: Actor) -> None:
    """Keep these areas; one whose code is known gets the names and the boundary of the file."""
    for feature in features:
        code = str(feature["properties"]["code"])
        area = Area.objects.filter(code=code).first() or Area(code=code, level=Area.Level.MUNICIPALITY)
        names = area_files.names(feature["properties"], settings.CITY.languages)
        values = {"level": area.level, "name": names, "boundary": feature["geometry"]}
        actions.save_area(area, values, by=by)
