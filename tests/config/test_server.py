"""`civicthread serve` with real processes: it starts with what a backup holds, and stops when told to."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from civicthread.config import city
from tests.config.serving import (
    PATIENCE,
    civicthread,
    environment,
    free_port,
    gone,
    members,
    page,
    sentence,
    served,
    until_answered,
)

BARE = """
import sys
from granian.constants import Interfaces
from granian.server import Server

application, interface = "wsgiref.simple_server:demo_app", Interfaces.WSGI
Server(application, port=int(sys.argv[1]), interface=interface, log_enabled=False).serve()
"""
SLOW_IMPORT = """
import threading, time
from importlib.machinery import SourceFileLoader

load = SourceFileLoader.exec_module

def slowly(loader, module):
    if module.__name__ == "stringprep" and threading.current_thread() is not threading.main_thread():
        time.sleep(2)
    load(loader, module)

SourceFileLoader.exec_module = slowly
"""
"""A thread that looks up a name imports this module, and takes long to, as on a busy machine."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def stops(server: subprocess.Popen[str], signalled: signal.Signals) -> bool:
    """Whether that signal to all its processes, as a terminal and a service manager send it, ends a server well."""
    family = members(server.pid)
    assert len(family) >= 3, "two web processes and the worker"
    os.killpg(server.pid, signalled)
    return gone(family, within=30) and server.wait(timeout=30) == 0


