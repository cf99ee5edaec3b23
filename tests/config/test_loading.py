"""Loading the Brussels programme: all of it, and the second time nothing new."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import models

from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.config.programme import Programme, load_texts, loading
from civicthread.core import journal
from civicthread.core.models import JournalEntry, SearchEntry
from civicthread.governance.models import Decision
from civicthread.projects.models import Fact, Project
from civicthread.roadmap.models import Milestone, Replanning
from civicthread.stakeholders.models import Body, Organisation
from civicthread.territory.models import Area
from tests.brussels import programme

pytestmark = pytest.mark.django_db
Load = Callable[..., None]
LOADED: tuple[type[models.Model], ...] = (
    *(Area, Organisation, Body, Direction, AmbitionMemo, Objective),
    *(Project, Fact, Milestone, Replanning, Decision, JournalEntry, SearchEntry),
)


def quietly(things: Iterable[Any], name: str) -> Iterator[Any]:
    """A progress bar that shows nothing."""
    return iter(things)


@pytest.fixture(scope="module")
def brussels() -> Programme:
    return programme()


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything there is, row by row."""
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in LOADED}


def joined() -> list[list[tuple[Any, ...]]]:
    """What joins projects and decisions to the rest."""
    many = [*Project._meta.many_to_many, *Decision._meta.many_to_many]
    return [sorted(field.remote_field.through.objects.values_list()) for field in many]


def test_each_statement_of_the_demonstration_is_one_page(brussels, client):
    pages = brussels.model_copy(update={"news": ()})
    load_texts.load_texts(pages, by=journal.system(), track=quietly)
    statements = ("participate", "privacy", "legal", "accessibility", "cookies", "contact")
    for address in (f"/{language}/{one}/" for language in ("fr", "nl", "en") for one in statements):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        headings = [heading.text for heading in page.select("main h2")]
        paragraphs = [paragraph.text for paragraph in page.select("main p")]
        assert len(headings) == len(set(headings)), address
        assert len(paragraphs) == len(set(paragraphs)), address


def test_loading_twice_doubles_nothing(brussels):
    by = journal.system()
    loading.load_programme(brussels, by=by, track=quietly)
    before, before_joined = rows(), joined()
    assert len(before["projects.Project"]) == len(brussels.projects) >= 20
    assert len(before["roadmap.Milestone"]) == len(brussels.milestones)
    assert len(before["governance.Decision"]) == len(brussels.decisions)
    assert len(before["stakeholders.Organisation"]) == len(brussels.stakeholders.organisations)
    assert len(before["territory.Area"]) == len(brussels.areas) == 20
    loading.load_programme(brussels, by=by, track=quietly)
    after = rows()
    assert [name for name in before if before[name] != after[name]] == []
    assert joined() == before_joined


def test_areas_may_stand_in_any_order_and_their_codes_may_be_numbers(brussels, tmp_path):
    region, town, *_others = brussels.areas
    sector = town.model_copy(update={"code": "21001A00", "level": "sector", "parent": town.code})
    features = json.loads(brussels.boundaries.read_text(encoding="utf-8"))["features"][:1]
    features[0]["properties"]["code"] = int(town.code)
    boundaries = tmp_path / "areas.geojson"
    boundaries.write_text(json.dumps({"features": features}), encoding="utf-8")
    mixed = brussels.model_copy(update={"areas": (sector, town, region), "boundaries": boundaries})
    loading.load_areas(mixed, by=journal.system(), track=quietly)
    parents = dict(Area.objects.values_list("code", "parent__code"))
    assert parents == {region.code: None, town.code: region.code, sector.code: town.code}
    assert Area.objects.get(code=town.code).boundary == features[0]["geometry"]


def test_a_change_in_the_files_is_the_only_change(brussels):
    by = journal.system()
    loading.load_areas(brussels, by=by, track=quietly)
    loading.load_stakeholders(brussels, by=by, track=quietly)
    Organisation.objects.filter(code=brussels.stakeholders.organisations[0].code).update(
        website="https://example.org"
    )
    entries = JournalEntry.objects.count()
    loading.load_stakeholders(brussels, by=by, track=quietly)
    assert JournalEntry.objects.count() == entries + 1


def test_everything_loaded_is_public_in_all_required_languages(brussels):
    loading.load_programme(brussels, by=journal.system(), track=quietly)
    for model in (Organisation, AmbitionMemo, Objective, Project, Milestone, Decision):
        assert not model._default_manager.exclude(publication="published").exists()
        found = SearchEntry.objects.filter(kind=model._meta.label_lower)
        for language in ("fr", "nl"):
            assert found.filter(language=language).count() == model._default_manager.count()


def test_no_approval_is_invented(brussels):
    loading.load_programme(brussels, by=journal.system(), track=quietly)
    assert not Project.objects.exclude(approved="").exists()
    assert not Decision.objects.filter(approves=True).exists()
