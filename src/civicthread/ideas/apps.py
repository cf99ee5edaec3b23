"""The ideas app."""

from django.apps import AppConfig


class IdeasConfig(AppConfig):
    """The ideas app."""

    name = "civicthread.ideas"
    label = "ideas"
