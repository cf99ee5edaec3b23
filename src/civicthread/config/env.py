"""What the administrator sets from outside: environment variables, read once, all mistakes told together."""

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from email.utils import parseaddr
from pathlib import Path
from shlex import quote as quoted
from tempfile import NamedTemporaryFile
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from civicthread.config.speech import gettext as _

STORES: Final = ("s3", "gs", "az", "file")
"""How addresses of object stores begin; the last stands for a folder, for trying things out."""
WEB: Final = ("http", "https")
MAIL_PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
"""How addresses of mail servers begin, and the port each usually has: in the clear, with STARTTLS, over TLS."""
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
HIGHEST_PORT: Final = 65535


class EnvironmentMistake(SystemExit):
    """The environment holds values the program cannot start with."""


@dataclass(frozen=True)
class Environment:
    """Every setting an administrator can give. `docs/operate/settings.md` explains each; a test keeps it complete."""

    data_dir: Path
    secret_key: str
    debug: bool
    base_url: str
    allowed_hosts: tuple[str, ...]
    database_url: str
    port: int
    workers: int
    engine: str
    lake: str
    lake_copies: str
    fetch_allow: tuple[str, ...]
    keep_versions_days: int
    email_url: str
    mail_from: str
    trusted_proxies: int
    oidc_name: str
    oidc_server: str
    oidc_client_id: str
    oidc_client_secret: str
    log_level: str

    @property
    def secure(self) -> bool:
        """Whether people reach the site over TLS; then cookies are marked Secure and HSTS is sent."""
        return self.base_url.startswith("https://")


def names() -> list[str]:
    """The names of all environment variables the program reads."""
    return [field.name.upper() for field in fields(Environment)]


def data_folder(values: Mapping[str, str] = os.environ) -> Path:
    """The folder of the installation; asking for it makes nothing there."""
    return Path(values.get("DATA_DIR") or "var").resolve()


def command(name: str, values: Mapping[str, str] = os.environ) -> str:
    """What is typed for that command on this installation.

    >>> command("serve", {}), command("serve", {"DATA_DIR": "/srv/my city"})
    ('civicthread serve', "DATA_DIR='/srv/my city' civicthread serve")
    """
    folder = values.get("DATA_DIR")
    return f"DATA_DIR={quoted(folder)} civicthread {name}" if folder else f"civicthread {name}"


def read(values: Mapping[str, str] = os.environ) -> Environment:
    """Parse the environment; raises EnvironmentMistake naming every wrong variable at once."""
    mistakes: list[str] = []
    data_dir = data_folder(values)
    port = _port(values, mistakes)
    base_url = (values.get("BASE_URL") or f"http://localhost:{port}").rstrip("/")
    environment = Environment(
        data_dir=data_dir,
        secret_key=values.get("SECRET_KEY") or _secret(data_dir, mistakes),
        debug=values.get("DEBUG") == "1",
        base_url=base_url,
        allowed_hosts=_listed(values.get("ALLOWED_HOSTS") or f"{_host(base_url, *WEB)},localhost,127.0.0.1"),
        database_url=values.get("DATABASE_URL") or f"sqlite:///{quote(str(data_dir / 'records.sqlite3'))}",
        port=port,
        workers=_whole(values, "WORKERS", default=2, mistakes=mistakes),
        engine=values.get("ENGINE") or "duckdb",
        lake=values.get("LAKE") or str(data_dir / "lake"),
        lake_copies=values.get("LAKE_COPIES") or str(data_dir / "lake-copies"),
        fetch_allow=_listed(values.get("FETCH_ALLOW") or ""),
        keep_versions_days=_whole(values, "KEEP_VERSIONS_DAYS", default=0, mistakes=mistakes),
        email_url=values.get("EMAIL_URL") or f"file://{quote(str(data_dir / 'mail'))}",
        mail_from=values.get("MAIL_FROM") or "office@example.org",
        trusted_proxies=_whole(values, "TRUSTED_PROXIES", default=0, mistakes=mistakes),
        oidc_name=values.get("OIDC_NAME") or "OpenID Connect",
        oidc_server=values.get("OIDC_SERVER") or "",
        oidc_client_id=values.get("OIDC_CLIENT_ID") or "",
        oidc_client_secret=values.get("OIDC_CLIENT_SECRET") or "",
        log_level=values.get("LOG_LEVEL") or "INFO",
    )
    if values.get("DEBUG", "") not in {"", "0", "1"}:
        mistakes.append(_("DEBUG must be 0 or 1"))
    mistakes += _mistakes(environment)
    if mistakes:
        raise EnvironmentMistake("\n  ".join([_("The environment cannot be used:"), *mistakes]))
    return environment


