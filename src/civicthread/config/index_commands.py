"""What the console does with runs of composite indices: compute one again."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from civicthread.config.indicator_commands import Unusable
from civicthread.core.errors import Refused
from civicthread.indices import reproducing
from civicthread.indices.models import IndexRun

SHOWN = 50
LONGEST = 18


def named(run: str) -> tuple[str, int]:
    """What a person means: `12` is a run of an indicator, `index-12` one of an index."""
    kind, _dash, number = run.rpartition("-")
    if kind not in {"", "index"} or not (number.isascii() and number.isdecimal()) or len(number) > LONGEST:
        raise Unusable(_("Name a run by its number, 12, or a run of an index as index-12."))
    return kind, int(number)


def reproduce(number: int, *, console: Console) -> bool:
    """Compute a run again from the versions it read; whether every score is the same to the last digit."""
    run = IndexRun.objects.select_related("method__index").filter(pk=number).first()
    if run is None:
        raise Unusable(_("There is no run index-%(number)s.") % {"number": number})
    try:
        found = reproducing.reproduce(run)
    except Refused as refusal:
        raise Unusable(str(refusal.message)) from None
    for line in _told(run, found):
        console.print(line, highlight=False, markup=False)
    return found.same


def _told(run: IndexRun, found: reproducing.Reproduction) -> Iterator[str]:
    facts = {"run": run.name, "code": run.method.index.code, "count": found.scores}
    if found.same:
        told = ngettext(
            "Run %(run)s of %(code)s: %(count)s score, the same to the last digit.",
            "Run %(run)s of %(code)s: %(count)s scores, the same to the last digit.",
            found.scores,
        )
        yield told % facts
        return
    if not found.same_query:
        yield _("Run %(run)s of %(code)s: the query is not the one that was noted.") % facts
    if not found.same_digest:
        yield _("Run %(run)s of %(code)s: the scores are not those that were noted.") % facts
    for one in found.differences[:SHOWN]:
        told = _("%(place)s: kept %(kept)s, computed %(computed)s.")
        yield told % {"place": one.place, "kept": repr(one.kept), "computed": repr(one.computed)}
    if len(found.differences) > SHOWN:
        yield _("%(count)s scores differ in all.") % {"count": len(found.differences)}
