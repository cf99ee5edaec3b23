"""Computing a run of an index again from the versions it names, and comparing every score digit by digit."""

from collections.abc import Iterator

from civicthread.indicators.reproducing import Difference, Reproduction
from civicthread.indices import scoring, words
from civicthread.indices.models import IndexRun, Score
from civicthread.indices.scoring import Row


def reproduce(run: IndexRun) -> Reproduction:
    """Compute a run again from the very versions it read. Refused where one of them is not kept any more."""
    if run.failed:
        raise words.refused("index-nothing-to-reproduce", run=run.name)
    query = scoring.checked(run.method.sql)
    if missing := [code for code in query.tables if code not in run.versions]:
        raise words.refused("index-version-gone", name=missing[0])
    done = scoring.compute(run.method, run.versions)
    return Reproduction(
        figures=len(done.rows),
        same_query=done.sql_sha256 == run.sql_sha256,
        same_digest=done.digest == run.digest,
        differences=tuple(_differences(run, done.rows)),
    )


def _differences(run: IndexRun, rows: tuple[Row, ...]) -> Iterator[Difference]:
    kept = {row[:3]: row for row in map(as_row, run.scores.order_by("pk"))}
    now = {row[:3]: row for row in rows}
    for place in dict.fromkeys((*kept, *now)):
        old, new = kept.get(place), now.get(place)
        if old != new:
            name = " ".join(map(str, place))
            yield Difference(name, old.points if old else None, new.points if new else None)


def as_row(score: Score) -> Row:
    """A kept score as it was computed."""
    return Row(*(getattr(score, name) for name in Row._fields))
