"""The governance app."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """The governance app."""

    name = "civicthread.governance"
    label = "governance"
