"""The files of a dataset: stable addresses, one for good for each version, and no second sending."""

import csv
import io
import json

import pyarrow.parquet
import pytest

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
