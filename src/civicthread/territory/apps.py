"""The territory app."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """The territory app."""

    name = "civicthread.territory"
    label = "territory"

    def ready(self) -> None:
        """Say what table the territory gives away."""
        from civicthread.core import published  # noqa: PLC0415  # models are there only now
        from civicthread.territory.published import TABLES  # noqa: PLC0415

        published.register(*TABLES)
