"""From a file to scores that stand, by the product's own path; again, and from a changed file or method."""

import math

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.indices import actions, queries, tasks
from civicthread.indices.models import CompositeIndex, IndexRun, Score
from tests.factories import datahub
from tests.factories import indices as factory

pytestmark = pytest.mark.django_db


def compute(made: CompositeIndex) -> IndexRun | None:
    return actions.compute(made, by=journal.system())


def points(run: IndexRun) -> dict[tuple[str, str, str], float | None]:
    return {(s.edition, s.area, s.part): s.points for s in run.scores.all()}


def test_a_file_becomes_scores_with_the_cells_they_come_from(place):
    factory.cells(place)
    made = factory.index()
    run = compute(made)
    assert (run.rows, run.versions, run.approval) == (20, {"cells": 1}, "proposed")
    found = points(run)
    assert found["2023", "A", "light"] == 50.0
    assert found["2023", "A", "wifi"] == 50.0
    assert found["2023", "A", "city"] == pytest.approx(50.0)
    assert found["2023", "B", "wifi"] == 100.0, "cut to the goalposts"
    assert found["2023", "B", "dark"] == 90.0, "less is better"
    assert found["2023", "B", "city"] == pytest.approx(2 / 3 * 85 + 1 / 3 * 100)
    cell = run.scores.get(edition="2023", area="B", part="wifi")
    assert (cell.raw, cell.layer, cell.dataset, cell.row) == (60.0, "measured", "cells", "2023, B, wifi")


def test_a_missing_value_leaves_its_groups_without_a_score_and_is_never_zero(place):
    factory.cells(place)
    found = points(compute(factory.index()))
    assert found["2024", "B", "dark"] is None
    assert found["2024", "B", "light"] is None
    assert found["2024", "B", "city"] is None
    assert found["2024", "B", "lit"] == 90.0


def test_a_method_may_share_the_weight_of_what_is_missing_among_the_others(place):
    factory.cells(place)
    made = factory.index(sql="")
    actions.set_method(
        made,
        factory.rows(),
        sql=factory.SQL,
        note=factory.NOTE,
        missing="renormalise",
        by=journal.system(),
    )
    assert points(compute(made))["2024", "B", "light"] == 90.0


def test_what_is_imputed_fills_only_what_is_not_measured_and_is_counted_by_weight(place):
    factory.cells(place)
    factory.cells(place, factory.IMPUTED + "2023,A,dark,9\n", code="filled")
    run = compute(factory.index(sql=factory.BOTH))
    root = run.scores.get(edition="2024", area="B", part="city")
    assert root.points == pytest.approx(2 / 3 * 85 + 1 / 3 * 20)
    assert root.imputed == pytest.approx(1 / 3)
    assert root.measured == pytest.approx(2 / 3)
    cell = run.scores.get(edition="2024", area="B", part="dark")
    assert (cell.layer, cell.dataset, cell.raw) == ("imputed", "filled", 2.0)
    assert run.scores.get(edition="2023", area="A", part="dark").raw == 5.0


def test_the_contributions_of_the_parts_make_the_score_of_their_parent(place):
    factory.cells(place)
    run = compute(factory.index())
    scores = {(s.edition, s.area, s.part): s for s in run.scores.all()}
    for (edition, area, part), score in scores.items():
        if part == "city" and score.points is not None:
            added = [scores[edition, area, under].contribution for under in ("light", "wifi")]
            assert score.points == pytest.approx(math.fsum(added), abs=1e-12)


def test_nothing_is_computed_twice(place):
    factory.cells(place)
    made = factory.index()
    assert compute(made) is not None
    assert compute(made) is None
    assert IndexRun.objects.count() == 1


def test_only_what_lies_downstream_of_a_changed_dataset_is_computed_again(place):
    cells = factory.cells(place)
    factory.cells(place, code="others")
    one = factory.published()
    other = factory.published(sql=factory.SQL.replace("cells", "others"))
    assert tasks.keep_up.call() == 0
    datahub.load(cells, place, factory.ROWS.replace("2023,A,lit,50", "2023,A,lit,51"))
    assert tasks.keep_up.call() == 1
    assert queries.proposed_run(one).versions == {"cells": 2}
    assert queries.proposed_run(other) is None
    assert tasks.keep_up.call() == 0


