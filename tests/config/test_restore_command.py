"""`civicthread restore` with the parts of a city on disks of their own."""

import os
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from civicthread.lake.tables import Lake
from tests.config.conftest import COUNTS, load
from tests.config.serving import COMMAND, civicthread, environment, sentence
from tests.lake.reading import rows_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_database_that_cannot_be_read_is_told_in_one_sentence(place, tmp_path):
    (place / "records.sqlite3").write_text("no database, but long enough to look like one" * 100)
    refused = civicthread(place, "backup", str(tmp_path / "city.tar.gz"))
    assert refused.returncode == 1
    assert "DATABASE_URL" in sentence(refused)


def test_what_is_no_backup_is_refused_before_anything_is_made(tmp_path):
    (tmp_path / "text [").mkdir()
    (tmp_path / "text [/b].tar.gz").write_text("no archive")
    with tarfile.open(tmp_path / "foreign.tar.gz", "w:gz") as foreign:
        (tmp_path / "manifest.json").write_text("[]")
        foreign.add(tmp_path / "manifest.json", "manifest.json")
    for name in ("text [/b].tar.gz", "foreign.tar.gz"):
        refused = civicthread(tmp_path / "city", "restore", str(tmp_path / name))
        assert refused.returncode == 1
        assert sentence(refused) == f"{tmp_path / name} is not a backup of Civic Thread."
    refused = civicthread(tmp_path / "city", "restore", "nofile.tar.gz")
    assert sentence(refused) == "There is no file nofile.tar.gz."
    assert not (tmp_path / "city").exists()


def test_brackets_in_names_of_files_are_told_as_they_are(place, tmp_path):
    (tmp_path / "x[").mkdir()
    place = place.rename(tmp_path / "x[/y]")
    kept = tmp_path / "city [/b].tar.gz"
    made = civicthread(place, "backup", str(kept))
    assert made.returncode == 0, made.stderr
    assert f"sauvegardés dans {kept} (" in sentence(made)
    restored = civicthread(place, "restore", str(kept), "--replace")
    assert restored.returncode == 0, restored.stderr
    assert f"DATA_DIR='{place}' civicthread serve" in sentence(restored)


@pytest.mark.parametrize(
    ("part", "mode", "command", "told"),
    [
        (
            "lake",
            0o000,
            ["backup", "kept.tar.gz"],
            "ne peut pas être écrit (Permission denied: {place}/lake)",
        ),
        (".", 0o555, ["upgrade"], "DATABASE_URL"),
        ("kept.tar.gz", 0o000, ["restore", "kept.tar.gz", "--replace"], "(Permission denied)"),
    ],
)
def test_what_may_not_be_read_or_written_is_told_in_one_sentence(place, part, mode, command, told):
    if os.geteuid():
        as_others: list[str] = []
    elif shutil.which("setpriv"):  # root may read and write everything, unless it gives that up
        as_others = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all"]
    else:
        pytest.skip("may read and write everything")
    (place / "lake").mkdir(exist_ok=True)
    if command[0] == "restore":
        (place / "kept.tar.gz").touch()
    (place / part).chmod(mode)
    try:
        refused = subprocess.run(
            [*as_others, *COMMAND, *command],
            env=environment(place),
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (place / part).chmod(0o755)
    assert refused.returncode == 1
    assert told.format(place=place) in sentence(refused)
    assert refused.stderr == ""


def steps(place: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(place / "records.sqlite3")) as records:
        return sorted(records.execute("SELECT app, name FROM django_migrations"))


def test_an_upgrade_that_is_interrupted_leaves_the_city_as_it_was(place):
    with closing(sqlite3.connect(place / "records.sqlite3")) as records, records:
        last = "SELECT MAX(name) FROM django_migrations WHERE app = 'core'"
        records.execute(f"DELETE FROM django_migrations WHERE app = 'core' AND name = ({last})")
    before = steps(place)
    kept = place / "backups"
    with (
        closing(sqlite3.connect(place / "records.sqlite3", isolation_level=None)) as holder,
        subprocess.Popen(
            [*COMMAND, "upgrade"],
            env=environment(place),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as upgrading,
    ):
        holder.execute("BEGIN IMMEDIATE")  # it may read, but waits before it changes anything
        while not list(kept.glob("*.tar.gz")):
            time.sleep(0.005)
        upgrading.send_signal(signal.SIGINT)
        holder.execute("ROLLBACK")
        holder.close()
        told, faults = upgrading.communicate()
    assert upgrading.returncode
    assert "Interromp" in told or "interromp" in told
    assert faults == ""
    assert steps(place) == before
    assert civicthread(place, "upgrade").returncode == 0
    assert len(steps(place)) == len(before) + 1


def test_records_on_another_file_system_come_back(place, tmp_path, elsewhere):
    shutil.move(place / "records.sqlite3", elsewhere / "records.sqlite3")
    records = {"DATABASE_URL": f"sqlite:///{elsewhere}/records.sqlite3"}
    assert civicthread(place, "backup", str(tmp_path / "city.tar.gz"), **records).returncode == 0
    (place / "media" / "later.png").touch()
    (elsewhere / "records.sqlite3").unlink()
    refused = civicthread(place, "restore", str(tmp_path / "city.tar.gz"), **records)
    assert "--replace" in sentence(refused)
    restored = civicthread(place, "restore", str(tmp_path / "city.tar.gz"), "--replace", **records)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert not (place / "media" / "later.png").exists()
    assert civicthread(place, "backup", str(tmp_path / "again.tar.gz"), **records).returncode == 0


def test_a_lake_that_is_the_root_of_a_disk_is_replaced_whole(place, tmp_path):
    apart = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], check=False).returncode:
        pytest.skip("needs to mount a disk of its own")
    table = Lake(place / "lake").table("counts")
    table.create(COUNTS)
    load(table)
    assert civicthread(place, "backup", str(tmp_path / "city.tar.gz")).returncode == 0
    disk = 'mount -t tmpfs none "$LAKE" && mkdir "$LAKE/old" && touch "$LAKE/old/part"'
    script = f'{disk} && "$@" && cp -r "$LAKE" "$SEEN"'
    done = subprocess.run(
        [*apart, "sh", "-c", script, "sh", *COMMAND, "restore", str(tmp_path / "city.tar.gz"), "--replace"],
        env=environment(place, LAKE=str(place / "lake"), SEEN=str(tmp_path / "seen")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path.name for path in (tmp_path / "seen").iterdir()] == ["counts"]
    assert rows_of(Lake(tmp_path / "seen").table("counts")) == [(0,)]
