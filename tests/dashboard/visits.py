"""How the crawler visits the dashboard."""

from django.utils import timezone

from civicthread.core import journal
from civicthread.dashboard import actions
from civicthread.dashboard.models import Snapshot
from tests.browser.site import Site
from tests.browser.visiting import Elsewhere, File, Page, Visit

FORMATS = ("csv", "json", "xlsx")


def frozen(_site: Site) -> dict[str, int]:
    """The snapshot of this year."""
    year = timezone.localdate().year
    if not Snapshot.objects.filter(year=year).exists():
        actions.freeze(year, by=journal.system())
    return {"year": year}


def of_kind(kind: str):
    return lambda _site: {"kind": kind}


VISITS: dict[str, list[Visit]] = {
    "dashboard:dashboard": [
        Page(),
        *(Page(query=f"by={by}") for by in ("objective", "project", "area", "owner", "body")),
        Page(query="status=achieved"),
        Page(query="direction=connectivity&view=table"),
        Page(query="view=cards"),
        Page(query="view=table", persona="staff"),
    ],
    "dashboard:figures": [File(of_kind(kind)) for kind in FORMATS],
    "dashboard:report": [
        File(of_kind("pdf"), once=True),
        File(of_kind("pdf"), query="direction=connectivity", once=True),
        File(of_kind("xlsx")),
    ],
    "dashboard:compare": [Page(), Page(query="indicator=collisions-per-1000-inhabitants")],
    "dashboard:compare-file": [Elsewhere("its query names the indicator: tests/dashboard/test_compare.py")],
    "dashboard:board": [Page(persona="staff"), Page(persona="steward")],
    "dashboard:snapshots": [Page(), Page(persona="staff")],
    "dashboard:snapshot": [Page(frozen)],
    "dashboard:since": [Page(frozen)],
    "dashboard:since-csv": [File(frozen)],
    "dashboard:freeze": [Page(persona="staff")],
    **{f"dashboard:snapshot-{kind}": [File(frozen, once=kind == "pdf")] for kind in (*FORMATS, "pdf")},
}
