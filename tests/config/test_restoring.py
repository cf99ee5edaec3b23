"""A restore that cannot be done whole is not done at all, wherever the parts of a city stand."""

import dataclasses
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.signals import pre_migrate

from civicthread.config import archive, keeping
from civicthread.core.models import JournalEntry
from civicthread.lake.tables import Lake
from civicthread.stakeholders.models import Organisation
from tests.config.conftest import load
from tests.lake.reading import rows_of

pytestmark = pytest.mark.django_db(transaction=True)


def files() -> dict[str, bytes]:
    """All that a backup keeps in files, but for the records."""
    places = [settings.DATA_DIR / "city.toml", Path(settings.MEDIA_ROOT), Path(settings.LAKE)]
    found = [path for place in places for path in (place, *place.rglob("*")) if path.is_file()]
    return {str(path): path.read_bytes() for path in found}


@pytest.fixture
def backup(city, tmp_path) -> Path:
    """A backup of the city, which has gone on since."""
    keeping.backup(tmp_path / "city.tar.gz")
    Organisation.objects.update(code="changed")
    (Path(settings.MEDIA_ROOT) / "later.png").write_bytes(b"later")
    load(Lake(settings.LAKE).table("counts"))
    (Path(settings.LAKE) / "counts" / "later.txt").write_text("later")
    return tmp_path / "city.tar.gz"


@pytest.fixture
def untouched(backup) -> Iterator[None]:
    """The city is after the test what it was before."""
    before = files()
    yield
    assert files() == before
    assert Organisation.objects.get().code == "changed"
    places = {settings.DATA_DIR, Path(settings.MEDIA_ROOT), Path(settings.LAKE)}
    assert not [path for place in places for path in place.glob(".restore-*")]


def test_a_lake_whose_folder_cannot_be_removed_is_replaced_whole(backup, settings, tmp_path, elsewhere):
    """As where it is the root of a disk."""
    (elsewhere / "lost+found").mkdir()
    (elsewhere / "old").mkdir()
    (elsewhere / "old" / "part.parquet").touch()
    (tmp_path / "lake").symlink_to(elsewhere)
    settings.LAKE = str(tmp_path / "lake")
    keeping.restore(backup, replace=True)
    assert {path.name for path in elsewhere.iterdir()} == {"counts", "lost+found"}
    assert rows_of(Lake(settings.LAKE).table("counts")) == [(0,)]


def test_what_a_killed_restore_left_goes_with_the_next(backup):
    for place in (settings.DATA_DIR, Path(settings.MEDIA_ROOT), Path(settings.LAKE)):
        (place / ".restore-killed" / "old").mkdir(parents=True)
        (place / ".restore-killed" / "old" / "part").touch()
    again = backup.with_name("again.tar.gz")
    keeping.backup(again)
    with tarfile.open(again) as members:
        assert not [name for name in members.getnames() if "killed" in name]
    keeping.restore(backup, replace=True)
    assert not list(settings.DATA_DIR.rglob(".restore-*"))
    assert not [name for name in files() if "later" in name]


@pytest.mark.parametrize("what", ["the records", "the city", "a picture", "the lake"])
def test_without_replace_nothing_of_a_city_is_replaced(backup, what, tmp_path):
    kept = {
        "the city": settings.DATA_DIR / "city.toml",
        "a picture": Path(settings.MEDIA_ROOT) / "picture.png",
        "the lake": Path(settings.LAKE) / "counts",
    }
    if what != "the records":
        JournalEntry.objects.all().delete()
    for name, path in kept.items():
        if name != what:
            path.rename(tmp_path / path.name)
    (Path(settings.MEDIA_ROOT) / "later.png").unlink()
    before = files()
    with pytest.raises(keeping.Unusable, match="holds a city already; add --replace"):
        keeping.restore(backup, replace=False)
    assert files() == before
    assert Organisation.objects.get().code == "changed"


@pytest.mark.parametrize("most", [100, 2_000, 50_000])
def test_a_full_disk_refuses_the_restore(backup, untouched, little_disk, most):
    with little_disk(most), pytest.raises(keeping.Unusable, match="everything is as it was") as told:
        keeping.restore(backup, replace=True)
    assert "File too large" in str(told.value) or connection.vendor == "postgresql"


def test_a_backup_in_a_folder_that_it_would_empty_is_refused(backup, untouched):
    inside = Path(settings.LAKE) / "counts" / "later.txt"
    shutil.copyfile(backup, inside)
    try:
        with pytest.raises(keeping.Unusable, match="move it elsewhere first"):
            keeping.restore(inside, replace=True)
    finally:
        inside.write_text("later")


@pytest.mark.parametrize("name", ["media/../../taken.png", "media/{outside}/taken.png"])
def test_a_file_that_would_stand_outside_of_its_folder_is_refused(backup, untouched, tmp_path, name):
    bad, name = tmp_path / "bad.tar.gz", name.format(outside=tmp_path)
    archive.write(bad, [(name, backup)], records=connection.vendor, lake="")
    with pytest.raises(keeping.Unusable, match=f"{name} stands outside of its folder"):
        keeping.restore(bad, replace=True)
    assert not (tmp_path / "taken.png").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="programs of PostgreSQL")
@pytest.mark.parametrize(
    ("program", "does", "told"),
    [
        ("pg_restore", "", "pg_restore is not installed"),
        ("psql", "", "psql is not installed"),
        ("pg_restore", "echo 'error: no' >&2; exit 1", "pg_restore failed: error: no"),
        ("psql", "echo 'error: no' >&2; exit 1", "psql failed: error: no"),
        ("psql", "exit 3", "psql failed: 3"),
    ],
)
def test_a_program_that_lacks_or_fails_leaves_everything(
    backup, untouched, tmp_path, monkeypatch, program, does, told
):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("pg_restore", "psql", "sh", "perl", "env"):
        if found := shutil.which(name):
            (programs / name).symlink_to(found)
    (programs / program).unlink()
    if does:
        (programs / program).write_text(f"#!/bin/sh\n{does}\n")
        (programs / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(keeping.Unusable, match=told):
        keeping.restore(backup, replace=True)


def test_an_upgrade_that_can_neither_be_done_nor_undone_says_where_the_backup_is(city, settings, little_disk):
    settings.CITY = dataclasses.replace(settings.CITY, required=("xx",))
    with little_disk(2**40) as limit:

        def fill_the_disk(**_sent: object) -> None:
            limit(100)

        pre_migrate.connect(fill_the_disk)
        try:
            with pytest.raises(keeping.Unusable) as told:
                keeping.upgrade()
        finally:
            pre_migrate.disconnect(fill_the_disk)
    assert "The backup from before is" in str(told.value)
    assert "everything is as it was" in str(told.value)


def test_data_that_the_city_had_lost_before_its_backup_are_named(city, tmp_path):
    table = Lake(settings.LAKE).table("counts")
    Path(table.version().files[0]).unlink()
    keeping.backup(tmp_path / "city.tar.gz")
    told = keeping.restore(tmp_path / "city.tar.gz", replace=True)
    assert told.endswith("The backup was made without all files of these datasets: counts.")
