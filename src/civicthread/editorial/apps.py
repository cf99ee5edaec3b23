"""The editorial app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EditorialConfig(AppConfig):
    """The editorial app."""

    name = "civicthread.editorial"
    label = "editorial"

    def ready(self) -> None:
        """A migrated database has its trees of pages."""
        post_migrate.connect(_plant, sender=self)


def _plant(apps: Any, **_: Any) -> None:
    from civicthread.editorial import trees  # noqa: PLC0415  # models load after apps

    try:
        apps.get_model("editorial", "HomePage")
    except LookupError:
        return  # migrated back to before there were pages
    trees.plant()
