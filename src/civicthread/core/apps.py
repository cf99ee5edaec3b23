"""Core starts first and reads what the other apps say about themselves."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """The core app."""

    name = "civicthread.core"
    label = "core"

    def ready(self) -> None:
        """Register the house rules and every app's background work."""
        from civicthread.core import (  # noqa: PLC0415  # models are there only now
            checks,  # noqa: F401  # importing registers the system checks
            published,
            published_links,
        )

        autodiscover_modules("tasks")
        published.register(published_links.TABLE)
