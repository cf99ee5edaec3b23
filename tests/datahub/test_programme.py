"""The programme's own records as tables of the catalogue: public rows, nobody named, a version for each change."""

import csv
import io

import duckdb
import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from typer.testing import CliRunner

from civicthread.config.cli import app
from civicthread.core import journal, published
from civicthread.core.errors import Refused
from civicthread.core.models import Actor, JournalEntry
from civicthread.core.text import Text
from civicthread.datahub import actions, incoming, programme, tables, words
from civicthread.datahub.models import Alarm, Dataset, Ingestion
from civicthread.ideas import actions as ideas
from civicthread.lake.export import export
from civicthread.projects import actions as projects
from civicthread.projects.models import BuildingBlock
from tests import personas
from tests.factories import ideas as idea_factory
from tests.factories import programme as factory
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
SOURCE = {"url": "https://example.org/report", "publisher": "City", "date": "2026-05", "kind": "primary"}
WORDS = "Motsdecitoyen"
NAME = "Nommarqueur Personne"
EMAIL = "marker-of-a-person@example.org"


def written(*names: str) -> programme.Written:
    """What came of publishing these tables, or all."""
    return programme.publish_tables(by=journal.system(), codes=[f"programme_{name}" for name in names])


def publish(*names: str) -> list[str]:
    """Publish these tables, or all, which all succeed."""
    found = written(*names)
    assert found.failed == []
    return [dataset.code for dataset in found.changed]


def rows(code: str) -> list[dict[str, str]]:
    lines = b"".join(export(tables.table(Dataset.objects.get(code=code)).version(), "csv")).decode(
        "utf-8-sig"
    )
    return list(csv.DictReader(io.StringIO(lines)))


def everything_in_the_lake() -> bytes:
    found = []
    for table in published.tables():
        version = tables.table(Dataset.objects.get(code=table.code)).version()
        found += [str(duckdb.read_parquet(file).fetchall()).encode() for file in version.files]
    return b"".join(found)


def test_each_table_becomes_a_dataset_in_three_languages_public_once_it_has_a_row():
    factory.project()
    publish()
    found = {dataset.code: dataset for dataset in Dataset.objects.all()}
    assert set(found) == {table.code for table in published.tables()}
    for dataset in found.values():
        assert dataset.is_published == bool(rows(dataset.code))
        assert dataset.licence_name == "CC0 1.0"
        assert set(dataset.title) == set(dataset.description) == {"fr", "nl", "en"}
        assert all(set(column.title) == {"fr", "nl", "en"} for column in dataset.columns.all())


def test_a_city_that_begins_shows_no_table_and_tells_of_none(client):
    page = reverse("datahub:dataset", args=["programme_projects"])
    publish("projects")
    assert client.get(page).status_code == 404
    assert not JournalEntry.objects.filter(public=True).exists()
    factory.project()
    publish("projects")
    assert client.get(page).status_code == 200
    assert JournalEntry.objects.filter(public=True, verb="datahub.publish").exists()


def test_the_office_is_the_publisher(settings):
    office = factory.organisation(code="office")
    settings.CITY = django_settings.CITY.__class__(**{**vars(settings.CITY), "publisher": "office"})
    publish("projects")
    assert {dataset.publisher for dataset in Dataset.objects.all()} == {office}


def test_the_same_rows_change_nothing():
    factory.project()
    assert "programme_projects" in publish("projects", "ideas")
    loads = Ingestion.objects.count()
    assert publish("projects", "ideas") == []
    assert Ingestion.objects.count() == loads


def test_only_the_table_whose_rows_changed_gets_a_new_version():
    publish("projects", "ideas", "links")
    factory.project()
    assert publish("projects", "ideas", "links") == ["programme_projects"]


def test_another_year_is_another_version(monkeypatch):
    import datetime as dt

    publish("projects")
    monkeypatch.setattr(programme.timezone, "localdate", lambda: dt.date(2031, 1, 1))
    assert "programme_projects" in publish("projects")
    assert Dataset.objects.get(code="programme_projects").reference_period == "2031"


