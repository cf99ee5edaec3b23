"""What the administrator sets from outside: environment variables, read once, all mistakes told together."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from civicthread.config.speech import gettext as _

STORES = ("s3", "gs", "az", "file")
"""How addresses of object stores begin; the last stands for a folder, for trying things out."""

HIGHEST_PORT = 65535


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


def read(values: Mapping[str, str] = os.environ) -> Environment:
    """Parse the environment; raises EnvironmentMistake naming every wrong variable at once."""
    mistakes: list[str] = []
    data_dir = data_folder(values)
    port = _port(values, mistakes)
    base_url = (values.get("BASE_URL") or f"http://localhost:{port}").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https"):
        mistakes.append(_("BASE_URL must start with http:// or https://"))
    database_url = values.get("DATABASE_URL") or f"sqlite:///{data_dir / 'records.sqlite3'}"
    if urlsplit(database_url).scheme not in ("sqlite", "postgres", "postgresql"):
        mistakes.append(_("DATABASE_URL must start with sqlite:/// or postgres://"))
    lake = values.get("LAKE") or str(data_dir / "lake")
    if "://" in lake and urlsplit(lake).scheme not in STORES:
        mistakes.append(_("LAKE must name a folder, or an object store as s3://bucket/prefix"))
    hosts = values.get("ALLOWED_HOSTS") or f"{urlsplit(base_url).hostname},localhost,127.0.0.1"
    allowed_networks = tuple(
        text.strip() for text in (values.get("FETCH_ALLOW") or "").split(",") if text.strip()
    )
    if not all(_is_network(text) for text in allowed_networks):
        mistakes.append(_("FETCH_ALLOW must name networks such as 10.1.2.0/24, separated by commas"))
    environment = Environment(
        data_dir=data_dir,
        secret_key=values.get("SECRET_KEY") or _kept_secret(data_dir / "secret.key"),
        debug=values.get("DEBUG", "") == "1",
        base_url=base_url,
        allowed_hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
        database_url=database_url,
        port=port,
        workers=_whole(values, "WORKERS", default=2, mistakes=mistakes),
        engine=values.get("ENGINE") or "duckdb",
        lake=lake,
        lake_copies=values.get("LAKE_COPIES") or str(data_dir / "lake-copies"),
        fetch_allow=allowed_networks,
        keep_versions_days=_whole(values, "KEEP_VERSIONS_DAYS", default=0, mistakes=mistakes),
        email_url=values.get("EMAIL_URL") or f"file://{data_dir / 'mail'}",
        mail_from=values.get("MAIL_FROM") or "office@example.org",
        trusted_proxies=_whole(values, "TRUSTED_PROXIES", default=0, mistakes=mistakes),
        oidc_name=values.get("OIDC_NAME") or "OpenID Connect",
        oidc_server=values.get("OIDC_SERVER") or "",
        oidc_client_id=values.get("OIDC_CLIENT_ID") or "",
        oidc_client_secret=values.get("OIDC_CLIENT_SECRET") or "",
        log_level=values.get("LOG_LEVEL") or "INFO",
    )
    if environment.oidc_server and not environment.oidc_client_id:
        mistakes.append(_("OIDC_SERVER is set, so OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set too"))
    if mistakes:
        raise EnvironmentMistake("\n  ".join([_("The environment cannot be used:"), *mistakes]))
    return environment


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
    if not 0 < port <= HIGHEST_PORT:
        told = _("PORT must be a number from 1 to %(most)s, not %(port)s")
        mistakes.append(told % {"most": HIGHEST_PORT, "port": port})
    return port


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
