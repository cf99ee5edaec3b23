"""DESI through the product's own path: files into the lake, a query on an engine, scores in the records.

The published figures of 2020, the worked examples of 2022, and the Brussels edition; on DuckDB and on a Sail server.
"""

import csv
import io
import math
from collections.abc import Iterator

import pytest
from django.test import Client

from civicthread.config import index_command
from civicthread.config.programme.load_datasets import NotLoaded, load_datasets
from civicthread.config.programme.load_indicators import load_indicators
from civicthread.config.programme.load_indices import load_indices
from civicthread.config.programme.loading import load_areas, load_stakeholders
from civicthread.core import journal
from civicthread.core.models import JournalEntry
from civicthread.indicators import computing
from civicthread.indicators.models import Indicator
from civicthread.indices import queries, scoring
from civicthread.indices.models import CompositeIndex, IndexPart, IndexRun, Score
from tests import sailing
from tests.brussels import programme
from tests.methods import desi
from tests.methods.test_desi import IMPUTED_2022, PRINTED_2022, TOLERANCE_2020

pytestmark = pytest.mark.django_db
Key = tuple[str, str, str]


@pytest.fixture
def sail(tmp_path) -> Iterator[str]:
    """The address of a Sail server."""
    with sailing.served(tmp_path / "sail.log") as address:
        yield address
        computing.engine().close()
        computing.started.cache_clear()


def load() -> None:
    by, track = journal.system(), lambda things, name: things
    brussels = programme()
    linked = {code for index in brussels.indices.indices for code in index.measured_by.values()}
    indicators = tuple(entry for entry in brussels.indicators if entry.code in linked)
    datasets = tuple(d for d in brussels.datasets if any(d.code in entry.datasets for entry in indicators))
    loaded = brussels.model_copy(update={"datasets": datasets, "indicators": indicators})
    for step in (load_areas, load_stakeholders, load_datasets, load_indicators, load_indices):
        step(loaded, by=by, track=track)


def standing(code: str) -> IndexRun:
    return queries.approved_run(CompositeIndex.objects.get(code=code))


def scores(code: str) -> dict[Key, Score]:
    return {(s.edition, s.area, s.part): s for s in standing(code).scores.all()}


def test_desi_by_the_products_own_path_on_both_engines(sail, settings, client):
    load()
    found = {code: scores(code) for code in ("desi-2020", "desi-2022", "desi-brussels")}
    desi_2020_replays_the_published_figures(found["desi-2020"])
    desi_2022_replays_the_worked_examples(found["desi-2022"])
    exactly_eight_countries_rest_on_imputed_cells(found["desi-2022"])
    one_country_in_one_year_has_a_score_by_each_method()
    the_brussels_edition_says_that_it_is_belgian(found["desi-brussels"], found["desi-2020"])
    the_command_without_records_gives_the_same(found["desi-2020"])
    a_part_leads_to_the_indicator_that_measures_the_same_and_back(client)
    loading_again_changes_nothing()
    sail_gives_the_same_to_the_last_bit(settings, sail)


def a_part_leads_to_the_indicator_that_measures_the_same_and_back(client: Client) -> None:
    """Only where both are the same score of the same country; the edition of the Region has no such part."""
    linked = IndexPart.objects.filter(indicator__isnull=False)
    names = linked.values_list("method__index__code", "key", "indicator__code")
    assert list(names) == [("desi-2022", "4a3", "public-services-for-citizens")]
    part, indicator = "/en/indices/desi-2022/parts/4a3/", "/en/indicators/public-services-for-citizens/"
    assert f'href="{indicator}"' in client.get(part).content.decode()
    assert f'href="{part}"' in client.get(indicator).content.decode()


def desi_2020_replays_the_published_figures(kept: dict[Key, Score]) -> None:
    """All 5,574 contributions and 1,044 scores within 2e-4: they are published with six digits."""
    published = desi.rows("desi-2020", "published")
    contributions = {
        (r["edition"], r["area"], r["code"]): float(r["value"])
        for r in published
        if r["figure"] == "contribution"
    }
    measured = {key: score.contribution for key, score in kept.items() if score.layer == "measured"}
    assert len(measured) == 5_574
    assert max(abs(value - contributions[key]) for key, value in measured.items()) <= TOLERANCE_2020
    expected = {
        (r["edition"], r["area"], r["code"]): float(r["value"]) for r in published if r["figure"] == "score"
    }
    dimensions = [part.code for part in desi.method("desi-2020").root.parts]
    for edition, area in {key[:2] for key in kept}:
        added = [contributions[edition, area, code] for code in dimensions]
        expected[edition, area, "desi"] = math.fsum(added)
    assert len(expected) == 1_044
    assert max(abs(kept[key].points - value) for key, value in expected.items()) <= TOLERANCE_2020
    assert sum(score.layer == "recovered" for score in kept.values()) == 864
    assert not any(score.imputed for score in kept.values()), "nothing says whether they were imputed"


