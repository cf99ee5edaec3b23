"""What a web worker loads: the libraries of the lake, of charts and of documents stay in the children."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.config.serving import environment

HEAVY = (
    *("duckdb", "deltalake", "pyarrow", "pandas", "sqlglot", "scipy", "sklearn", "pyproj"),
    *("vl_convert", "weasyprint", "fontTools", "openpyxl", "rdflib", "wagtail.api.v3.registry"),
)
# Something of each kind to have a page, made in a process that may hold whatever it takes; its addresses.
THINGS = """
import json
import django
django.setup()
from tests.factories import datahub, ideas, indicators
things = [ideas.public(), indicators.reported(), datahub.dataset()]
print(json.dumps([thing.get_absolute_url() for thing in things]))
"""
# A worker as `civicthread serve` starts one, which then answers every page whose address needs no words, and some more.
WORKER = """
import json, sys
from civicthread.config.wsgi import application
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from tests import personas

def names(resolver, spaces=()):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name or ""])
        else:
            yield from names(entry, (*spaces, entry.namespace) if entry.namespace else spaces)

settings.ALLOWED_HOSTS = ["testserver"]
heavy = sys.argv[1].split(",")
before = [name for name in heavy if name in sys.modules]
answers = {}
for name in names(get_resolver()):
    try:
        answers[reverse(name)] = 0
    except NoReverseMatch:
        continue
for who in ("visitor", "citizen", "administrator"):
    client = personas.make(who).client()
    for path in [*answers, *sys.argv[2:]]:
        if "logout" not in path:
            answers[path] = client.get(path).status_code
print(json.dumps({"before": before, "after": [name for name in heavy if name in sys.modules], "answers": answers}))
"""


def told(place: Path, program: str, *arguments: str) -> Any:
    """What a program that knows the city prints last."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command, env=environment(place), capture_output=True, text=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_web_worker_that_has_answered_every_page_holds_none_of_the_heavy_libraries(place: Path) -> None:
    details = told(place, THINGS)
    found = told(place, WORKER, ",".join(HEAVY), *details)
    assert found["before"] == []
    assert found["after"] == []
    good = [path for path, status in found["answers"].items() if status == 200]
    assert len(good) > 40
    assert set(details) <= set(good)
