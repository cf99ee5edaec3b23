"""What the console does with a run, of an indicator or of a composite index: compute it again."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from civicthread.config.speech import Unusable
from civicthread.core.errors import Refused
from civicthread.indicators import reproducing as indicators
from civicthread.indicators.models import Run
from civicthread.indices import reproducing as indices
from civicthread.indices.models import IndexRun

SHOWN = 50
LONGEST = 18


def reproduce(name: str, *, console: Console) -> bool:
    """Compute a run again from the versions it read; whether every figure is the same to the last digit."""
    kind, number = _named(name)
    try:
        code, found = _index(number) if kind == "index" else _indicator(number)
    except (Run.DoesNotExist, IndexRun.DoesNotExist):
        raise Unusable(_("There is no run %(number)s.") % {"number": name}) from None
    except Refused as refusal:
        raise Unusable(str(refusal.message)) from None
    for line in _told(found, {"run": name, "code": code, "count": found.figures}):
        console.print(line, highlight=False, markup=False)
    return found.same


def _named(run: str) -> tuple[str, int]:
    """What a person means: `12` is a run of an indicator, `index-12` one of an index."""
    kind, _dash, number = run.rpartition("-")
    if kind not in {"", "index"} or not (number.isascii() and number.isdecimal()) or len(number) > LONGEST:
        raise Unusable(_("Name a run by its number, 12, or a run of an index as index-12."))
    return kind, int(number)


def _indicator(number: int) -> tuple[str, indicators.Reproduction]:
    run = Run.objects.select_related("method__indicator").get(pk=number)
    return run.method.indicator.code, indicators.reproduce(run)


def _index(number: int) -> tuple[str, indicators.Reproduction]:
    run = IndexRun.objects.select_related("method__index").get(pk=number)
    return run.method.index.code, indices.reproduce(run)


def _told(found: indicators.Reproduction, facts: dict[str, object]) -> Iterator[str]:
    if found.same:
        told = ngettext(
            "Run %(run)s of %(code)s: %(count)s figure, the same to the last digit.",
            "Run %(run)s of %(code)s: %(count)s figures, the same to the last digit.",
            found.figures,
        )
        yield told % facts
        return
    if not found.same_query:
        yield _("Run %(run)s of %(code)s: the query is not the one that was noted.") % facts
    if not found.same_digest:
        yield _("Run %(run)s of %(code)s: the figures are not those that were noted.") % facts
    for one in found.differences[:SHOWN]:
        told = _("%(place)s: kept %(kept)s, computed %(computed)s.")
        yield told % {"place": one.place, "kept": repr(one.kept), "computed": repr(one.computed)}
    if len(found.differences) > SHOWN:
        yield _("%(count)s figures differ in all.") % {"count": len(found.differences)}
