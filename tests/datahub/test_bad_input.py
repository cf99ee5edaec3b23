"""Whatever is brought: one clear sentence in the reader's language, nothing changed, the last good version kept."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from rich.console import Console

from civicthread.config import figures_commands
from civicthread.config.speech import Unusable
from civicthread.datahub import incoming, queries, tables, tasks, words
from civicthread.datahub.models import Ingestion, Upload
from tests import personas
from tests.datahub.bad_files import BAD, CSV, HEAD
from tests.factories.datahub import ROWS, dataset, load

pytestmark = pytest.mark.django_db
PLACES = {"name": "lon", "type": "number"}, {"name": "lat", "type": "number"}


@pytest.fixture
def steward():
    return personas.make("steward").client()


def good(place, reading):
    """A dataset with a good version, whose files are then read as `reading` says."""
    made = dataset()
    load(made, place)
    made.reading = {"crs": "EPSG:4326", **reading}
    made.save()
    return made


def stays_as_it_was(made):
    version = queries.version(made)
    assert (version.number, version.rows) == (1, 3)
    assert tables.table(made).latest() == 1
    assert list(incoming.folder().iterdir()) == []
    assert list((tables.table(made).folder / "_work").iterdir()) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_the_office(steward, place, name):
    reading, content, code = BAD[name]
    made = good(place, reading)
    answer = steward.post(
        f"/fr/datahub/office/{made.code}/load/", {"file": SimpleUploadedFile("bad.csv", content)}
    )
    if code == "empty_file":
        assert answer.status_code == 422
    else:
        tasks.load.call(Upload.objects.get().key)
        done = Ingestion.objects.latest("id")
        assert (done.outcome, done.code) == ("refused", code)
        for language in ("fr", "nl", "en"):
            page = steward.get(f"/{language}/datahub/office/{made.code}/loads/{done.pk}/")
            with translation.override(language):
                sentence = words.refusal(done.code, done.facts)
                nothing = str(words.NOTHING_CHANGED)
            assert is_one_sentence(sentence)
            assert page.context["sentence"] == sentence
            assert nothing in page.content.decode()
    stays_as_it_was(made)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_on_the_console(place, name):
    reading, content, code = BAD[name]
    made = good(place, reading)
    file = place / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(Unusable) as refused, translation.override("en"):
        figures_commands.ingest(made.code, file, console=Console(quiet=True))
    assert is_one_sentence(str(refused.value))
    assert Ingestion.objects.latest("id").code == code
    stays_as_it_was(made)


@pytest.mark.parametrize(
    ("name", "content"), [(name, file[1]) for name, file in BAD.items() if file[0] == CSV]
)
def test_a_first_look_at_a_bad_file_never_fails(steward, name, content):
    answer = steward.post("/fr/datahub/office/new/", {"file": SimpleUploadedFile("bad.csv", content)})
    assert answer.status_code in {302, 422}
    if answer.status_code == 422:
        assert not Upload.objects.exists()
        assert list(incoming.folder().iterdir()) == []
        assert all(is_one_sentence(str(error)) for error in answer.context["form"].errors["file"])
    else:
        assert steward.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1799-12-31", "2200-01-01", "2020-02-30"])
def test_days_no_city_has_are_set_aside(place, day):
    columns = [{"name": "day", "type": "date"}, {"name": "n", "type": "integer"}]
    made = dataset(columns=columns, keys=[], sort=[], period_column="day")
    done = load(made, place, f"day,n\n2020-02-29,1\n2020-03-01,2\n{day},3\n")
    assert (done.outcome, done.rows, done.rejected) == ("loaded", 2, 1)


def test_a_good_file_is_loaded_and_so_would_be_seen(place):
    """The negative control of what stays as it was."""
    made = good(place, CSV)
    load(made, place, ROWS + "21009,2020,1\n")
    with pytest.raises(AssertionError):
        stays_as_it_was(made)


def test_the_console_tells_what_it_loaded(place, monkeypatch):
    made = good(place, CSV)
    file = place / "more.csv"
    file.write_text(HEAD + "21001,2020,1\n21002,2020,x\n")
    with translation.override("en"):
        told = figures_commands.ingest(made.code, file, console=Console(quiet=True))
        again = figures_commands.ingest(made.code, file, console=Console(quiet=True))
    assert "version 2" in told
    assert "set aside: 1" in told
    assert "already" in again


@pytest.mark.parametrize(("code", "name"), [("nothing", "lamps.csv"), ("{code}", "nothing.csv")])
def test_the_console_names_what_is_not_there(place, code, name):
    made = good(place, CSV)
    with pytest.raises(Unusable):
        figures_commands.ingest(code.format(code=made.code), place / name, console=Console(quiet=True))
    stays_as_it_was(made)


def is_one_sentence(text: str) -> bool:
    return (
        text.endswith(".")
        and "\n" not in text
        and "%(" not in text
        and not re.search(r"Traceback|Exception", text)
    )
