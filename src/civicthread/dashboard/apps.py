"""The dashboard app."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The dashboard app."""

    name = "civicthread.dashboard"
    label = "dashboard"
