import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from civicthread.config import env


def test_an_empty_environment_is_enough(tmp_path: Path):
    found = env.read({"DATA_DIR": str(tmp_path)})
    assert found.base_url == "http://localhost:8000"
    assert found.database_url == f"sqlite:///{tmp_path / 'records.sqlite3'}"
    assert found.allowed_hosts == ("localhost", "localhost", "127.0.0.1")
    assert not found.secure
    assert not found.debug


def test_all_mistakes_are_told_together(tmp_path: Path):
    wrong = {
        "DATA_DIR": str(tmp_path),
        "PORT": "eighty",
        "WORKERS": "-1",
        "BASE_URL": "city.example.org",
        "DATABASE_URL": "mysql://db",
        "OIDC_SERVER": "https://id.example.org",
        "FETCH_ALLOW": "10.0.0.0/24, intranet.example.org",
        "LAKE": "ftp://lake.example.org/city",
    }
    with pytest.raises(env.EnvironmentMistake) as mistake:
        env.read(wrong)
    for name in ("PORT", "WORKERS", "BASE_URL", "DATABASE_URL", "OIDC_CLIENT_ID", "FETCH_ALLOW", "LAKE"):
        assert name in str(mistake.value)


@pytest.mark.parametrize("digits", ["٣", "1e3", " 5", "0x10", "²"])
def test_only_plain_digits_are_a_number(tmp_path: Path, digits: str):
    with pytest.raises(env.EnvironmentMistake):
        env.read({"DATA_DIR": str(tmp_path), "PORT": digits})


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
def test_a_port_that_no_machine_has_is_a_mistake(tmp_path: Path, port: str):
    with pytest.raises(env.EnvironmentMistake, match="PORT must be a number from 1 to 65535"):
        env.read({"DATA_DIR": str(tmp_path), "PORT": port})


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    first = env.read({"DATA_DIR": str(tmp_path)}).secret_key
    assert env.read({"DATA_DIR": str(tmp_path)}).secret_key == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_first_starts_at_once_agree_on_the_secret(tmp_path: Path):
    starts = 8
    for round_ in range(20):
        together = threading.Barrier(starts)

        def started(place: Path = tmp_path / str(round_), together: threading.Barrier = together) -> str:
            together.wait()
            return env.read({"DATA_DIR": str(place)}).secret_key

        with ThreadPoolExecutor(starts) as pool:
            found = {future.result() for future in [pool.submit(started) for _ in range(starts)]}
        assert len(found) == 1
        assert len(found.pop()) >= 50
        assert [path.name for path in (tmp_path / str(round_)).iterdir()] == ["secret.key"]


def test_two_installations_have_different_secrets(tmp_path: Path):
    assert (
        env.read({"DATA_DIR": str(tmp_path / "a")}).secret_key
        != env.read({"DATA_DIR": str(tmp_path / "b")}).secret_key
    )


def test_a_given_secret_is_not_written_down(tmp_path: Path):
    assert env.read({"DATA_DIR": str(tmp_path), "SECRET_KEY": "given"}).secret_key == "given"
    assert not (tmp_path / "secret.key").exists()


def test_an_address_with_tls_makes_the_site_secure(tmp_path: Path):
    found = env.read({"DATA_DIR": str(tmp_path), "BASE_URL": "https://city.example.org/"})
    assert found.secure
    assert found.base_url == "https://city.example.org"
    assert "city.example.org" in found.allowed_hosts


def test_names_are_those_read():
    assert {"DATA_DIR", "PORT", "DATABASE_URL"} <= set(env.names())
