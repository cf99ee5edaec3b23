"""The projects app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The projects app."""

    name = "civicthread.projects"
    label = "projects"

    def ready(self) -> None:
        """Say what projects hold about a person, and what tables they give away."""
        from civicthread.core import personal, published  # noqa: PLC0415  # models are there only now
        from civicthread.projects import own_data  # noqa: PLC0415
        from civicthread.projects.published import TABLES  # noqa: PLC0415

        personal.register("projects", export=own_data.export, erase=own_data.erase)
        published.register(*TABLES)
