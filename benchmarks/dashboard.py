"""The dashboard with 500 indicators: queries, processor, first and later charts, the report and the workbook.

Measured in one process on a database of its own, without the micro-cache in front, so that nothing is flattered.
"""

import os
import subprocess
import sys
import tempfile

from benchmarks.results import Line
from benchmarks.serving import ROOT

REPORTED = 50
INSIDE = "import django; django.setup(); from benchmarks import dashboard_city; dashboard_city.main()"


def measure() -> list[Line]:
    """In a process of its own: settings are read once."""
    with tempfile.TemporaryDirectory(prefix="civicthread-dashboard-") as place:
        environment = os.environ | {
            "DATA_DIR": place,
            "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
        }
        told = subprocess.run(
            [sys.executable, "-c", INSIDE],
            env=environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
    figures = dict(line.split("=", 1) for line in told.stdout.splitlines() if "=" in line and line[:1] == ".")
    return [
        Line(
            "queries of the page, 500 indicators, nothing changed", float(figures[".queries"]), "queries", 12
        ),
        Line("queries of the page after a change", float(figures[".queries_after"]), "queries", 12),
        Line("processor of the page, median", float(figures[".cpu"]), "ms", 60),
        Line("processor of a filtered page of 24 cards, median", float(figures[".cards"]), "ms", 60),
        Line("processor of the first page after a change", float(figures[".after"]), "ms"),
        Line("first drawing of a sparkline, warm child, median", float(figures[".spark"]), "ms", 100),
        Line("first drawing of 19 small charts, warm child, median", float(figures[".multiples"]), "ms", 100),
        Line("a drawing from memory, median", float(figures[".kept"]), "ms"),
        Line(f"report of {REPORTED} indicators as PDF, charts drawn before", float(figures[".pdf"]), "ms"),
        Line("the same, processor, child included", float(figures[".pdf_cpu"]), "ms"),
        Line("the same report again, its figures unchanged", float(figures[".pdf_again"]), "ms"),
        Line(
            f"of which processor of the web worker for {REPORTED} indicators",
            float(figures[".pdf_web"]),
            "ms",
        ),
        Line("workbook of 500 indicators", float(figures[".xlsx"]), "ms"),
    ]
