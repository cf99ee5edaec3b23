"""The indicators app."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The indicators app."""

    name = "civicthread.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Say what tables this app gives away."""
        from civicthread.core import published  # noqa: PLC0415  # models are there only now
        from civicthread.indicators.published import TABLES  # noqa: PLC0415

        published.register(*TABLES)
