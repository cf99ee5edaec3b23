"""The same city on another engine: every indicator of the Brussels programme, on DuckDB and on a Sail server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from civicthread.config.programme.load_datasets import load_datasets, load_tables
from civicthread.config.programme.load_ideas import load_ideas
from civicthread.config.programme.loading import load_programme
from civicthread.core import journal
from civicthread.indicators import computing
from tests import sailing
from tests.brussels import programme


@pytest.fixture
def sail(tmp_path: Path) -> Iterator[str]:
    with sailing.served(tmp_path / "sail.log") as address:
        yield address


class Found(NamedTuple):
    """What came of one query: on which engine, the digest of its figures, and how many there are."""

    engine: str
    digest: str
    figures: int


def digests(settings: Any, engine: str, queries: dict[str, str]) -> dict[str, Found]:
    """What each indicator gives when the city computes with that engine."""
    settings.ENGINE = engine
    computing.started.cache_clear()
    try:
        return {code: _digest(sql) for code, sql in queries.items()}
    finally:
        computing.engine().close()
        computing.started.cache_clear()


def _digest(sql: str) -> Found:
    query = computing.checked(sql)
    done = computing.compute(query, computing.latest_versions(query.tables))
    return Found(done.engine, done.digest, len(done.figures))


@pytest.mark.django_db
def test_every_indicator_has_the_same_figures_to_the_last_bit(settings: Any, tmp_path: Path, sail: str):
    settings.LAKE, settings.DATA_DIR = str(tmp_path / "lake"), tmp_path
    brussels, by = programme(), journal.system()
    for step in (load_programme, load_datasets, load_ideas, load_tables):
        step(brussels, by=by, track=lambda things, _name: things)
    queries = {indicator.code: indicator.sql for indicator in brussels.indicators if indicator.sql}
    assert len(queries) >= 28
    embedded = digests(settings, "duckdb", queries)
    connected = digests(settings, sail, queries)
    assert {found.engine for found in embedded.values()} == {"duckdb"}
    assert {found.engine for found in connected.values()} == {"sc"}
    assert [code for code, found in embedded.items() if found.figures == 0] == []
    assert [code for code in queries if connected[code].digest != embedded[code].digest] == []
