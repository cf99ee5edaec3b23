"""The files of a dataset: stable addresses, one for good for each version, and no second sending."""

import csv
import io
import json
import resource
from contextlib import contextmanager

import pyarrow.parquet
import pytest

from civicthread.children.pool import ChildDied, ChildRefused
from civicthread.datahub import reader
from tests import personas
from tests.datahub.reading import content_of
from tests.factories.datahub import ROWS, dataset, load

pytestmark = pytest.mark.django_db
MORE = ROWS + "21002,2021,11\n"


@pytest.fixture
def made(place):
    found = dataset()
    load(found, place)
    load(found, place, MORE)
    return found


def test_three_formats_hold_the_same_rows(client, made):
    rows = list(csv.reader(io.StringIO(content_of(client.get(f"/data/{made.code}.csv")).decode())))
    listed = json.loads(content_of(client.get(f"/data/{made.code}.json")))
    table = pyarrow.parquet.read_table(io.BytesIO(content_of(client.get(f"/data/{made.code}.parquet"))))
    assert rows[0] == ["area", "year", "n"]
    assert [[str(value) for value in row.values()] for row in listed] == rows[1:]
    assert table.to_pylist() == listed
    assert len(listed) == 4


def test_each_version_has_an_address_for_good(client, made):
    first, last = made.versions.last().number, made.versions.first().number
    assert len(json.loads(content_of(client.get(f"/data/{made.code}@{first}.json")))) == 3
    assert len(json.loads(content_of(client.get(f"/data/{made.code}@{last}.json")))) == 4


def test_a_file_the_reader_has_is_not_sent_again(client, made):
    answer = client.get(f"/data/{made.code}.csv")
    content_of(answer)
    again = client.get(f"/data/{made.code}.csv", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]


def test_a_new_version_has_a_new_etag(client, place, made):
    first = client.get(f"/data/{made.code}.csv")
    content_of(first)
    load(made, place, ROWS + "21003,2021,1\n")
    answer = client.get(f"/data/{made.code}.csv", headers={"if-none-match": first["ETag"]})
    assert (answer.status_code, b"21003" in content_of(answer)) == (200, True)


@pytest.mark.parametrize(
    "address", ["nothing.csv", "{code}.exe", "{code}@99.csv", "{code}@0.csv", "{code}@x.csv"]
)
def test_what_is_not_there_is_not_found(client, made, address):
    assert client.get("/data/" + address.format(code=made.code)).status_code == 404


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(client, place):
    made = dataset(columns=[{"name": "t", "type": "text"}], keys=[], sort=[], period_column="")
    load(made, place, 't\n"=HYPERLINK(""http://x"")"\n@SUM(A1)\n-5\n')
    lines = content_of(client.get(f"/data/{made.code}.csv")).decode().split("\r\n")
    assert all(line.lstrip('"').startswith("'") for line in lines[1:4])


@contextmanager
def full_disk():
    """No file that the reading child writes may grow, as on a disk that is full."""
    reader._ask("warm", seconds=60)
    (child,) = reader.POOL._children
    usual = resource.prlimit(child._process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(child._process.pid, resource.RLIMIT_FSIZE, (10, usual[1]))
    try:
        yield
    finally:
        resource.prlimit(child._process.pid, resource.RLIMIT_FSIZE, usual)


def test_a_full_disk_is_told_in_a_sentence(client, made, caplog):
    caplog.set_level("ERROR")
    with full_disk():
        answer = client.get(f"/data/{made.code}.csv")
    assert (answer.status_code, "Réessayez dans un moment" in answer.content.decode()) == (503, True)
    assert "File too large" in caplog.text
    assert list(reader.folder().glob("*/*")) == []
    assert content_of(client.get(f"/data/{made.code}.csv"))


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (ChildRefused("MemoryError", ""), 503),
        (ChildRefused("OutOfMemoryException", "Out of Memory Error"), 503),
        (ChildDied("signal 9"), 503),
        (ChildRefused("UnknownVersion", ""), 409),
    ],
)
def test_what_keeps_rows_from_being_read_is_told_in_a_sentence(client, made, monkeypatch, failure, status):
    class Pool:
        def call(self, *_given, **_options):
            raise failure

    monkeypatch.setattr(reader, "POOL", Pool())
    assert client.get(f"/data/{made.code}.csv").status_code == status
    answer = client.get(f"/api/v1/datasets/{made.code}/rows")
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_fault_of_ours_is_not_taken_for_a_busy_machine(made, monkeypatch):
    class Pool:
        def call(self, *_given, **_options):
            raise ChildRefused("KeyError", "'area'")

    monkeypatch.setattr(reader, "POOL", Pool())
    with pytest.raises(ChildRefused):
        reader.download(made, 1, "csv")


def test_the_file_is_written_once_and_old_ones_make_room(client, made, monkeypatch):
    content_of(client.get(f"/data/{made.code}.csv"))
    kept = next(reader.folder().glob(f"{made.code}/*.csv"))
    written = kept.stat().st_mtime_ns, kept.stat().st_ino
    content_of(client.get(f"/data/{made.code}.csv"))
    assert kept.stat().st_ino == written[1]
    monkeypatch.setattr(reader, "MOST_BYTES", 1)
    content_of(client.get(f"/data/{made.code}.json"))
    assert [path.suffix for path in reader.folder().glob("*/*")] == [".json"]


def test_a_file_that_another_process_has_removed_meanwhile_disturbs_no_download(client, made):
    gone = reader.folder() / made.code / "gone.csv"
    gone.parent.mkdir(parents=True)
    gone.symlink_to("nothing")  # listed, and not there when it is looked at
    assert b"21001" in content_of(client.get(f"/data/{made.code}.csv"))


def test_what_is_for_the_office_is_kept_by_no_cache(place):
    made = dataset(access="office")
    load(made, place)
    answer = personas.make("steward").client().get(f"/data/{made.code}.csv")
    assert b"21001" in content_of(answer)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
