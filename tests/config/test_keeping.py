"""Backup, wipe, restore; a damaged backup; an upgrade that fails."""

import dataclasses
import gzip
import shutil
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.signals import pre_migrate

from civicthread.config import installation, keeping
from civicthread.core.models import JournalEntry
from civicthread.lake.tables import Lake
from civicthread.stakeholders.models import Organisation
from tests.config.conftest import COUNTS, load
from tests.lake.reading import rows_of

pytestmark = pytest.mark.django_db(transaction=True)


def wipe() -> None:
    Organisation.objects.all().delete()
    JournalEntry.objects.all().delete()
    shutil.rmtree(settings.MEDIA_ROOT)
    shutil.rmtree(settings.LAKE)
    (settings.DATA_DIR / "city.toml").unlink()


def test_a_wiped_city_comes_back_whole(city, tmp_path):
    entries = list(JournalEntry.objects.values_list("verb", "changes"))
    keeping.backup(tmp_path / "kept" / "city.tar.gz")
    assert (tmp_path / "kept" / "city.tar.gz").stat().st_mode & 0o077 == 0, "it holds secrets"
    wipe()
    keeping.restore(tmp_path / "kept" / "city.tar.gz", replace=False)
    assert Organisation.objects.get().name == city.name
    assert list(JournalEntry.objects.values_list("verb", "changes")) == entries
    assert (Path(settings.MEDIA_ROOT) / "picture.png").read_bytes() == b"picture.png" * 100
    assert rows_of(Lake(settings.LAKE).table("counts")) == [(0,)]


def test_what_came_after_the_backup_is_gone_after_restoring_it(city, tmp_path):
    keeping.backup(tmp_path / "city.tar.gz")
    Organisation.objects.update(code="changed")
    (Path(settings.MEDIA_ROOT) / "later.png").write_bytes(b"later")
    keeping.restore(tmp_path / "city.tar.gz", replace=True)
    assert Organisation.objects.get().code == "transport"
    assert not (Path(settings.MEDIA_ROOT) / "later.png").exists()


