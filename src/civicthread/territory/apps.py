"""The territory app."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """The territory app."""

    name = "civicthread.territory"
    label = "territory"
