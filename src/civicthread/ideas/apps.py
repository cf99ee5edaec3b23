"""The ideas app."""

from django.apps import AppConfig


class IdeasConfig(AppConfig):
    """The ideas app."""

    name = "civicthread.ideas"
    label = "ideas"

    def ready(self) -> None:
        """Say what ideas hold about a person, and what tables they give away."""
        from civicthread.core import personal, published  # noqa: PLC0415  # models are there only now
        from civicthread.ideas import own_data  # noqa: PLC0415
        from civicthread.ideas.published import TABLES  # noqa: PLC0415

        personal.register("ideas", export=own_data.export, erase=own_data.erase)
        published.register(*TABLES)
