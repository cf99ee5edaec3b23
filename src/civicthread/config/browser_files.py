"""Whether the gathered browser files are those of this program. Knows the settings, and needs no app to be loaded."""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from django.conf import settings


def are_current() -> bool:
    """Whether what was gathered last comes from the files and libraries that are here now."""
    stamp = _stamp()
    return stamp.exists() and stamp.read_text() == _fingerprint()


def mark_current() -> None:
    """Note that the files of now are gathered."""
    _stamp().write_text(_fingerprint())


def _stamp() -> Path:
    return Path(settings.STATIC_ROOT) / "fingerprint"


def _fingerprint() -> str:
    return hashlib.sha256("\n".join(_sources()).encode()).hexdigest()


def _sources() -> Iterator[str]:
    """Our own browser files, with what tells that they or their names changed; libraries change with their version."""
    yield f"wagtail {version('wagtail')} django {version('django')} {settings.STORAGES['staticfiles']['BACKEND']}"
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                yield f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
