"""The datahub app."""

from django.apps import AppConfig


class DatahubConfig(AppConfig):
    """The datahub app."""

    name = "civicthread.datahub"
    label = "datahub"

    def ready(self) -> None:
        """Say what tables this app gives away."""
        from civicthread.core import published  # noqa: PLC0415  # models are there only now
        from civicthread.datahub.published import TABLES  # noqa: PLC0415

        published.register(*TABLES)