def test_published_scores_stay_until_new_ones_are_approved(place):
    cells = factory.cells(place)
    made = factory.published()
    first = queries.approved_run(made)
    datahub.load(cells, place, factory.ROWS.replace("2023,A,lit,50", "2023,A,lit,51"))
    compute(made)
    assert queries.approved_run(made) == first
    actions.approve_run(made, by=journal.system())
    second = queries.approved_run(made)
    assert second != first
    assert points(second)["2023", "A", "lit"] == 51.0
    assert points(first)["2023", "A", "lit"] == 50.0, "the old run keeps its scores"


def test_a_newer_run_takes_the_place_of_a_proposal_nobody_decided_on(place):
    cells = factory.cells(place)
    made = factory.computed()
    seen = queries.proposed_run(made)
    datahub.load(cells, place, factory.ROWS + "2025,A,lit,1\n")
    compute(made)
    assert IndexRun.objects.filter(approval="proposed", superseded_at__isnull=True).count() == 1
    with pytest.raises(Refused) as refused:
        actions.approve_run(made, by=journal.system(), seen=seen.pk)
    assert refused.value.code == "stale"


def test_refused_scores_stay_on_record_and_nothing_waits(place):
    factory.cells(place)
    made = factory.computed()
    run = actions.refuse_run(made, by=journal.system())
    assert (run.approval, run.scores.count()) == ("refused", 20)
    assert queries.proposed_run(made) is None
    with pytest.raises(Refused):
        actions.approve_run(made, by=journal.system())


def test_a_change_of_the_method_makes_a_new_version_and_the_old_run_keeps_its_own(place):
    factory.cells(place)
    made = factory.published()
    first = queries.approved_run(made)
    heavier = factory.METHOD.replace("indicator,wifi,city,1", "indicator,wifi,city,8")
    method = actions.set_method(
        made, factory.rows(heavier), sql=factory.SQL, note=factory.NOTE, by=journal.system()
    )
    assert (method.number, made.methods.count()) == (2, 2)
    compute(made)
    actions.approve_run(made, by=journal.system())
    second = queries.approved_run(made)
    assert second.method.number == 2
    assert points(second)["2023", "B", "city"] == pytest.approx(0.2 * 85 + 0.8 * 100)
    assert points(first)["2023", "B", "city"] == pytest.approx(2 / 3 * 85 + 1 / 3 * 100)
    assert [run.method.number for run in queries.family(made, "A", visible_to=None)] == [1, 2]


def test_the_same_method_makes_no_new_version(place):
    factory.cells(place)
    made = factory.index()
    again = actions.set_method(made, factory.rows(), sql=factory.SQL, note=factory.NOTE, by=journal.system())
    assert again.number == 1
    assert JournalEntry.objects.filter(verb="indices.set_method").count() == 1


