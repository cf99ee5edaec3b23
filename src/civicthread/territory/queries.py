"""Reads of the territory."""

from django.db.models import QuerySet

from civicthread.territory.models import Area


def areas(level: str = "") -> QuerySet[Area]:
    """The areas of a level, or all, without their boundaries (which are large)."""
    found = Area.objects.select_related("parent").defer("boundary", "parent__boundary").order_by("code")
    return found.filter(level=level) if level else found
