"""Django, as commands and the background worker start it."""

import gc
import os

import django


def start_django() -> None:
    """Load all of it. What stands then stays until the end: no search for garbage need ever look through it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicthread.config.settings")
    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()
