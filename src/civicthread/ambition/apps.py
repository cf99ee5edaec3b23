"""The ambition app."""

from django.apps import AppConfig


class AmbitionConfig(AppConfig):
    """The ambition app."""

    name = "civicthread.ambition"
    label = "ambition"

    def ready(self) -> None:
        """Say what tables this app gives away."""
        from civicthread.ambition.published import TABLES  # noqa: PLC0415
        from civicthread.core import published  # noqa: PLC0415  # models are there only now

        published.register(*TABLES)
