"""The datahub app."""

from django.apps import AppConfig


class DatahubConfig(AppConfig):
    """The datahub app."""

    name = "civicthread.datahub"
    label = "datahub"
