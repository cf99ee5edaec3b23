"""Which area a name or code in a query's result means."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused
from civicthread.core.search import folded
from civicthread.territory import queries as territory
from civicthread.territory.models import Area


def resolve(texts: Iterable[str], *, level: str) -> dict[str, Area | None]:
    """The area each text means, by code, name, alias or NUTS code; "" is the whole territory. Unknown ones are refused."""
    known = _spellings(level)
    found: dict[str, Area | None] = {}
    for text in texts:
        found[text] = known.get(folded(text)) if text else None
        if text and found[text] is None:
            message = _("“%(area)s” is not an area this city knows. Add it to an area's aliases, or mend the query.")
            raise Refused("area-unknown", message % {"area": text})
    return found


def _spellings(level: str) -> dict[str, Area]:
    spellings: dict[str, Area] = {}
    for area in territory.areas(level):
        names = [version.text for version in area.name.values()]
        for text in (area.code, *names, *area.aliases, *area.nuts):
            spellings.setdefault(folded(text), area)
    return spellings
