"""What the stakeholders' registry holds about a person: for their download, and for their erasure."""

from typing import Any

from civicthread.core.models import Actor
from civicthread.stakeholders.models import Mandate, Representation


def export(actor: Actor) -> dict[str, Any]:
    """For which organisations a person speaks or spoke, and which seats they hold or held."""
    representations = Representation.objects.filter(actor=actor).order_by("since", "pk")
    mandates = Mandate.objects.filter(actor=actor).order_by("since", "pk")
    return {
        "representations": [
            {"organisation": code, "since": since.isoformat(), "until": until.isoformat() if until else None}
            for code, since, until in representations.values_list("organisation__code", "since", "until")
        ],
        "mandates": [
            {"body": code, "since": since.isoformat(), "until": until.isoformat() if until else None}
            for code, since, until in mandates.values_list("body__code", "since", "until")
        ],
    }


def erase(actor: Actor) -> None:
    """Forget that they spoke for organisations; the seats stay as their organisations' own."""
    Representation.objects.filter(actor=actor).delete()
    Mandate.objects.filter(actor=actor).update(actor=None)
