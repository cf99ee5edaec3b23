"""The indicators app."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The indicators app."""

    name = "civicthread.indicators"
    label = "indicators"