@pytest.fixture
def give(monkeypatch):
    """Let an app give away a table of one column of codes, before all others, with these rows."""
    columns = (
        published.Column("id", "integer", "Number"),
        published.Column("colour", "text", "C", codes=("red",)),
    )

    def given(rows):
        table = published.PublishedTable("programme_a", "Colours", "Colours.", columns, ("id",), rows)
        monkeypatch.setitem(published._tables, table.code, table)

    return given


def colours(*names):
    return lambda: [{"id": number, "colour": name} for number, name in enumerate(names)]


def broken():
    raise KeyError("colour")


def test_a_table_that_is_refused_keeps_no_other_from_being_published(give):
    personas.make("steward")
    give(colours("green"))
    factory.project()
    found = written("a", "projects")
    assert ([dataset.code for dataset in found.changed], found.failed) == (
        ["programme_projects"],
        ["programme_a"],
    )
    entry = JournalEntry.objects.get(verb="datahub.publish_tables")
    assert entry.changes == {"tables": ["programme_projects"]}
    (alarm,) = Alarm.objects.all()
    assert (alarm.dataset.code, alarm.facts["code"]) == ("programme_a", "too_many_bad_rows")
    assert "enfreignent les règles" in words.alarm(alarm.kind, alarm.facts)
    give(colours("red"))
    assert publish("a", "projects") == ["programme_a"]
    alarm.refresh_from_db()
    assert alarm.ended_at is not None


def test_a_table_of_which_rows_are_set_aside_is_published_and_told(give):
    give(colours("red", "red", "green"))
    found = written("a")
    assert ([dataset.code for dataset in found.changed], found.failed) == (["programme_a"], ["programme_a"])
    assert len(rows("programme_a")) == 2
    assert JournalEntry.objects.filter(verb="datahub.publish_tables").count() == 1


def test_a_table_whose_app_fails_keeps_no_other_from_being_published(give):
    give(broken)
    factory.project()
    found = written("a", "projects")
    assert ([dataset.code for dataset in found.changed], found.failed) == (
        ["programme_projects"],
        ["programme_a"],
    )


def test_whoever_asks_for_the_tables_hears_which_failed(give, staff):
    give(broken)
    page = staff.post("/fr/datahub/office/tables/publish/", follow=True).content.decode()
    assert "programme_a" in page
    done = CliRunner().invoke(app, ["publish-tables", "programme_a"])
    assert (done.exit_code, "programme_a" in done.output) == (1, True)


def test_what_is_withdrawn_leaves_with_the_next_version():
    kept, gone = factory.project(), factory.project()
    publish("projects")
    assert {row["project"] for row in rows("programme_projects")} == {
        kept.reference,
        gone.reference,
    }
    projects.withdraw_project(gone, by=idea_factory.staff(), because=factory.BECAUSE)
    publish("projects")
    assert {row["project"] for row in rows("programme_projects")} == {kept.reference}


def test_the_last_row_leaves_too():
    gone = factory.project()
    publish("projects")
    projects.withdraw_project(gone, by=idea_factory.staff(), because=factory.BECAUSE)
    publish("projects")
    assert rows("programme_projects") == []
    assert Dataset.objects.get(code="programme_projects").versions.first().rows == 0
    factory.project()
    publish("projects")
    assert len(rows("programme_projects")) == 1


def test_drafts_and_hidden_things_never_come_in():
    factory.project(published=False)
    idea_factory.hidden()
    idea_factory.unconfirmed()
    idea_factory.taken_back()
    factory.organisation(published=False)
    publish("projects", "ideas", "organisations")
    for code in ("programme_projects", "programme_ideas", "programme_organisations"):
        assert rows(code) == []


def test_a_draft_organisation_of_a_public_project_is_not_named():
    draft = factory.organisation(published=False)
    factory.project(owner=draft, partners=[draft])
    publish("projects", "project_organisations")
    assert rows("programme_project_organisations") == []
    (project,) = rows("programme_projects")
    assert project["owner"] == ""


