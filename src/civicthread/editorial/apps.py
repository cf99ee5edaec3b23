"""The editorial app, and the parts of Wagtail that it needs a little differently."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from wagtail.documents.apps import WagtailDocsAppConfig
from wagtail.images.apps import WagtailImagesAppConfig


class EditorialConfig(AppConfig):
    """The editorial app."""

    name = "civicthread.editorial"
    label = "editorial"
    default = True

    def ready(self) -> None:
        """A migrated database has its trees of pages."""
        post_migrate.connect(_plant, sender=self)


class DocumentsConfig(WagtailDocsAppConfig):  # type: ignore[misc]
    """Wagtail's documents, without its API."""

    def ready(self) -> None:
        """As Wagtail does it, but for the API."""
        with _without_api(self.name):
            super().ready()


class ImagesConfig(WagtailImagesAppConfig):  # type: ignore[misc]
    """Wagtail's images, without its API."""

    def ready(self) -> None:
        """As Wagtail does it, but for the API."""
        with _without_api(self.name):
            super().ready()


@contextmanager
def _without_api(app: str) -> Iterator[None]:
    """Let an app of Wagtail find nothing to do for Wagtail's own API.

    It is not served here, and to prepare it takes a tenth of the time in which a command or a process starts.
    """
    registry, router, api = (
        ModuleType(name) for name in (f"{app}.api.v3.registry", f"{app}.api.v3.router", "wagtail.api.v3.api")
    )
    registry.register_content_types = lambda: None  # type: ignore[attr-defined]
    router.router = None  # type: ignore[attr-defined]
    api.api = ModuleType("api")  # type: ignore[attr-defined]
    api.api.add_router = lambda _path, _router: None
    absent = {module.__name__: module for module in (registry, router, api)}
    sys.modules |= absent
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def _plant(apps: Any, **_: Any) -> None:
    from civicthread.editorial import trees  # noqa: PLC0415  # models load after apps

    try:
        apps.get_model("editorial", "HomePage")
    except LookupError:
        return  # migrated back to before there were pages
    trees.plant()
