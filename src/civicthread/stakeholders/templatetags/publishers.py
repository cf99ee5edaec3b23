"""Who published what a page rests on."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from civicthread.stakeholders import queries

register = template.Library()


@register.filter
def named(sources: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sources with the publisher's name in the reader's language, where the register of organisations has it."""
    names = queries.names() if sources else {}
    return [
        {**source, "publisher": names.get(source.get("publisher", ""), source.get("publisher", ""))}
        for source in sources
    ]