def desi_2022_replays_the_worked_examples(kept: dict[Key, Score]) -> None:
    for (area, code), printed in PRINTED_2022.items():
        digits = len(str(printed).partition(".")[2])
        points = kept["2022", area, code].points
        assert points == pytest.approx(printed, abs=0.5000001 * 10**-digits), (area, code)


def exactly_eight_countries_rest_on_imputed_cells(kept: dict[Key, Score]) -> None:
    imputed = {area for (edition, area, _part), s in kept.items() if edition == "2022" and s.imputed}
    assert imputed == IMPUTED_2022


def one_country_in_one_year_has_a_score_by_each_method() -> None:
    found = queries.family(CompositeIndex.objects.get(code="desi-2020"), "BE", visible_to=None)
    points = {run.method.index.code: scores["2017"] for run, scores in found.items()}
    assert round(points["desi-2020"], 2) == 48.93
    assert round(points["desi-2022"], 2) == 35.73
    ranks = queries.standing(standing("desi-2020"), "desi").ranks("2020")
    assert (ranks["BE"], ranks["FI"], len(ranks)) == (9, 1, 28), "the Union is no competitor"


def the_brussels_edition_says_that_it_is_belgian(kept: dict[Key, Score], belgian: dict[Key, Score]) -> None:
    for (edition, area, part), score in kept.items():
        assert area == "04000"
        assert score.points == belgian[edition, "BE", part].points
        assert score.measured == 0
    root = kept["2020", "04000", "desi"]
    assert root.proxy + root.recovered == pytest.approx(1)
    assert kept["2020", "04000", "desi_3a2_iu"].row == "2020, BE, desi_3a2_iu"
    indicator = Indicator.objects.get(code="desi-brussels-edition")
    assert (indicator.kind, indicator.is_published) == ("composite", True)
    values = {v.period: v for v in indicator.values.filter(approval="approved", superseded_at__isnull=True)}
    assert list(values) == [str(year) for year in range(2015, 2021)]
    assert values["2020"].value == root.points
    assert "nationale" in values["2020"].note["fr"].text
    assert "Belgique" in values["2020"].note["fr"].text
    assert values["2020"].flags == ["proxy"]


def the_command_without_records_gives_the_same(kept: dict[Key, Score]) -> None:
    text = index_command.index("desi-2020", edition="", form="csv").decode()
    told = list(csv.DictReader(io.StringIO(text)))
    assert len(told) == len(kept) == 9_570
    assert all(repr(kept[r["edition"], r["area"], r["code"]].points) == r["score"] for r in told)


def loading_again_changes_nothing() -> None:
    before = [model.objects.count() for model in (JournalEntry, IndexRun, Score)]
    load()
    assert [model.objects.count() for model in (JournalEntry, IndexRun, Score)] == before


def sail_gives_the_same_to_the_last_bit(settings, address: str) -> None:
    settings.ENGINE = address
    computing.engine().close()
    computing.started.cache_clear()
    for code in ("desi-2020", "desi-2022", "desi-brussels"):
        run = standing(code)
        done = scoring.compute(run.method, run.versions)
        assert (run.engine, done.engine) == ("duckdb", "sc")
        assert done.digest == run.digest


def test_a_link_from_a_part_that_the_method_lacks_is_refused_by_its_name():
    brussels = programme()
    (entry,) = (index for index in brussels.indices.indices if index.measured_by)
    wrong = entry.model_copy(update={"measured_by": {"9z9": "public-services-for-citizens"}})
    indices = brussels.indices.model_copy(update={"indices": (wrong,)})
    loaded = brussels.model_copy(update={"indices": indices})
    with pytest.raises(NotLoaded, match=r"indices\.yml, desi-2022: the method has no part “9z9”"):
        load_indices(loaded, by=journal.system(), track=lambda things, name: things)