def test_no_person_and_no_word_of_a_citizen_is_given_away():
    writer: Actor = person(email=EMAIL, name=NAME).actor
    idea = idea_factory.public(by=writer, title=f"{WORDS} un", text=f"{WORDS} deux, dit {NAME} ({EMAIL})")
    given = idea_factory.unconfirmed(name=NAME, show_name=True, email=EMAIL, title=f"{WORDS} trois")
    ideas.confirm_idea(given, by=given.author)
    ideas.support_idea(idea, by=person(email=f"x{EMAIL}", name=NAME).actor)
    ideas.answer_idea(
        idea,
        by=person(roles=("staff",), name=NAME).actor,
        number=1,
        state="retained",
        text=idea_factory.ANSWER,
    )
    project = factory.project(ideas=[idea])
    factory.lead(project, writer)
    publish()
    kept = everything_in_the_lake()
    for marker in (WORDS, NAME, "Nommarqueur", EMAIL, "marker-of-a-person"):
        assert marker.encode() not in kept
    assert idea.reference.encode() in kept


def test_ideas_say_when_they_came_and_what_became_of_them():
    idea = idea_factory.answered()
    publish("ideas")
    (row,) = rows("programme_ideas")
    assert row["idea"] == idea.reference
    assert (row["state"], row["channel"], row["language"]) == ("retained", "web", "fr")
    assert row["answered"]


def test_what_nobody_declared_is_empty_and_not_false():
    project = factory.project()
    projects.declare(project, {"answer": True, "source": SOURCE}, about="eu_funding", by=idea_factory.staff())
    publish("projects")
    (row,) = rows("programme_projects")
    assert (row["eu_funding"], row["eu_partner"]) == ("true", "")


def test_building_blocks_in_use_are_counted_by_project():
    by = idea_factory.staff()
    block = projects.save_block(BuildingBlock(), {"name": factory.named(), "kind": "regional"}, by=by)
    for project in (factory.project(), factory.project(), factory.project(published=False)):
        projects.declare(
            project, {"answer": None, "blocks": [block], "source": SOURCE}, about="shared_block", by=by
        )
    publish("project_blocks")
    assert len(rows("programme_project_blocks")) == 2


def test_the_links_of_the_thread_join_public_things_only():
    idea, hidden = idea_factory.public(), idea_factory.hidden()
    project = factory.project(ideas=[idea, hidden])
    publish("links")
    (link,) = [row for row in rows("programme_links") if row["earlier_kind"] == "idea"]
    assert (link["earlier"], link["later"]) == (idea.reference, project.reference)
    assert "" != link["relation_nl"] != link["relation_fr"]


def test_nobody_changes_such_a_table_by_hand():
    publish("projects")
    dataset, by = Dataset.objects.get(code="programme_projects"), idea_factory.staff()
    received = incoming.keep("projects.csv", [b"project\nPROJ-1\n"])
    for change in (
        lambda: actions.receive_file(received, by=by, dataset=dataset),
        lambda: actions.save_dataset(dataset, {"licence_name": "x"}, by=by),
        lambda: actions.restore_version(dataset, by=by, version=0),
        lambda: actions.withdraw_dataset(dataset, by=by, because=Text.of({"fr": "Faux", "nl": "Fout"})),
        lambda: actions.save_source(dataset, by=by, address="https://example.org/p.csv", every="day"),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert refusal.value.code == "programme-table"


def test_the_office_publishes_them_with_a_button(staff):
    factory.project()
    response = staff.post("/fr/datahub/office/tables/publish/", follow=True)
    assert response.status_code == 200
    assert Dataset.objects.filter(code="programme_projects", publication="published").exists()
    page = staff.get(reverse("datahub:desk", args=["programme_projects"])).content.decode()
    assert reverse("datahub:publish-tables") in page
    assert reverse("datahub:load", args=["programme_projects"]) not in page
    assert reverse("datahub:source", args=["programme_projects"]) not in page


def test_a_reader_sees_what_kind_of_table_it_is(client):
    factory.project()
    publish("projects")
    page = client.get(reverse("datahub:dataset", args=["programme_projects"])).content.decode()
    assert "sans données personnelles" in page
