"""How long it takes to make all tables from nothing."""

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.results import Line
from benchmarks.serving import ROOT

START = "import django; django.setup()"
MIGRATE = f"{START}; from civicthread.config import installation; installation.migrate()"


def measure() -> list[Line]:
    """Migrating an empty database, less what starting Django costs."""
    with tempfile.TemporaryDirectory(prefix="civicthread-tables-") as place:
        environment = os.environ | {
            "DATA_DIR": place,
            "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
        }
        environment.pop("DATABASE_URL", None)
        start, migrate = (_seconds(program, environment) for program in (START, MIGRATE))
    return [
        Line("starting Django", start, "s"),
        Line("all migrations on an empty SQLite database", migrate - start, "s", 25),
    ]


def _seconds(program: str, environment: dict[str, str]) -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, check=True)
    return time.monotonic() - began
