import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from civicthread.config import env
from tests.config.serving import civicthread, environment


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


WRONG = {
    "LOG_LEVEL": ["verbose", "info"],
    "DEBUG": ["true", "2"],
    "BASE_URL": [
        *("http://[bad", "http://h:abc", "http://h:0", "https://", "https://:443", "https:/h"),
        *("https://h/path", "https://h?x", "ftp://h"),
    ],
    "ALLOWED_HOSTS": ["city.example.org, https://city.example.org"],
    "DATABASE_URL": [
        *(
            "postgres://u@h:abc/db",
            "postgres://u@[h/db",
            "postgres://u@h:5432",
            "postgres://h/db?sslmode=require",
        ),
        *("sqlite://", "sqlite:///", "sqlite://records.sqlite3", "sqlite:////srv/city#1/records.sqlite3"),
    ],
    "LAKE": ["ftp://h/lake", "s3:/bucket/lake", "s3://", "file:///"],
    "ENGINE": ["spark", "sc:/x", "sc://", "sc://h:many", "DuckDB"],
    "EMAIL_URL": [
        *("smtp://h:abc", "smtp+ssl://h:465", "smtp://", "smtp://u:p#w@h:25", "smtps:h", "h:25"),
        *("file://mail", "file://"),
    ],
    "MAIL_FROM": ["office", "Office <office>"],
    "OIDC_SERVER": ["login.example.org"],
}
RIGHT = {
    "LOG_LEVEL": ["DEBUG", "CRITICAL"],
    "BASE_URL": ["https://city.example.org/", "http://[::1]:8000", "http://localhost"],
    "DATABASE_URL": [
        *("postgres://u:p%23w@h:5432/db", "postgresql://%2Frun%2Fpg/db", "postgres:///db"),
        *("sqlite:///records.sqlite3", "sqlite:////srv/a b/c"),
    ],
    "LAKE": ["lake", "/srv/lake", "s3://bucket", "s3://bucket/lake", "file:///srv/lake"],
    "ENGINE": ["duckdb", "sc://h", "sc://h:15002/;use_ssl=true;token=x"],
    "EMAIL_URL": ["smtp://h", "smtp+tls://u:p%40@h", "smtps://u:p@h:2465", "file:///srv/mail"],
    "MAIL_FROM": ["office@city.example.org", "Office <office@city.example.org>"],
}


def each(texts: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, some in texts.items() for text in some]


@pytest.mark.parametrize(("name", "text"), each(WRONG))
def test_each_mistake_is_told_by_itself_and_without_its_text(tmp_path: Path, name: str, text: str):
    secrets = {"OIDC_CLIENT_ID": "city", "OIDC_CLIENT_SECRET": "secret"}
    with pytest.raises(env.EnvironmentMistake) as mistake:
        env.read({"DATA_DIR": str(tmp_path), **secrets, name: text})
    first, *told = str(mistake.value).splitlines()
    assert first == "The environment cannot be used:"
    assert [line.split()[0] for line in told] == [name]
    assert "p#w" not in told[0]


@pytest.mark.parametrize(("name", "text"), each(RIGHT))
def test_what_can_be_used_is_used(tmp_path: Path, name: str, text: str):
    env.read({"DATA_DIR": str(tmp_path), name: text})


@pytest.mark.parametrize("wanting", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_a_provider_needs_an_id_and_a_secret(tmp_path: Path, wanting: str):
    given = {
        "OIDC_SERVER": "https://id.example.org",
        "OIDC_CLIENT_ID": "city",
        "OIDC_CLIENT_SECRET": "secret",
    }
    env.read({"DATA_DIR": str(tmp_path), **given})
    with pytest.raises(env.EnvironmentMistake, match="OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set"):
        env.read({"DATA_DIR": str(tmp_path), **given, wanting: ""})


@pytest.mark.parametrize("lake", ["city", ".", "link"])
def test_the_lake_is_not_the_folder_that_holds_the_city(tmp_path: Path, lake: str):
    """To restore a city empties the folder of the lake."""
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(env.EnvironmentMistake, match="LAKE must name a folder of its own"):
        env.read({"DATA_DIR": str(tmp_path / "city"), "LAKE": str(tmp_path / lake)})


def test_a_folder_that_cannot_be_used_is_told_with_all_else(tmp_path: Path):
    (tmp_path / "city").write_text("a file")
    with pytest.raises(env.EnvironmentMistake) as mistake:
        env.read({"DATA_DIR": str(tmp_path / "city"), "PORT": "many"})
    assert str(mistake.value).splitlines()[1:] == [
        "  PORT must be a whole number, not “many”",
        f"  DATA_DIR cannot be used: File exists ({tmp_path}/city)",
    ]


def test_any_name_of_a_folder_gives_addresses_within_it(tmp_path: Path):
    place = tmp_path / "city #1? 100%25"
    found = env.read({"DATA_DIR": str(place)})
    assert unquote(urlsplit(found.database_url).path) == f"/{place}/records.sqlite3"
    assert unquote(urlsplit(found.email_url).path) == f"{place}/mail"


@pytest.mark.parametrize(
    ("address", "port", "ssl", "starttls"),
    [
        ("smtp://h", 25, False, False),
        ("smtp+tls://h", 587, False, True),
        ("smtps://h", 465, True, False),
        ("smtps://h:2465", 2465, True, False),
    ],
)
def test_mail_leaves_as_its_address_says_by_the_usual_port(
    tmp_path: Path, address: str, port: int, ssl: bool, starttls: bool
):
    script = (
        "from civicthread.config.settings import security as s;"
        "print(s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(tmp_path, EMAIL_URL=address),
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == ["h", str(port), str(ssl), str(starttls)]


def test_commands_tell_a_wrong_setting_in_plain_sentences(tmp_path: Path):
    wrong = {
        "LOG_LEVEL": "verbose",
        "EMAIL_URL": "smtp://h:abc",
        "BASE_URL": "http://[bad",
        "ENGINE": "sc:/x",
    }
    named = ("--name", "Ville", "--administrator", "first@example.org")
    refused = civicthread(tmp_path, "init", *named, **wrong)
    assert refused.returncode == 1
    assert [line.split()[0] for line in refused.stderr.splitlines()] == [
        "The",
        *("BASE_URL", "ENGINE", "EMAIL_URL", "LOG_LEVEL"),
    ]


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
