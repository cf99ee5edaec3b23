"""The ambition app."""

from django.apps import AppConfig


class AmbitionConfig(AppConfig):
    """The ambition app."""

    name = "civicthread.ambition"
    label = "ambition"
