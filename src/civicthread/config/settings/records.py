"""Where records, cached values and background work live."""

from typing import Any
from urllib.parse import unquote, urlsplit

from civicthread.config.settings.base import ENVIRONMENT

ENGINE = ENVIRONMENT.engine
LAKE = ENVIRONMENT.lake
LAKE_COPIES = ENVIRONMENT.lake_copies
KEEP_VERSIONS_DAYS = ENVIRONMENT.keep_versions_days


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at that address."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                # A transaction that will write takes the lock at its start: no deadlock by upgrade.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    " PRAGMA cache_size=-16000;"
                ),
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


# Reads need no transaction, and on SQLite a transaction around each request would lock readers out.
ATOMIC_REQUESTS = False
DATABASES = {"default": database(ENVIRONMENT.database_url)}

# Rate limits must hold across processes, so the default cache is shared: a table beside the records.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_shared_cache",
        # Django drops a third of 300 entries by itself: an attacker with many addresses would wipe the counts.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
    "local": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
