"""Django, as commands and the background worker start it."""

import gc
import os

import django


def start_django() -> None:
    """Load all of it. What stands then stays until the end: no search for garbage need look through it again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicthread.config.settings")
    django.setup()
    gc.freeze()