BAD_QUERIES = [
    ("SELECT edition, area, code, value FROM cells", "index-columns-missing"),
    ("SELECT edition, area, code, code AS value, 'measured' AS layer FROM cells", "index-not-numeric"),
    ("SELECT edition, area, code, value, 'guessed' AS layer FROM cells", "index-layer-unknown"),
    ("SELECT edition, area, code, value, 'measured' AS layer FROM nowhere", "sql-unknown_table"),
    ("SELECT '2023' AS edition, area, code, value, 'measured' AS layer FROM cells", "method-two-values"),
    (
        "SELECT edition, area, code || 'x' AS code, value, 'measured' AS layer FROM cells",
        "index-nothing-fits",
    ),
    ("SELECT NULLIF(edition, edition) AS edition, area, code, value, 'measured' AS layer FROM cells",
     "index-row-unclear"),
    ("SELECT edition, area, code, value, 'measured' AS layer, 'other' AS dataset FROM cells",
     "index-dataset-unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "code"), BAD_QUERIES, ids=[code for _sql, code in BAD_QUERIES])
def test_a_query_that_gives_no_index_is_refused_in_a_sentence_and_nothing_is_kept(place, sql, code):
    factory.cells(place)
    with pytest.raises(Refused) as refused:
        compute(factory.index(sql=sql))
    assert refused.value.code == code
    assert len(str(refused.value.message)) > 20
    assert not Score.objects.exists()


def test_a_failed_run_is_told_and_not_tried_again_until_its_data_changes(place):
    cells = factory.cells(place)
    made = factory.index(sql="SELECT edition, area, code, value, area AS layer FROM cells")
    assert tasks.keep_up.call() == 0
    assert queries.last_run(made).failed == "index-layer-unknown"
    assert tasks.keep_up.call() == 0
    assert IndexRun.objects.count() == 1
    datahub.load(cells, place, "edition,area,code,value\n2023,measured,lit,5\n")
    assert tasks.keep_up.call() == 1


BAD_METHODS = [
    ("indicator,lit,light,1,0,100,1", "indicator,lit,light,1,100,0,1", "method-goalposts-order"),
    ("group,light,city,2", "group,light,nowhere,2", "method-lost"),
    ("indicator,wifi,city,1", "indicator,lit,city,1", "method-code-twice"),
    ("group,light,city,2", "group,light,city,-2", "method-weight"),
    ("group,light,city,2", "group,light,city,two", "method-not-a-number"),
    ("indicator,wifi,city,1,0,50,1,yes,Le wifi,De wifi,Wifi", "indicator,wifi,city,1,0,50,1,yes,,,Wifi",
     "index-label-missing"),
    ("indicator,wifi,city", "indicator,wi fi,city", "index-code-unclear"),
    ("group,light,city", ",light,city", "index-level-missing"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), BAD_METHODS, ids=[code for *_rest, code in BAD_METHODS])
def test_a_file_that_is_no_method_is_refused_with_the_code_at_fault(place, old, new, code):
    factory.cells(place)
    made = factory.index()
    assert old in factory.METHOD
    rows = factory.rows(factory.METHOD.replace(old, new))
    with pytest.raises(Refused) as refused:
        actions.set_method(made, rows, sql=factory.SQL, note=factory.NOTE, by=journal.system())
    assert refused.value.code == code
    assert made.methods.count() == 1


def test_an_index_is_published_with_its_method_and_approved_scores_only(place):
    factory.cells(place)
    bare = factory.index(sql="")
    for made, code in ((bare, "index-no-method"), (factory.computed(), "no-scores")):
        with pytest.raises(Refused) as refused:
            actions.publish_index(made, by=journal.system())
        assert refused.value.code == code


def test_a_run_that_was_overtaken_writes_nothing(place, monkeypatch):
    """Two people compute at once: the first one's query runs while the second one finishes."""
    factory.cells(place)
    made = factory.index()
    usual = actions.scoring.compute

    def slow(*given, **options):
        monkeypatch.setattr(actions.scoring, "compute", usual)
        assert compute(made) is not None
        return usual(*given, **options)

    monkeypatch.setattr(actions.scoring, "compute", slow)
    assert compute(made) is None
    assert (IndexRun.objects.count(), Score.objects.count()) == (1, 20)


def test_the_database_keeps_one_standing_run_one_method_and_one_score_for_a_place(place):
    factory.cells(place)
    made = factory.published()
    run, method = queries.approved_run(made), made.methods.get()
    score = run.scores.first()
    twice = {f.name: getattr(score, f.name) for f in Score._meta.concrete_fields if f.name != "id"}
    for again in (
        lambda: Score.objects.create(**twice),
        lambda: Score.objects.create(**{**twice, "area": "C", "raw": 1.0, "layer": ""}),
        lambda: method.parts.create(key="x", level="l", weight=-1, position=9, parent=method.parts.first()),
        lambda: method.parts.create(key="root", level="l", weight=1, position=9),
        lambda: IndexRun.objects.create(
            method=method,
            at=timezone.now(),
            by=journal.system(),
            engine="duckdb",
            sql_sha256="x",
            digest="x",
            approval="approved",
            approved_at=timezone.now(),
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            again()
