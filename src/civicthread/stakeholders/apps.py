"""The stakeholders app."""

from django.apps import AppConfig


class StakeholdersConfig(AppConfig):
    """The stakeholders app."""

    name = "civicthread.stakeholders"
    label = "stakeholders"
