"""How the crawler visits the data catalogue."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from civicthread.datahub.models import Dataset, DatasetVersion, Ingestion
from tests.browser.site import Site
from tests.browser.visiting import Elsewhere, File, Page, Visit, bare, forms, published, targets
from tests.factories import datahub as factory

DATASET = published(Dataset, "code")


def load(_site: Site) -> dict[str, Any]:
    """A load of a dataset."""
    found = Ingestion.objects.select_related("dataset").order_by("-rejected")[0]
    return {"code": found.dataset.code, "pk": found.pk}


def twice_loaded(_site: Site) -> dict[str, Any]:
    """A dataset with two versions, which are compared."""
    found = DatasetVersion.objects.filter(
        number__gt=1, dataset__publication="published", dataset__access="open"
    ).first()
    return {"code": found.dataset.code if found else _loaded_twice().code}


def _loaded_twice() -> Dataset:
    """A dataset of our own: what the demonstration loads is loaded once."""
    made = factory.dataset("twice")
    with TemporaryDirectory() as folder:
        factory.load(made, Path(folder))
        factory.load(made, Path(folder), factory.ROWS.replace("2020,5", "2020,6"))
    return made


def version(site: Site) -> dict[str, Any]:
    return DATASET(site) | {"version": 1, "kind": "csv"}


def original(site: Site) -> dict[str, Any]:
    return DATASET(site) | {"number": 1, "kind": "csv"}


VISITS: dict[str, list[Visit]] = {
    "datahub:catalogue": [Page()],
    "datahub:dataset": [Page(DATASET), Page(DATASET, persona="steward")],
    "datahub:versions": [Page(DATASET)],
    "datahub:loads": [Page(DATASET), Page(DATASET, persona="steward")],
    "datahub:compare": [Page(twice_loaded)],
    "data:catalogue": [File(lambda site: {"extension": "ttl"}), File(lambda site: {"extension": "jsonld"})],
    "data:dataset": [Elsewhere("leads to what the reader understands: tests/datahub/test_dcat.py")],
    "data:file": [File(lambda site: DATASET(site) | {"kind": "csv"})],
    "data:version": [File(version)],
    **forms("datahub", bare, "overview new new-address statistics", persona="steward"),
    **forms(
        "datahub", DATASET, "desk describe columns load source rules reading withdraw", persona="steward"
    ),
    **forms("datahub", load, "outcome", persona="steward"),
    "datahub:set-aside": [Elsewhere("where rows are set aside: tests/datahub/test_staff.py")],
    "datahub:upload": [Elsewhere("while a file waits: tests/datahub/test_staff.py")],
    "datahub:describe-upload": [Elsewhere("while a file waits: tests/datahub/test_staff.py")],
    **targets("datahub", lambda site: {"key": "any"}, "discard look-again fetch-again", persona="steward"),
    "datahub:original": [File(original, persona="steward")],
    **targets("datahub", DATASET, "publish fetch remove", persona="steward"),
    **targets("datahub", lambda site: DATASET(site) | {"pk": 1}, "end-alarm", persona="steward"),
    **targets("datahub", lambda site: DATASET(site) | {"number": 1}, "restore", persona="steward"),
    **targets("datahub", bare, "publish-tables", persona="steward"),
}
