"""The governance app."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """The governance app."""

    name = "civicthread.governance"
    label = "governance"

    def ready(self) -> None:
        """Say what tables this app gives away."""
        from civicthread.core import published  # noqa: PLC0415  # models are there only now
        from civicthread.governance.published import TABLES  # noqa: PLC0415

        published.register(*TABLES)