def test_a_backup_made_while_others_load_holds_a_whole_lake(city, tmp_path):
    table, ended = Lake(settings.LAKE).table("counts"), threading.Event()

    def go_on_loading() -> None:
        while not ended.is_set():
            picture = Path(settings.MEDIA_ROOT) / f"{table.latest()}.png"
            picture.write_bytes(b"picture" * 10_000)
            load(table)
            picture.unlink()

    files = [tmp_path / f"{number}.tar.gz" for number in range(3)]
    with ThreadPoolExecutor() as pool:
        loading = pool.submit(go_on_loading)
        try:
            for file in files:
                keeping.backup(file)
        finally:
            ended.set()
        loading.result()
    for file in files:
        keeping.restore(file, replace=True)
        latest = table.latest()
        assert [len(rows_of(table, number)) for number in (0, latest // 2, latest)] == [
            0,
            latest // 2,
            latest,
        ]
        assert not list(table.folder.glob("_work"))
        load(table)


def test_a_picture_that_stands_elsewhere_is_kept(city, tmp_path):
    picture = Path(settings.MEDIA_ROOT) / "picture.png"
    picture.rename(tmp_path / "elsewhere.png")
    picture.symlink_to(tmp_path / "elsewhere.png")
    keeping.backup(tmp_path / "city.tar.gz")
    keeping.restore(tmp_path / "city.tar.gz", replace=True)
    assert picture.read_bytes() == b"picture.png" * 100
    assert not picture.is_symlink()


def make_something(**_sent: object) -> None:
    """What a step of a migration may leave behind."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE half_done (id integer REFERENCES stakeholders_organisation)")
        if connection.vendor == "postgresql":
            cursor.execute("CREATE VIEW half_seen AS SELECT id FROM half_done")
            cursor.execute("CREATE FUNCTION half_able(text) RETURNS text LANGUAGE sql AS 'SELECT $1'")


def things() -> set[str]:
    """Everything that stands among the records."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                " UNION SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master")
        return {row[0] for row in cursor.fetchall()}


def test_what_was_made_among_the_records_after_the_backup_is_gone_too(city, tmp_path):
    before = things()
    keeping.backup(tmp_path / "city.tar.gz")
    make_something()
    assert "half_done" in things()
    keeping.restore(tmp_path / "city.tar.gz", replace=True)
    assert things() == before


def test_an_upgrade_that_fails_in_the_middle_leaves_none_of_its_tables(city, settings):
    before = things()
    settings.CITY = dataclasses.replace(settings.CITY, required=("xx",))
    pre_migrate.connect(make_something)
    try:
        with pytest.raises(keeping.Unusable, match="the city is as it was"):
            keeping.upgrade()
    finally:
        pre_migrate.disconnect(make_something)
    assert things() == before
    assert Organisation.objects.get().code == "transport"


def test_a_city_is_not_replaced_unless_told_so(city, tmp_path):
    keeping.backup(tmp_path / "city.tar.gz")
    with pytest.raises(keeping.Unusable, match="--replace"):
        keeping.restore(tmp_path / "city.tar.gz", replace=False)
    assert Organisation.objects.get().code == "transport"


def unpacked(packed: bytes) -> bytes | None:
    """What a file holds; None where it cannot be read."""
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None


def test_a_damaged_backup_is_refused_before_anything_is_touched(city, tmp_path):
    keeping.backup(tmp_path / "city.tar.gz")
    content = (tmp_path / "city.tar.gz").read_bytes()
    whole = gzip.decompress(content)
    along = range(0, len(content), len(content) // 20)
    for place in {*along, *range(len(content) - 60, len(content))}:
        file = tmp_path / f"damaged-at-{place}.tar.gz"
        damaged = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
        if unpacked(damaged) == whole:
            continue  # one byte in some ten thousand: another way to write the same run of zeros
        file.write_bytes(damaged)
        # The first bytes say what a file is.
        with pytest.raises(keeping.Unusable, match="damaged" if place else "is not a backup of"):
            keeping.restore(file, replace=True)
    assert Organisation.objects.get().code == "transport"


def test_a_backup_that_was_cut_short_is_refused(city, tmp_path):
    file = tmp_path / "city.tar.gz"
    keeping.backup(file)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(keeping.Unusable, match="damaged"):
        keeping.restore(file, replace=True)


def test_an_existing_file_is_never_overwritten(city, tmp_path):
    (tmp_path / "city.tar.gz").write_text("precious")
    with pytest.raises(keeping.Unusable, match="exists already"):
        keeping.backup(tmp_path / "city.tar.gz")
    assert (tmp_path / "city.tar.gz").read_text() == "precious"


def test_a_backup_that_cannot_be_written_is_told_in_one_sentence(city, tmp_path):
    (tmp_path / "full").write_text("a file, not a folder")
    with pytest.raises(keeping.Unusable, match=r"city\.tar\.gz cannot be written \("):
        keeping.backup(tmp_path / "full" / "city.tar.gz")


@pytest.mark.parametrize("most", [100, 20_000])
def test_a_full_disk_refuses_the_backup(city, tmp_path, little_disk, most):
    with (
        little_disk(most),
        pytest.raises(keeping.Unusable, match=r"city\.tar\.gz cannot be written|pg_dump failed"),
    ):
        keeping.backup(tmp_path / "city.tar.gz")
    assert list(tmp_path.iterdir()) == []


def test_nothing_unfinished_stays_behind(city, tmp_path):
    keeping.backup(tmp_path / "city.tar.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["city.tar.gz"]


def test_records_of_another_database_are_refused(city, tmp_path, monkeypatch):
    keeping.backup(tmp_path / "city.tar.gz")
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    monkeypatch.setattr(connection, "vendor", other)
    with pytest.raises(keeping.Unusable, match="holds records of"):
        keeping.restore(tmp_path / "city.tar.gz", replace=True)


def test_an_upgrade_that_fails_leaves_the_city_as_it_was(city, settings):
    settings.CITY = dataclasses.replace(settings.CITY, required=("xx",))
    with pytest.raises(keeping.Unusable, match="the city is as it was"):
        keeping.upgrade()
    assert Organisation.objects.get().code == "transport"


def test_an_upgrade_says_where_the_backup_is(city):
    sentence = keeping.upgrade()
    assert Path(sentence.rpartition(" is ")[2].rstrip(".")).is_file()


def test_two_upgrades_in_the_same_second_keep_two_backups(city):
    assert keeping.upgrade() != keeping.upgrade()


def test_records_of_another_version_are_left_as_they_are(city):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('ideas', '0099_later', CURRENT_TIMESTAMP)"
        )
    with pytest.raises(keeping.Unusable, match=r"another version of Civic Thread.* ideas\.0099_later"):
        keeping.upgrade()
    assert Organisation.objects.get().code == "transport"


def test_a_lake_in_a_store_is_not_in_the_backup_and_the_command_says_so(city, tmp_path, settings, bucket):
    keeping.backup(tmp_path / "with-a-lake.tar.gz")
    settings.LAKE = bucket
    assert keeping.backup(tmp_path / "without.tar.gz").endswith(
        f"The lake in {bucket} is not among them: keep it by the store's own means."
    )
    assert keeping.restore(tmp_path / "without.tar.gz", replace=True).startswith("Restored")
    settings.LAKE = str(tmp_path / "lake")
    table = Lake(settings.LAKE).table("counts")
    table.create(COUNTS)
    load(table)
    told = keeping.restore(tmp_path / "without.tar.gz", replace=True)
    assert told.endswith(f"Its lake stood in {bucket} and is not in the backup.")
    assert rows_of(table) == [(0,)], "another lake is left alone"
    settings.LAKE = bucket
    with pytest.raises(keeping.Unusable, match="restore it without LAKE"):
        keeping.restore(tmp_path / "with-a-lake.tar.gz", replace=True)


def test_a_city_is_not_begun_where_its_store_is_not_to_be_had(settings, object_store):
    settings.LAKE = "s3://no-such-bucket/lake"
    with pytest.raises(installation.NoLake, match="no-such-bucket"):
        installation.find_lake()