def _mistakes(found: Environment) -> list[str]:
    """What is wrong with the texts among the values. None is repeated: some hold passwords."""
    server, client = found.oidc_server, (found.oidc_client_id, found.oidc_client_secret)
    fits = {
        "BASE_URL": _is_site(found.base_url),
        "ALLOWED_HOSTS": all("/" not in host for host in found.allowed_hosts),
        "DATABASE_URL": _is_database(found.database_url),
        "LAKE": _is_lake(found.lake, found.data_dir),
        "FETCH_ALLOW": all(map(_is_network, found.fetch_allow)),
        "ENGINE": found.engine == "duckdb" or _host(found.engine, "sc"),
        "EMAIL_URL": _is_mail(found.email_url),
        "MAIL_FROM": "@" in parseaddr(found.mail_from)[1],
        "OIDC_SERVER": not server or _host(server, *WEB),
        "OIDC_CLIENT_ID": not server or all(client),
        "LOG_LEVEL": found.log_level in LOG_LEVELS,
    }
    told = _told()
    return [told[name] for name, fit in fits.items() if not fit]


def _told() -> dict[str, str]:
    """What each of them must be."""
    return {
        "BASE_URL": _("BASE_URL must be an address such as https://city.example.org, without a path"),
        "ALLOWED_HOSTS": _("ALLOWED_HOSTS must hold names such as city.example.org, separated by commas"),
        "DATABASE_URL": _(
            "DATABASE_URL must be an address such as postgres://user:password@host:5432/name or "
            "sqlite:////folder/file, without anything after a question mark"
        ),
        "LAKE": _("LAKE must name a folder of its own, or an object store as s3://bucket/prefix"),
        "FETCH_ALLOW": _("FETCH_ALLOW must name networks such as 10.1.2.0/24, separated by commas"),
        "ENGINE": _(
            "ENGINE must be duckdb, or the address of a Spark Connect server such as sc://host:15002"
        ),
        "EMAIL_URL": _(
            "EMAIL_URL must start with smtp://, smtp+tls:// or smtps:// and name a server, "
            "or with file:/// and name a folder"
        ),
        "MAIL_FROM": _("MAIL_FROM must be an e-mail address"),
        "OIDC_SERVER": _("OIDC_SERVER must be an address such as https://login.example.org"),
        "OIDC_CLIENT_ID": _("OIDC_SERVER is set, so OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set too"),
        "LOG_LEVEL": _("LOG_LEVEL must be one of %(levels)s") % {"levels": ", ".join(LOG_LEVELS)},
    }


def _address(text: str, *kinds: str) -> SplitResult | None:
    """The parts of an address that begins in one of these ways; None where it is none, or its port is none."""
    if text.partition("://")[0] not in kinds:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def _host(text: str, *kinds: str) -> str:
    """The host that an address of one of these kinds names; nothing where it names none."""
    parts = _address(text, *kinds)
    return (parts.hostname if parts else None) or ""


def _is_site(text: str) -> bool:
    parts = _address(text, *WEB)
    return bool(parts and parts.hostname and parts.geturl() == f"{parts.scheme}://{parts.netloc}")


def _is_database(text: str) -> bool:
    parts = _address(text, "sqlite", "postgres", "postgresql")
    if parts is None or parts.query or parts.fragment:
        return False
    # A file has its path after a third slash.
    return len(parts.path) > 1 and not (parts.scheme == "sqlite" and parts.netloc)


def _is_lake(text: str, data_dir: Path) -> bool:
    if parts := _address(text, *STORES):
        return len(parts.path) > 1 if parts.scheme == "file" else bool(parts.netloc)
    # To restore a city empties the folder.
    return not re.match(r"\w+:/", text) and not data_dir.is_relative_to(Path(text).resolve())


def _is_mail(text: str) -> bool:
    if parts := _address(text, "file"):
        return len(parts.path) > 1 and not parts.netloc
    return bool(_host(text, *MAIL_PORTS))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _is_network(text: str) -> bool:
    try:
        return bool(ipaddress.ip_network(text))
    except ValueError:
        return False


def _whole(values: Mapping[str, str], name: str, *, default: int, mistakes: list[str]) -> int:
    text = values.get(name) or str(default)
    if text.isascii() and text.isdigit():
        return int(text)
    mistakes.append(_("%(name)s must be a whole number, not “%(text)s”") % {"name": name, "text": text})
    return default


def _port(values: Mapping[str, str], mistakes: list[str]) -> int:
    port = _whole(values, "PORT", default=8000, mistakes=mistakes)
    if 0 < port <= HIGHEST_PORT:
        return port
    told = _("PORT must be a number from 1 to %(most)s, not %(port)s")
    mistakes.append(told % {"most": HIGHEST_PORT, "port": port})
    return 8000


def _secret(data_dir: Path, mistakes: list[str]) -> str:
    try:
        return _kept_secret(data_dir / "secret.key")
    except OSError as fault:
        told = _("DATA_DIR cannot be used: %(reason)s (%(path)s)")
        mistakes.append(told % {"reason": fault.strerror, "path": fault.filename})
        return ""


def _kept_secret(path: Path) -> str:
    """The secret of this installation: made once, kept beside its data, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # It gets its name once it is whole, and of several first starts one gives it.
        with NamedTemporaryFile("w", dir=path.parent) as draft, suppress(FileExistsError):
            draft.write(secrets.token_urlsafe(48))
            draft.flush()
            os.fsync(draft.fileno())
            os.link(draft.name, path)
    return path.read_text()
