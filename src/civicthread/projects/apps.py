"""The projects app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The projects app."""

    name = "civicthread.projects"
    label = "projects"

    def ready(self) -> None:
        """Say what projects hold about a person."""
        from civicthread.core import personal  # noqa: PLC0415  # models are there only now
        from civicthread.projects import own_data  # noqa: PLC0415

        personal.register("projects", export=own_data.export, erase=own_data.erase)
