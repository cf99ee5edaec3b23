"""The roadmap app."""

from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    """The roadmap app."""

    name = "civicthread.roadmap"
    label = "roadmap"
