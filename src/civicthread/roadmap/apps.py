"""The roadmap app."""

from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    """The roadmap app."""

    name = "civicthread.roadmap"
    label = "roadmap"

    def ready(self) -> None:
        """Say what tables this app gives away."""
        from civicthread.core import published  # noqa: PLC0415  # models are there only now
        from civicthread.roadmap.published import TABLES  # noqa: PLC0415

        published.register(*TABLES)
