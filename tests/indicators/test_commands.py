"""The console's commands about indicators: a stable face for stewards and scripts."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from civicthread.config import cli, index_command
from civicthread.core import journal
from civicthread.indicators import actions
from civicthread.indicators.models import Run, Value
from tests.factories import datahub
from tests.factories import indicators as factory
from tests.methods import desi

ASK = "SELECT area, SUM(n) AS total FROM lamps GROUP BY area ORDER BY area"


@pytest.fixture
def run(monkeypatch):
    """Run a command in this program, where Django is up."""
    monkeypatch.setattr(cli, "start", lambda: None)
    return lambda *words: CliRunner().invoke(cli.app, list(words))


@pytest.mark.django_db
def test_compute_tells_each_indicator_in_one_line(run, place):
    lamps = factory.lamps(place)
    one, other = factory.indicator(sql=factory.TOTAL), factory.indicator(sql=factory.TOTAL)
    done = run("compute", one.code)
    assert done.exit_code == 0, done.output
    assert f"{one.code}: " in done.output
    assert other.code not in done.output
    done = run("compute")
    assert len(done.output.strip().splitlines()) == 2
    datahub.load(lamps, place, factory.CORRECTED)
    assert run("compute").exit_code == 0
    assert Value.objects.filter(approval="proposed", superseded_at__isnull=True, period="2020").count() == 2


def runs() -> dict[str, list[int]]:
    """The runs of each indicator."""
    found: dict[str, list[int]] = {}
    for code, pk in Run.objects.order_by("pk").values_list("method__indicator__code", "pk"):
        found.setdefault(code, []).append(pk)
    return found


@pytest.mark.django_db
def test_compute_computes_again_only_what_lies_downstream_of_a_changed_dataset(run, place):
    lamps, trees = factory.lamps(place), datahub.dataset("trees")
    datahub.load(trees, place)
    below = factory.indicator(sql=factory.TOTAL)
    beside = factory.indicator(sql=factory.TOTAL.replace("lamps", "trees"))
    both = factory.indicator(sql=f"{factory.TOTAL} UNION ALL SELECT '1999', SUM(n) FROM trees")
    assert run("compute").exit_code == 0
    first = runs()
    assert {code: len(each) for code, each in first.items()} == {below.code: 1, beside.code: 1, both.code: 1}
    datahub.load(lamps, place, factory.CORRECTED)
    done = run("compute")
    after = runs()
    assert {code: len(each) for code, each in after.items()} == {below.code: 2, beside.code: 1, both.code: 2}
    assert after[beside.code] == first[beside.code]
    told = dict(line.split(": ") for line in done.output.strip().splitlines())
    assert told[beside.code] == "rien n’a changé depuis le dernier calcul."
    assert told[below.code].startswith(f"calcul {after[below.code][-1]},")
    # The same file again is no change, and so is a second look.
    datahub.load(lamps, place, factory.CORRECTED)
    assert run("compute").exit_code == 0
    assert runs() == after


@pytest.mark.django_db
def test_what_was_left_alone_is_computed_as_soon_as_its_own_dataset_or_method_is_another(run, place):
    """The control of the test above: a run that is made is seen, so one that is not seen was not made."""
    factory.lamps(place)
    trees = datahub.dataset("trees")
    datahub.load(trees, place)
    beside = factory.indicator(sql=factory.TOTAL.replace("lamps", "trees"))
    run("compute")
    datahub.load(trees, place, factory.CORRECTED)
    run("compute")
    assert len(runs()[beside.code]) == 2
    actions.set_method(beside, note=factory.NOTE, sql=factory.TOTAL, by=journal.system())
    run("compute", beside.code)
    assert len(runs()[beside.code]) == 3
    Run.objects.filter(method=beside.methods.last()).update(versions={"lamps": 99})
    run("compute")
    assert len(runs()[beside.code]) == 4


@pytest.mark.django_db
def test_compute_goes_on_after_one_that_fails_and_ends_with_a_failure(run, place):
    factory.lamps(place)
    bad = factory.indicator(sql="SELECT area AS period, n AS value FROM lamps")
    good = factory.indicator(sql=factory.TOTAL)
    done = run("compute")
    assert done.exit_code == 1
    assert "21001" in done.output
    assert good.values.count() == 2
    assert bad.values.count() == 0


@pytest.mark.django_db
def test_compute_of_an_unknown_indicator_is_one_sentence(run):
    done = run("compute", "nothing")
    assert done.exit_code == 1
    assert "nothing" in done.output


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_query_gives_the_same_rows_in_each_format(run, place, form):
    factory.lamps(place)
    done = run("query", ASK, "--format", form)
    assert done.exit_code == 0, done.output
    read = {
        "csv": lambda: [
            (row["area"], float(row["total"])) for row in csv.DictReader(io.StringIO(done.stdout))
        ],
        "json": lambda: [(row["area"], row["total"]) for row in json.loads(done.stdout)],
        "parquet": lambda: [
            tuple(r.values()) for r in pq.read_table(io.BytesIO(done.stdout_bytes)).to_pylist()
        ],
    }
    assert read[form]() == [("21001", 14.0), ("21002", 7.0)]


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "said"), [("csv", "a,b\n,\n"), ("json", ": null")])
def test_query_gives_no_number_where_there_is_none(run, form, said):
    done = run("query", "SELECT 1e308 * 10 AS a, exp(1000) AS b", "--format", form)
    assert done.exit_code == 0, done.output
    assert "inf" not in done.stdout.lower()
    assert said in done.stdout
    if form == "json":
        assert json.loads(done.stdout) == [{"a": None, "b": None}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("query", "DROP TABLE lamps"), "SELECT"),
        (("query", "SELECT colour FROM lamps"), "colour"),
        (("query", "SELECT * FROM nothing"), "nothing"),
        (("query", ASK, "--format", "xlsx"), "parquet"),
        (("index", "desi-1999"), "desi-2020"),
        (("index", "desi-2020", "--edition", "1999"), "1999"),
        (("index", "desi-2020", "--format", "parquet"), "csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_bad_input_is_one_sentence_and_a_failure(run, place, words, told):
    factory.lamps(place)
    done = run(*words)
    assert done.exit_code == 1
    assert told in done.output
    assert len(done.output.strip().splitlines()) == 1


@pytest.mark.parametrize("method", ["desi-2020", "desi-2022"])
def test_the_index_is_the_published_one_at_full_precision(method):
    rows = csv.DictReader(io.StringIO(index_command.index(method, edition="", form="csv").decode()))
    found = {(r["edition"], r["area"], r["code"]): float(r["score"]) for r in rows if r["score"]}
    published = [r for r in desi.rows(method, "published") if r["figure"] == "score"]
    worst = max(abs(found[r["edition"], r["area"], r["code"]] - float(r["value"])) for r in published)
    assert worst < (2e-4 if method == "desi-2020" else 6e-3)
    scores = desi.scores(method)
    assert all(found[*key, part.code] == part.points for key, tree in scores.items() for part in tree.walk())


def test_the_index_runs_before_there_is_a_city(tmp_path: Path):
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path / "nothing"),
        "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
    }
    command = [sys.executable, "-m", "civicthread.config.cli", "index", "desi-2022", "--edition", "2022"]
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[0] == "edition,area,level,code,score"
    (belgium,) = [line for line in lines if line.startswith("2022,BE,index")]
    assert belgium.startswith("2022,BE,index,desi,50.3073881")
    assert list(tmp_path.iterdir()) == [], "a calculation leaves nothing behind"


@pytest.mark.django_db
@pytest.mark.parametrize("words", [("compute", "[/red]"), ("index", "[/red]"), ("ingest", "[/red]", "x.csv")])
def test_what_is_no_markup_is_told_as_it_was_typed(run, words):
    done = run(*words)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert len(done.output.strip().splitlines()) == 1
