"""The projects app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The projects app."""

    name = "civicthread.projects"
    label = "projects"
