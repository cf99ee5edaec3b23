"""How the crawler visits composite indices."""

from typing import Any

from civicthread.indices.models import CompositeIndex, IndexRun
from tests.browser.site import Site
from tests.browser.visiting import File, Page, Visit, bare, forms, published, targets

INDEX = published(CompositeIndex, "code")


def part(_site: Site) -> dict[str, Any]:
    """A group: it has parts, so other weights may be tried."""
    return {"code": "desi-2020", "key": "desi_1_conn"}


def cell(_site: Site) -> dict[str, Any]:
    return {"code": "desi-2022", "key": "2a3"}


def desi(_site: Site) -> dict[str, Any]:
    return {"code": "desi-2020"}


def run(_site: Site) -> dict[str, Any]:
    found = IndexRun.objects.filter(approval="approved").select_related("method__index")[0]
    return {"code": found.method.index.code, "run": found.pk, "kind": "json"}


VISITS: dict[str, list[Visit]] = {
    "indices:index": [Page()],
    "indices:one": [
        Page(desi),
        Page(lambda site: {"code": "desi-brussels"}),
        Page(desi, query="edition=2018&area=FI&w-desi_1_conn=3&w-desi_2_hc=0"),
        Page(desi, query="w-desi_1_conn=-1"),
    ],
    "indices:part": [Page(part), Page(cell), Page(cell, query="area=HR&edition=2022")],
    "indices:compare": [Page(desi, query="area=BE&area=NL&area=FI&part=desi_2_hc")],
    "index-files:scores": [File(lambda site: INDEX(site) | {"kind": "csv"})],
    "index-files:run": [File(run)],
    **forms("indices", bare, "overview new", persona="steward"),
    **forms("indices", INDEX, "desk definition method areas withdraw"),
    "indices:method-file": [File(INDEX, persona="steward")],
    **targets("indices", INDEX, "compute approve refuse publish"),
}