def test_records_of_another_version_are_neither_served_nor_worked_on(place):
    with closing(sqlite3.connect(place / "records.sqlite3")) as records, records:
        last = "SELECT MAX(name) FROM django_migrations WHERE app = 'core'"
        records.execute(f"DELETE FROM django_migrations WHERE app = 'core' AND name = ({last})")
    worker = [sys.executable, "-m", "civicthread.config.worker"]
    alone = subprocess.run(
        worker, env=environment(place), capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    served_at_once = civicthread(place, "serve", PORT=str(free_port()))
    for refused, told in (
        *((done, sentence(done)) for done in (served_at_once, civicthread(place, "compute"))),
        (alone, alone.stderr),
    ):
        assert refused.returncode == 1
        assert f"DATA_DIR={place} civicthread upgrade" in told
        assert "Traceback" not in refused.stderr


def test_a_city_that_was_kept_wiped_and_restored_shows_its_pages_until_it_is_interrupted(place, tmp_path):
    kept = civicthread(place, "backup", str(tmp_path / "city.tar.gz"))
    assert kept.returncode == 0, kept.stdout
    secret = (place / "secret.key").read_text()
    shutil.rmtree(place)
    restored = civicthread(place, "restore", str(tmp_path / "city.tar.gz"))
    assert restored.returncode == 0, restored.stdout
    assert (place / "secret.key").read_text() == secret
    assert {"media", "lake", "mail"} <= {path.name for path in place.iterdir()}
    port = free_port()
    with served(place, port) as server:
        assert page(port) == 200
        assert page(port, "/nl/") == 200
        for number in range(6):
            page(port, f"/fr/?{number}")
        assert stops(server, signal.SIGINT)


def test_no_web_process_waits_for_what_another_thread_imports_and_a_server_can_be_ended(place, tmp_path):
    """They are forked while a thread looks whether pages can be read, and need that module themselves."""
    (tmp_path / "sitecustomize.py").write_text(SLOW_IMPORT)
    port = free_port()
    with served(place, port, PYTHONPATH=str(tmp_path)) as server:
        for number in range(6):
            assert page(port, f"/fr/?{number}") == 200
        assert stops(server, signal.SIGTERM)


def test_web_processes_that_end_before_the_server_hears_that_it_shall_are_no_failure(place):
    """A service manager tells all at once; here the server itself hears of it last."""
    with served(place, free_port()) as server:
        web = {pid for pid in members(server.pid) if pid != server.pid and os.getpgid(pid) == server.pid}
        assert web
        os.kill(server.pid, signal.SIGSTOP)
        os.killpg(server.pid, signal.SIGTERM)
        while not gone(web, within=2):  # one that is still starting does not hear it
            os.killpg(server.pid, signal.SIGTERM)
        os.kill(server.pid, signal.SIGCONT)
        assert server.wait(timeout=30) == 0


def test_nothing_goes_on_serving_once_the_server_was_killed(place):
    port = free_port()
    with served(place, port, WORKERS="1") as server:
        family = members(server.pid)
        server.kill()
        assert gone(family, within=30)


def test_the_web_server_by_itself_leaves_its_processes_behind():
    """The control of the test above."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", BARE, str(port)]) as server:
        until_answered(port)
        family = members(server.pid)
        server.kill()
        assert not gone(family - {server.pid}, within=3)
        for pid in family - {server.pid}:
            os.kill(pid, signal.SIGKILL)


def test_a_server_that_takes_a_commands_place_has_no_children_of_it(tmp_path):
    """As after `demo`: nobody would bury them."""
    # What stands for the server tells whether it has a child, dead or alive.
    server = tmp_path / "server"
    server.write_text(f"#!{sys.executable}\nimport os\nprint(os.waitpid(-1, os.WNOHANG))\n")
    server.chmod(0o755)
    script = (
        "import sys; from civicthread.children.pool import Pool; from civicthread.config import cli;"
        "pool = Pool('tests.children.jobs', memory_bytes=1 << 30);"
        "assert pool.call('tests.children.jobs:add', 1, 2, timeout=60) == 3;"
        f"sys.executable = {str(server)!r}; cli.serve_afresh()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert "No child processes" in done.stderr, done.stdout


def test_a_port_that_another_city_uses_is_refused_in_the_language_of_the_city(place):
    with socket.socket() as other:
        # As the web server listens: whoever says so too may share the port.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = civicthread(place, "serve", PORT=str(port))
        assert refused.returncode == 1
        assert (
            sentence(refused)
            == f"Un autre serveur écoute déjà sur le port {port}. Choisissez-en un autre avec PORT."
        )


def test_a_city_that_is_served_is_not_served_twice_nor_replaced(place, tmp_path):
    assert civicthread(place, "backup", str(tmp_path / "city.tar.gz")).returncode == 0
    with served(place, free_port(), WORKERS="1"):
        for command in (("serve",), ("upgrade",), ("restore", str(tmp_path / "city.tar.gz"), "--replace")):
            refused = civicthread(place, *command, PORT=str(free_port()))
            assert refused.returncode == 1
            assert sentence(refused).startswith(f"La ville dans {place} est en train d’être servie"), command
        assert civicthread(place, "backup", str(tmp_path / "again.tar.gz")).returncode == 0
    assert civicthread(place, "restore", str(tmp_path / "city.tar.gz"), "--replace").returncode == 0


@pytest.mark.parametrize(
    "command",
    [
        ("serve",),
        ("upgrade",),
        ("backup", "nothing.tar.gz"),
        ("ingest", "trees", "trees.csv"),
        ("publish-tables",),
        ("compute",),
        ("query", "SELECT 1"),
        ("reproduce", "1"),
    ],
)
def test_where_no_city_is_nothing_is_made(tmp_path, command):
    refused = civicthread(tmp_path / "typo", *command)
    assert refused.returncode == 1
    assert "No city is in" in sentence(refused)
    assert "civicthread init" in sentence(refused)
    assert list(tmp_path.iterdir()) == []
    assert not Path("nothing.tar.gz").exists()


def test_while_there_is_no_city_the_terminal_chooses_the_language(tmp_path):
    for language, told in (("nl_BE.UTF-8", "Er staat geen stad in"), ("de_DE.UTF-8", "No city is in")):
        assert sentence(civicthread(tmp_path, "backup", "city.tar.gz", LC_ALL=language)).startswith(told)
    wrong = civicthread(
        *(tmp_path / "city", "init", "--name", "Ville", "--administrator", "nobody"), LC_ALL="fr_BE.UTF-8"
    )
    assert sentence(wrong) == "« nobody » n’est pas une adresse électronique."
    wrong = civicthread(tmp_path, "restore", str(tmp_path / "none.tar.gz"), LC_ALL="", LANG="nl_NL")
    assert sentence(wrong) == f"Er is geen bestand {tmp_path}/none.tar.gz."
    named = ("--name", "Ville", "--administrator", "first@example.org")
    wrong = civicthread(tmp_path / "city", "init", *named, LC_ALL="nl", PORT="many")
    assert wrong.stderr.splitlines() == [
        "De omgeving kan niet gebruikt worden:",
        "  PORT moet een geheel getal zijn, niet “many”",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("languages = \n", "line 1"),
        ("languages = ['fr', 'de']", "The languages of a city must be some of fr, nl, en; found: de."),
        ("languages = 'fr'", "“languages” must be a list"),
        ("languages = ['fr']\nname = 'Ville'", "[name] must hold texts only, each after its key."),
        ("languages = ['fr']\n[contact]\nphone = 2", "[contact] must hold texts only, each after its key."),
        ("languages = ['fr']\ntime_zone = 'Mars/Olympus'", "“Mars/Olympus” is no time zone"),
        ("languages = ['fr']\nrequired = ['nl']", "Each required language must be one of the languages"),
    ],
)
def test_a_city_file_with_a_mistake_is_told_in_one_sentence(tmp_path, content, told):
    (tmp_path / "city.toml").write_text(content)
    refused = civicthread(tmp_path, "upgrade")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"{tmp_path}/city.toml cannot be used. ")
    assert told in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert civicthread(tmp_path, "--help").returncode == 0


def test_a_database_without_a_city_is_not_kept(tmp_path):
    city.write(city.NEW_CITY, tmp_path / "city")
    refused = civicthread(tmp_path / "city", "backup", str(tmp_path / "city.tar.gz"))
    assert refused.returncode == 1
    assert (
        sentence(refused)
        == "La base de données que désigne DATABASE_URL ne contient pas de ville ; rien n’a été sauvegardé."
    )
    assert not (tmp_path / "city.tar.gz").exists()
