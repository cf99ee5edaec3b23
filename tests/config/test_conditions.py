"""The four conditions of the Brussels programme: what is declared, what is measured, and what nobody knows."""

from pathlib import Path
from typing import Any

import pytest

from civicthread.core import journal
from civicthread.datahub import programme as tables
from civicthread.ideas import actions as ideas
from civicthread.indicators import computing
from civicthread.projects import actions as projects
from civicthread.projects.models import BuildingBlock
from tests import brussels
from tests.factories import ideas as ideas_factory
from tests.factories import programme as factory

pytestmark = pytest.mark.django_db
CONDITIONS = ("transversality", "pooling", "digital-inclusion", "european-dimension")
QUERIES = {
    indicator.code: indicator
    for indicator in brussels.programme().indicators
    if indicator.sql and indicator.datasets[0].startswith("programme_")
}
SOURCE = {"url": "https://example.org/report", "publisher": "City", "date": "", "kind": "primary"}


@pytest.fixture(autouse=True)
def place(settings, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.LAKE = tmp_path, str(tmp_path / "lake")


def declared(**answers: bool) -> Any:
    """A public project with these answers, and nothing known of the other questions."""
    project = factory.project()
    for about, answer in answers.items():
        projects.declare(project, {"answer": answer, "source": SOURCE}, about=about, by=ideas_factory.staff())
    return project


def computed(code: str) -> tuple[float | None, float | None, float | None]:
    """Value, numerator and denominator of the one figure of this year."""
    sql = QUERIES[code].sql or ""
    tables.publish_tables(by=journal.system(), codes=QUERIES[code].datasets)
    query = computing.checked(sql)
    assert set(query.tables) == set(QUERIES[code].datasets)
    figures = computing.compute(query, computing.latest_versions(query.tables)).figures
    if not figures:
        return None, None, None
    (figure,) = figures
    return figure.value, figure.numerator, figure.denominator


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_condition_has_two_indicators_and_no_invented_target(condition: str):
    found = [indicator for indicator in QUERIES.values() if indicator.direction == condition]
    assert len(found) >= 2
    assert [indicator.code for indicator in found if indicator.targets or indicator.status != "none"] == []
    for indicator in found:
        assert set(indicator.method) == {"fr", "nl", "en"}
        assert "Denominator" in indicator.method["en"] or "denominator" in indicator.method["en"]


@pytest.mark.parametrize("code", QUERIES)
def test_each_is_computed_from_an_empty_programme_too(code: str):
    value, _numerator, _denominator = computed(code)
    assert value is None


def test_what_is_not_known_counts_neither_as_yes_nor_as_no():
    declared(eu_funding=True)
    declared(eu_funding=False)
    declared()
    assert computed("projects-with-eu-funding") == (50.0, 1.0, 2.0)
    value, known, all_projects = computed("eu-funding-known")
    assert (value, known, all_projects) == (pytest.approx(200 / 3), 2.0, 3.0)


def test_nothing_known_gives_no_share_rather_than_zero():
    declared()
    value, _numerator, denominator = computed("projects-with-eu-funding")
    assert (value, denominator) == (None, 0.0)


def test_a_service_is_known_to_lack_an_offline_channel_only_where_all_three_are_ruled_out():
    declared(public_service=True, counter=False)
    declared(public_service=True, counter=False, phone=False, post=False)
    declared(public_service=True, post=True)
    declared(public_service=False, post=True)
    assert computed("services-with-offline-channel") == (50.0, 1.0, 2.0)
    _value, known, services = computed("offline-channel-known")
    assert (known, services) == (2.0, 3.0)


def test_a_project_is_transversal_when_its_administrations_differ_in_domain():
    transport, energy = factory.organisation(domain="TRAN"), factory.organisation(domain="ENER")
    company, unknown = factory.organisation(domain="TECH", helix="private"), factory.organisation()
    factory.project(owner=transport, partners=[energy])
    factory.project(owner=transport, partners=[company])
    factory.project(owner=transport, partners=[unknown])
    assert computed("projects-across-domains") == (50.0, 1.0, 2.0)
    assert computed("domains-per-project") == (1.5, 3.0, 2.0)


def test_building_blocks_are_counted_by_the_projects_that_use_them():
    by = ideas_factory.staff()
    shared, other, peppol = (
        projects.save_block(BuildingBlock(), {"name": factory.named(), "kind": kind}, by=by)
        for kind in ("regional", "regional", "european")
    )
    for blocks in ([shared], [shared, other]):
        values = {"answer": None, "blocks": blocks, "source": SOURCE}
        projects.declare(factory.project(), values, about="shared_block", by=by)
    values = {"answer": None, "blocks": [peppol], "source": SOURCE}
    projects.declare(factory.project(), values, about="eu_block", by=by)
    declared(shared_block=False)
    assert computed("projects-per-shared-block") == (1.5, 3.0, 2.0)
    assert computed("projects-on-shared-blocks") == (pytest.approx(200 / 3), 2.0, 3.0)
    assert computed("projects-with-eu-blocks") == (100.0, 1.0, 1.0)


def test_ideas_given_without_the_web_are_measured():
    ideas_factory.public()
    ideas.enter_idea(ideas_factory.submission(), by=ideas_factory.staff(), channel="phone")
    assert computed("ideas-given-offline") == (50.0, 1.0, 2.0)
