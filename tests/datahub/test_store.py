"""A city whose lake stands in an object store: the product's own doors, from more than one machine, and kill -9."""

import json
import os
import queue
import signal
from pathlib import Path

import pytest
from django.utils.translation import override
from typer.testing import CliRunner

from civicthread.config.cli import app
from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.datahub import actions, queries, reader, tables, words
from civicthread.datahub.models import Ingestion
from civicthread.indicators import actions as indicators
from civicthread.indicators import computing
from civicthread.lake.tables import Lake
from tests import crashing, personas
from tests.datahub import test_crash
from tests.datahub.reading import content_of
from tests.factories import indicators as factory
from tests.factories.datahub import ROWS, dataset, load

BAD = "area,year,n\n21001,2020,many\n21002,2020,7\n21001,2021,9\n"


@pytest.fixture(autouse=True)
def city(place, bucket, settings):
    """The test's lake stands in a bucket."""
    settings.LAKE = bucket
    return place


@pytest.fixture
def move(city, settings):
    """Go on at another machine: it has the records, and no copies."""

    def moved():
        settings.LAKE_COPIES = str(city / "elsewhere")
        settings.DATA_DIR = city / "other"
        tables.lake_at.cache_clear()
        computing._version.cache_clear()

    yield moved
    tables.lake_at.cache_clear()


def content(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return content_of(answer)


@pytest.mark.django_db
def test_every_machine_shows_what_one_has_loaded(client, city, move):
    made = dataset()
    assert load(made, city).outcome == "loaded"
    done = load(made, city, BAD)
    assert (done.outcome, done.rejected) == ("loaded", 1)
    page = f"/fr/datahub/office/{made.code}/loads/{done.pk}/"
    first = content(client, f"/data/{made.code}@1.csv")
    move()
    assert content(client, f"/data/{made.code}@1.csv") == first
    assert [row["n"] for row in json.loads(content(client, f"/data/{made.code}.json"))] == [9, 7]
    assert content(client, f"/fr{made.get_absolute_url().removeprefix('/fr')}")
    steward = personas.make("steward").client()
    assert steward.get(page).context["reasons"] == [(words.problem("not_an_integer"), 1)]
    assert b"many" in content(steward, f"{page}set-aside.csv")
    assert actions.restore_version(made, by=journal.system(), version=1) == 3
    assert content(client, f"/data/{made.code}.csv") == first


@pytest.mark.django_db
def test_a_figure_is_computed_on_another_machine_to_the_last_bit(city, move):
    factory.lamps(city)
    run = indicators.compute(factory.indicator(sql=factory.TOTAL), by=journal.system())
    move()
    assert computing.compute(computing.query_of(run.method, run.versions), run.versions).digest == run.digest


@pytest.mark.django_db
def test_a_store_that_does_not_answer_is_told_to_people(city, client, move, object_store, settings):
    made = dataset()
    load(made, city)
    file = city / "more.csv"
    file.write_text(ROWS + "21002,2021,11\n")
    move()
    with object_store.interfering(lambda _moment, _asked: True):
        done = CliRunner().invoke(app, ["ingest", made.code, str(file)])
        assert (done.exit_code, Ingestion.objects.latest("id").code) == (1, "store_unreachable")
        for act in (
            lambda: actions.restore_version(made, by=journal.system(), version=0),
            lambda: reader.rows(made, 1, limit=2),
            lambda: computing.run(computing.any_query(f"SELECT n FROM {made.code}"), {made.code: 1}),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.code == "store"
        assert client.get(made.get_absolute_url(), follow=True).status_code == 200, (
            "pages come from the records"
        )
    told = {}
    for language in ("fr", "nl", "en"):
        with override(language):
            told[language] = words.refusal("store_unreachable", {}), str(refused.value.message)
    assert len(set(told.values())) == 3
    assert load(made, city, file.read_text()).outcome == "loaded", "once it answers, all is well"
    assert queries.version(made).rows == 4


KILLED = [(moment, what) for what in ("/part-", "_delta_log/") for moment in ("before", "after")]


@pytest.mark.slow
def test_a_load_killed_between_any_two_steps_leaves_all_or_nothing(
    city, transactional_db, object_store, bucket, settings
):
    made = dataset(columns=test_crash.COLUMNS, keys=[], sort=[], period_column="", frequency="irregular")
    acknowledged: set[int] = set()
    with crashing.worker() as worker:
        for number, (moment, what) in enumerate(KILLED):
            settings.LAKE_COPIES = str(city / f"machine-{number}")
            tables.lake_at.cache_clear()
            file, loads = test_crash.write(city, number), queue.Queue[int]()
            with object_store.interfering(killing(loads, moment, what)):
                version = test_crash.load(worker, made, file, started=loads.put)
            assert version is None, "it was not cut off: the test shows nothing"
            check(made, acknowledged)
            acknowledged.add(test_crash.load(worker, made, file))
            check(made, acknowledged)
            test_crash.check_records(made)


def killing(loads, moment, what):
    """Kill the load when it makes something of that kind."""

    def interfere(now: str, asked: str) -> bool:
        if now == moment and asked.startswith("PUT") and what in asked:
            os.kill(loads.get(timeout=20), signal.SIGKILL)
        return False

    return interfere


def check(made, acknowledged):
    """Seen from a machine without copies, every version is whole, and nothing acknowledged is lost."""
    test_crash.check_lake(made)
    assert acknowledged <= {commit.version for commit in tables.table(made).history()}


@pytest.mark.django_db
def test_a_version_whose_files_came_after_it_would_be_seen(city, move):
    """The negative control: an entry that names a file which was never sent."""
    made = dataset(columns=test_crash.COLUMNS, keys=[], sort=[], period_column="", frequency="irregular")
    load(made, city, test_crash.write(city, 0).read_text())
    table = tables.table(made)
    table.place.store.remove(Path(table.version().files[0]).name)
    test_crash.check_lake(made)
    move()
    with pytest.raises(LookupError):
        test_crash.check_lake(made)
    assert isinstance(tables.lake_at(str(table.place.store.root)), Lake)
