"""What an installation needs before it can serve: folders, tables, static files, a city."""

import gc
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from civicthread.config import browser_files, env
from civicthread.config.speech import Unusable, ngettext
from civicthread.config.speech import gettext as _
from civicthread.datahub import tables, words
from civicthread.lake.refusals import StoreFailed


class OtherVersion(Unusable):
    """The records were made by a version whose tables this one does not know how to change."""


class NoLake(Unusable):
    """The object store that LAKE names cannot be used."""


def make_folders() -> None:
    """The folders an installation writes to."""
    lake = tables.place().folder
    for place in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.DATA_DIR / "mail", lake):
        Path(place).mkdir(parents=True, exist_ok=True)


def find_lake() -> None:
    """NoLake where LAKE names an object store that cannot be used."""
    store = tables.place().store
    try:
        if store:
            store.look()
    except StoreFailed as failed:
        raise NoLake(words.refusal(failed.code, failed.params)) from failed


def pending_migrations() -> int:
    """How many migrations the records still need."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def has_records() -> bool:
    """Whether the database holds our tables, of whatever version."""
    if connection.vendor == "sqlite" and not Path(settings.DATABASES["default"]["NAME"]).exists():
        return False
    try:
        return "core_journalentry" in connection.introspection.table_names()
    except DatabaseError as fault:
        told = _("The database that DATABASE_URL names cannot be used (%(reason)s).")
        raise Unusable(told % {"reason": str(fault).partition("\n")[0]}) from fault


def require_current() -> None:
    """OtherVersion where the records are not those of this version; what it would do with them might spoil them."""
    if not has_records():
        raise OtherVersion(_("The database that DATABASE_URL names holds no city."))
    _require_known()
    if count := pending_migrations():
        told = ngettext(
            "The records lack %(count)s change of this version. Stop the city, then: %(command)s",
            "The records lack %(count)s changes of this version. Stop the city, then: %(command)s",
            count,
        )
        raise OtherVersion(told % {"count": count, "command": env.command("upgrade")})


def _require_known() -> None:
    if unknown := _unknown_migrations():
        told = _(
            "The records were made by another version of Civic Thread: this one does not know %(steps)s. "
            "Start that version, or begin anew in an empty folder (DATA_DIR) or database (DATABASE_URL)."
        )
        raise OtherVersion(told % {"steps": ", ".join(unknown)})


def migrate() -> None:
    """Bring the tables up to date; OtherVersion where that is impossible."""
    _require_known()
    # Django makes and drops thousands of classes here: looking for the dropped ones takes a quarter of the time when it
    # is done as often as usual, and half a gigabyte is not given back when it is not done at all.
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 5, 5)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _unknown_migrations() -> list[str]:
    """Those changes of our tables that were made and that this version does not have."""
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("civicthread.")}
    loader = MigrationLoader(connection)
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in ours and (app, name) not in loader.disk_migrations
    )


def collect_static() -> bool:
    """Gather, name by content and compress the browser files, if they changed; whether they did."""
    if browser_files.are_current():
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    browser_files.mark_current()
    return True
