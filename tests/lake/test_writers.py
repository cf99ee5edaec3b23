"""Two loads of one table at once: each is a version or a clear refusal, and nothing is lost or doubled."""

import threading

import pytest

from civicthread.lake.ingest import Ingested, ingest
from civicthread.lake.refusals import StaleWriter
from tests.lake.conftest import COUNTS
from tests.lake.reading import rows_of, stray_files

ROUNDS, WRITERS, ROWS = 5, 3, 200


def rows(start: int) -> list[tuple[str, int, int]]:
    return [("Uccle", year, 1) for year in range(start, start + ROWS)]


@pytest.mark.parametrize("mode", ["append", "upsert"])
def test_loads_at_once_are_versions_or_refusals(counts, tmp_path, mode):
    standing: set[tuple[object, ...]] = set()
    for turn in range(ROUNDS):
        starts = [1000 + (turn * WRITERS + writer) * ROWS for writer in range(WRITERS)]
        outcomes = at_once(counts, tmp_path, starts, mode)
        assert all(isinstance(outcome, Ingested | StaleWriter) for outcome in outcomes.values())
        loaded = [start for start, outcome in outcomes.items() if isinstance(outcome, Ingested)]
        assert loaded, "each refused the others"
        standing.update(row for start in loaded for row in rows(start))
        found = rows_of(counts)
        assert len(found) == len(standing)
        assert set(found) == standing
        for refused in set(starts) - set(loaded):
            assert "look again and repeat" in str(outcomes[refused])
    assert stray_files(counts) == set() or mode == "upsert"
    assert list((counts.folder / "_work").iterdir()) == []


def at_once(table, folder, starts, mode):
    """What came of each load, by where its rows start."""
    outcomes: dict[int, object] = {}
    start_together = threading.Barrier(len(starts))

    def write(start: int) -> None:
        path = folder / f"{start}.csv"
        path.write_text("area,year,n\n" + "".join(f"{a},{year},{n}\n" for a, year, n in rows(start)))
        base = table.latest()
        start_together.wait()
        try:
            outcomes[start] = ingest(table, path, schema=COUNTS, mode=mode, expected_version=base)
        except Exception as error:  # noqa: BLE001  # the test says which are allowed
            outcomes[start] = error

    threads = [threading.Thread(target=write, args=(start,)) for start in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
