"""What the territory gives away as a table: how areas are written, for queries that join tables by area."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from civicthread.core.published import PublishedTable, Row, code
from civicthread.territory.models import Area
from civicthread.territory.places import gazetteer

NAMES = "programme_area_names"


def _names() -> Iterator[Row]:
    for (level, spelling), area in sorted(gazetteer().spellings().items()):
        yield {"level": level, "spelling": spelling, "area": area}


TABLES = (
    PublishedTable(
        code=NAMES,
        title=_("The programme: names of areas"),
        description=_(
            "How the areas of the city are written: their codes, and their names and other spellings in every "
            "language, one a row. With it queries join tables that write areas differently."
        ),
        columns=(
            code("level", _("Level"), of=Area.Level.values),
            code("spelling", _("Spelling"), _("As the function area_key writes a name.")),
            code("area", _("Area")),
        ),
        keys=("level", "spelling"),
        rows=_names,
    ),
)
