"""What projects hold about a person: for their download, and for their erasure."""

from typing import Any

from civicthread.core.models import Actor
from civicthread.projects.models import Project


def export(actor: Actor) -> dict[str, Any]:
    """The projects a person leads."""
    led = Project.objects.filter(lead=actor).order_by("reference")
    return {"leads": list(led.values_list("reference", flat=True))}


def erase(actor: Actor) -> None:
    """Forget that they led projects; the Office names others."""
    Project.objects.filter(lead=actor).update(lead=None)
