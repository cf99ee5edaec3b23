"""What a web worker loads: the libraries of the lake, of charts and of documents stay in the children."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.factories import datahub, ideas, indicators

HEAVY = (
    *("duckdb", "deltalake", "pyarrow", "pandas", "sqlglot", "scipy", "sklearn", "pyproj"),
    *("vl_convert", "weasyprint", "fontTools", "openpyxl", "rdflib"),
)
# A worker as `civicthread serve` starts one, which then answers every page whose address needs no words, and some more.
WORKER = """
import json, sys
from civicthread.config.wsgi import application
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from civicthread.config import installation
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
installation.collect_static()
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


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the second process opens a file of records")
@pytest.mark.django_db(transaction=True)
def test_a_web_worker_that_has_answered_every_page_holds_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    things = [ideas.public(), indicators.reported(), datahub.dataset()]
    details = [thing.get_absolute_url() for thing in things]
    environment = os.environ | {
        "DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "civicthread.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", WORKER, ",".join(HEAVY), *details],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["before"] == []
    assert told["after"] == []
    good = [path for path, status in told["answers"].items() if status == 200]
    assert len(good) > 40
    assert set(details) <= set(good)
