"""Personal data: each app says what it holds about a person and how it lets go of it.

`accounts` calls these for "my account": an app fills the registry in its `AppConfig.ready()`.
"""

from collections.abc import Callable
from typing import Any

from civicthread.core.models import Actor

Exporter = Callable[[Actor], Any]
Eraser = Callable[[Actor], None]

_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}


def register(name: str, *, export: Exporter, erase: Eraser) -> None:
    """Say how an app exports (plain JSON values) and erases what it holds about a person."""
    if name in _exporters:
        raise ValueError(f"{name} is registered twice")
    _exporters[name], _erasers[name] = export, erase


def export_all(actor: Actor) -> dict[str, Any]:
    """Everything every app holds about this person, by app."""
    return {name: export(actor) for name, export in sorted(_exporters.items())}


def erase_all(actor: Actor) -> None:
    """Let every app forget this person. Call inside a transaction: all of it happens or nothing does."""
    for name in sorted(_erasers, reverse=True):
        _erasers[name](actor)
