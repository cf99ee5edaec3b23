"""The editorial app, and the parts of Wagtail that it needs a little differently."""

import sys
from types import ModuleType, SimpleNamespace
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


class _WithoutApi:
    """An app of Wagtail that finds nothing to do for Wagtail's own API.

    It is not served here, and to prepare it takes a tenth of the time in which a command or a process starts.
    """

    name: str

    def ready(self) -> None:
        """As Wagtail does it, but for the API: what it imports for that are empty modules."""
        registry, router, api = (
            ModuleType(name)
            for name in (f"{self.name}.api.v3.registry", f"{self.name}.api.v3.router", "wagtail.api.v3.api")
        )
        registry.register_content_types = lambda: None  # type: ignore[attr-defined]
        router.router = None  # type: ignore[attr-defined]
        api.api = SimpleNamespace(add_router=lambda _path, _router: None)  # type: ignore[attr-defined]
        absent = {module.__name__: module for module in (registry, router, api)}
        sys.modules |= absent
        try:
            super().ready()  # type: ignore[misc]
        finally:
            for name in absent:
                del sys.modules[name]


class DocumentsConfig(_WithoutApi, WagtailDocsAppConfig):  # type: ignore[misc]
    """Wagtail's documents, without its API."""


class ImagesConfig(_WithoutApi, WagtailImagesAppConfig):  # type: ignore[misc]
    """Wagtail's images, without its API."""


def _plant(apps: Any, **_: Any) -> None:
    from civicthread.editorial import trees  # noqa: PLC0415  # models load after apps

    try:
        apps.get_model("editorial", "HomePage")
    except LookupError:
        return  # migrated back to before there were pages
    trees.plant()
