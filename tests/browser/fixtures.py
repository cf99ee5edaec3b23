"""How to visit each address: whoever adds one adds a line, or the crawler fails.

The lines of an app stand in tests/<app>/visits.py (VISITS); those below are of the pages that need the least.
"""

import importlib
from pathlib import Path

from civicthread.indicators.models import Indicator
from civicthread.projects.models import Project
from civicthread.territory.models import Area
from tests.browser.visiting import Elsewhere, File, Page, Visit, first, published

# Libraries' addresses, which no test of ours visits one by one, by the start of their path.
LIBRARIES = {
    "cms/": "Wagtail's back office: its own tests; ours visit the pages we added to it",
    "api/": "no pages: the permission matrix and the API's own tests call each operation",
    "^media/": "pictures, served in production by the proxy",
}

COMMON: dict[str, list[Visit]] = {
    "healthz": [Elsewhere("tests/core/test_health.py")],
    "root:languages": [Elsewhere("chooses a language and leads there: tests/portal")],
    "root:sitemaps": [File()],
    "root:sitemap": [File(lambda site: {"name": "projects.project-1"})],
    "root:robots": [File()],
    "root:security": [File()],
    **{
        f"portal:{name}": [Page()]
        for name in (
            "home",
            "accessibility",
            "privacy",
            "cookies",
            "contact",
            "legal",
            "sitemap",
            "components",
            "orphans",
            "participate",
        )
    },
    "indicators:list": [Page()],
    "indicators:indicator": [Page(published(Indicator, "code"))],
    "indicators:csv": [File(published(Indicator, "code"))],
    "indicators:json": [File(published(Indicator, "code"))],
    "territory:map": [Page()],
    "territory:geojson": [File()],
    "territory:area": [Page(first(Area, "code"))],
    "territory:spellings": [Page(first(Area, "code"), persona="steward")],
    "core:changes": [Page()],
    "core:changes-feed": [File()],
    "core:thread": [Page(lambda site: {"kind": "project"} | published(Project, "reference", "which")(site))],
    "core:chart": [Elsewhere("read when a reader explores a figure: tests/browser/test_figures.py")],
    "core:search": [Page(), Page(query="q=velo"), Page(query="q=zzzz")],
}


def gathered() -> dict[str, list[Visit]]:
    """The lines of every app."""
    visits = dict(COMMON)
    for path in sorted(Path(__file__).parents[1].glob("*/visits.py")):
        own = importlib.import_module(f"tests.{path.parent.name}.visits").VISITS
        assert not visits.keys() & own.keys(), "an address has its lines in one place"
        visits |= own
    return visits


VISITS = gathered()
