"""The indices app."""

from django.apps import AppConfig


class IndicesConfig(AppConfig):
    """The indices app."""

    name = "civicthread.indices"
    label = "indices"
