"""The stakeholders app."""

from django.apps import AppConfig


class StakeholdersConfig(AppConfig):
    """The stakeholders app."""

    name = "civicthread.stakeholders"
    label = "stakeholders"

    def ready(self) -> None:
        """Say what the registry holds about a person, and what tables they give away."""
        from civicthread.core import personal, published  # noqa: PLC0415  # models are there only now
        from civicthread.stakeholders import own_data  # noqa: PLC0415
        from civicthread.stakeholders.published import TABLES  # noqa: PLC0415

        personal.register("stakeholders", export=own_data.export, erase=own_data.erase)
        published.register(*TABLES)
