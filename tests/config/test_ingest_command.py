"""`civicthread ingest`: what it loads, and how it says no."""

import pytest
from typer.testing import CliRunner

from civicthread.config.cli import app
from civicthread.datahub import queries
from tests.factories.datahub import ROWS, dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(settings, tmp_path):
    settings.LAKE = str(tmp_path / "lake")

    def ingest(code, text=ROWS):
        file = tmp_path / "lamps.csv"
        file.write_text(text)
        return CliRunner().invoke(app, ["ingest", code, str(file)])

    return ingest


def test_a_file_is_loaded_with_success(run):
    made = dataset()
    done = run(made.code)
    assert done.exit_code == 0, done.output
    assert "3" in done.output
    assert queries.version(made).rows == 3


@pytest.mark.parametrize("text", ["", "area,jaar,n\n1,2,3\n", ROWS + "a,b,c\n" * 9])
def test_a_refused_file_ends_with_a_failure_and_one_sentence(run, text):
    made = dataset()
    run(made.code)
    done = run(made.code, text)
    assert done.exit_code == 1
    assert len(done.output.strip().splitlines()) <= 2, "one sentence, perhaps broken once by the console"
    assert queries.version(made).rows == 3


def test_an_unknown_dataset_is_named(run):
    made = dataset()
    done = run("nothing")
    assert done.exit_code == 1
    assert made.code in done.output
