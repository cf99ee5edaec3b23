"""Computing a run again from the versions it names, and comparing the figures digit by digit."""

from collections.abc import Iterator
from dataclasses import dataclass

from civicthread.indicators import computing, places, rolling, words
from civicthread.indicators.models import Run
from civicthread.indicators.places import Place
from civicthread.indicators.proposing import Placed


@dataclass(frozen=True)
class Difference:
    """A figure or score that is not what the run gives now: one of them is None where there is no such figure."""

    place: str
    kept: float | None
    computed: float | None


@dataclass(frozen=True)
class Reproduction:
    """A run computed again, of an indicator or of a composite index.

    `same_query`, `same_digest`: query and figures are those that were noted then.
    """

    figures: int
    same_query: bool
    same_digest: bool
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs, to the last digit."""
        return self.same_query and self.same_digest and not self.differences


def reproduce(run: Run) -> Reproduction:
    """Compute a run again from the very versions it read. Refused where one of them is not kept any more."""
    if run.failed:
        raise words.refused("nothing-to-reproduce", run=run.pk)
    query = computing.checked(run.method.sql)
    if missing := [code for code in query.tables if code not in run.versions]:
        raise words.refused("version-gone", name=missing[0], version="?")
    done = computing.compute(query, run.versions)
    level = run.method.indicator.area_level
    found = rolling.rolled(places.placed(done.figures, level=level), by=run.method.roll_up, level=level)
    return Reproduction(
        figures=len(found.figures),
        same_query=query.sha256 == run.sql_sha256,
        same_digest=done.digest == run.digest,
        differences=tuple(_differences(run, found.figures)),
    )


def _differences(run: Run, figures: Placed) -> Iterator[Difference]:
    """The figures kept from this run that differ. Those it gave but that stood there already are not kept twice."""
    for value in run.values.select_related("area").order_by("period_end", "pk"):
        place = Place.of(value)
        now = figures[place][0] if place in figures else None
        kept = (value.value, value.numerator, value.denominator)
        if kept != ((now.value, now.numerator, now.denominator) if now else (None, None, None)):
            name = " ".join(filter(None, (place.period, str(value.area or ""), place.breakdown)))
            yield Difference(name, value.value, now.value if now else None)
