"""The portal app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The portal app."""

    name = "civicthread.portal"
    label = "portal"
