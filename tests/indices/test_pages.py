"""The public pages of composite indices, their files, and the same for programs."""

import csv
import io
import json

import pytest
from django.test import Client

from civicthread.core import journal
from civicthread.indicators import actions as indicator_actions
from civicthread.indices import actions, explaining, queries
from civicthread.indices.models import CompositeIndex
from tests import personas
from tests.factories import datahub, indicators
from tests.factories import indices as factory

pytestmark = pytest.mark.django_db
LIST = "/en/indices/"


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().split())


def test_the_list_costs_the_same_with_one_index_and_with_three(constant_queries):
    constant_queries(LIST, factory.standing)


def test_a_page_costs_at_most_twelve_queries(client, django_assert_max_num_queries):
    made = factory.standing(family="lamps")
    factory.standing(family="lamps")
    for path in (f"{LIST}{made.code}/", f"{LIST}{made.code}/parts/light/", f"{LIST}{made.code}/compare/"):
        page(client, path)
        with django_assert_max_num_queries(12):
            page(client, path)


def test_an_index_shows_its_score_its_rank_and_what_it_rests_on(client):
    made = factory.standing()
    html = page(client, f"{LIST}{made.code}/?edition=2023&area=B")
    assert "90.00" in html
    assert "of 2" in html
    assert "100 % of the weight is measured." in html
    assert "56.67 + 33.33 = 90.00" in html


def test_there_is_no_rank_where_an_area_has_no_score(client):
    made = factory.standing()
    html = page(client, f"{LIST}{made.code}/?edition=2024&area=A")
    assert "not ranked" in html
    assert "among all areas that compete" not in html


def test_a_union_of_the_others_does_not_compete():
    made = factory.standing()
    made.areas.filter(code="B").update(ranked=False)
    assert queries.standing(queries.approved_run(made), "city").ranks("2023") == {}


def test_one_walks_from_the_index_to_the_row_of_a_dataset(client):
    made = factory.standing()
    base = f"{LIST}{made.code}/"
    asked = "area=B&amp;edition=2023"
    assert f'href="{base}parts/light/?{asked}"' in page(client, f"{base}?edition=2023&area=B")
    group = page(client, f"{base}parts/light/?edition=2023&area=B")
    assert f'href="{base}parts/dark/?{asked}"' in group
    assert "It counts for 66.7 % of “The city” and adds 56.67 points there." in group
    leaf = page(client, f"{base}parts/dark/?edition=2023&area=B")
    assert "100 × (1 − (1 − 0) ÷ (10 − 0)) = 90.00" in leaf
    assert "The method counts 10 as 0 points and 0 as 100" in leaf
    assert "<code>2023, B, dark</code>" in leaf
    assert "/data/cells@1.csv" in leaf
    cut = page(client, f"{base}parts/wifi/?edition=2023&area=B")
    assert "A value beyond these two is cut to them." in cut
    assert "100 × (50 − 0) ÷ (50 − 0) = 100.00" in cut


def test_the_page_of_the_index_itself_has_one_address(client):
    made = factory.standing()
    answer = client.get(f"{LIST}{made.code}/parts/city/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{LIST}{made.code}/?")
    assert client.get(f"{LIST}{made.code}/parts/nowhere/").status_code == 404


def test_other_weights_stand_beside_the_official_score_and_in_the_address(client):
    made = factory.standing()
    html = page(client, f"{LIST}{made.code}/?edition=2023&area=B&w-light=1&w-wifi=1")
    assert "Not an official figure" in html
    assert '<td class="number">90.00</td><td class="number">92.50</td>' in html
    assert 'value="1"' in html
    below = page(client, f"{LIST}{made.code}/parts/light/?edition=2023&area=B&w-lit=0&w-dark=5")
    assert '<td class="number">85.00</td><td class="number">90.00</td>' in below
    assert '<td class="number">90.00</td><td class="number">93.33</td>' in below


@pytest.mark.parametrize(
    "asked", ["w-light=-1", "w-light=x", "w-light=0&w-wifi=0", "w-light=nan", "w-light=1e400"]
)
def test_weights_that_make_no_index_are_told_on_the_form(client, asked):
    made = factory.standing()
    html = page(client, f"{LIST}{made.code}/?{asked}")
    assert "Not an official figure" not in html
    assert "error-summary" in html or "data-error" in html


def test_the_official_weights_give_the_official_score():
    made = factory.standing()
    shown = explaining.explained(queries.current(made.code, visible_to=None), edition="2023", area="B")
    weights = {part.key: part.weight for part in shown.tree}
    found = explaining.what_if(shown, weights)
    assert (found.index, found.ranks) == (shown.score.points, shown.ranks)


def test_an_unknown_area_or_edition_shows_the_ones_there_are(client):
    made = factory.standing()
    html = page(client, f"{LIST}{made.code}/?edition=1066&area=Nowhere%00&w-nothing=3")
    assert "Town A" in html


def test_methods_stand_side_by_side_under_their_names(client):
    one = factory.standing(family="lamps", title={"fr": "Un", "nl": "Een", "en": "Lamps 2020"})
    heavier = factory.METHOD.replace("indicator,wifi,city,1", "indicator,wifi,city,8")
    factory.standing(family="lamps", method=heavier, title={"fr": "Deux", "nl": "Twee", "en": "Lamps 2022"})
    html = page(client, f"{LIST}{one.code}/?edition=2023&area=B")
    assert "By other methods" in html
    assert "Lamps 2022" in html
    assert '<th scope="row">2023</th><td class="number">97.00</td><td class="number">90.00</td>' in html


def test_areas_and_editions_are_compared_with_files_of_the_same(client):
    made = factory.standing()
    html = page(client, f"{LIST}{made.code}/compare/?area=B&area=A&edition=2023&part=wifi")
    assert "Wifi in all areas, edition 2023" in html
    assert f"/indices/{made.code}.csv?part=wifi&amp;area=B&amp;area=A" in html
    rows = lines(client, made, "?part=wifi&area=B")
    assert [(r["edition"], r["score"]) for r in rows] == [("2023", "100.0"), ("2024", "20.0")]


def lines(client: Client, made: CompositeIndex, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/indices/{made.code}.csv{query}")
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_csv_json_and_api_tell_every_score_as_it_is_kept(client):
    made = factory.standing()
    kept = list(queries.approved_run(made).scores.order_by("pk"))
    of_csv = lines(client, made)
    of_json = json.loads(client.get(f"/indices/{made.code}.json").content)["scores"]
    of_api = client.get(f"/api/v1/indices/{made.code}/scores?limit=100").json()["results"]
    assert len(kept) == len(of_csv) == len(of_json) == len(of_api) == 20
    for score, row, one, told in zip(kept, of_csv, of_json, of_api, strict=True):
        assert (row["edition"], row["area"], row["code"]) == (score.edition, score.area, score.part)
        assert row["score"] == ("" if score.points is None else repr(score.points))
        assert one["score"] == told["score"] == score.points
        assert one["version"] == (1 if score.layer else None)


def test_files_have_a_stamp_and_a_run_keeps_its_own_for_good(client):
    made = factory.standing()
    answer = client.get(f"/indices/{made.code}.csv")
    again = client.get(f"/indices/{made.code}.csv", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    run = queries.approved_run(made)
    assert client.get(f"/indices/{made.code}@{run.pk}.csv").content == answer.content
    for path in (f"{made.code}@4711.csv", f"{made.code}.xls", "nothing.csv"):
        assert client.get(f"/indices/{path}").status_code == 404
    assert client.get(f"/indices/{made.code}.csv?area=%00").status_code == 200


def test_the_api_tells_the_method_and_the_run(client):
    made = factory.standing()
    told = client.get(f"/api/v1/indices/{made.code}").json()
    assert [part["code"] for part in told["parts"]] == ["city", "light", "lit", "dark", "wifi"]
    assert told["parts"][3]["parent"] == "light"
    assert told["run"]["run"] == queries.approved_run(made).name
    assert told["score"] == client.get("/api/v1/indices").json()["results"][0]["score"]
    draft = factory.noted()
    assert client.get(f"/api/v1/indices/{draft.code}").status_code == 404
    assert client.get(f"/api/v1/indices/{draft.code}/scores").status_code == 404


def test_drafts_are_for_those_who_keep_indices_and_withdrawn_ones_tell_why(client):
    draft, gone = factory.noted(), factory.standing()
    actions.withdraw_index(gone, because=factory.BECAUSE, by=journal.system())
    for path in ("/", "/parts/light/", "/compare/"):
        assert client.get(f"{LIST}{draft.code}{path}").status_code == 404
        assert client.get(f"{LIST}{gone.code}{path}").status_code == 410
    assert client.get(f"/indices/{draft.code}.csv").status_code == 404
    steward = personas.make("steward").client()
    assert "No scores yet" in page(steward, f"{LIST}{draft.code}/")


def test_texts_of_a_file_can_hold_no_markup(client):
    method = factory.METHOD.replace("Light", "<script>alert(1)</script>")
    made = factory.standing(method=method)
    assert "<script>alert" not in page(client, f"{LIST}{made.code}/")


def test_the_thread_leads_from_indicator_to_index_to_part_to_indicator_and_dataset(client):
    fed, measuring = indicators.indicator(), indicators.indicator()
    made = factory.standing(indicator=fed, method=factory.linked(["lit"], measuring.code))
    html = page(client, f"{LIST}{made.code}/")
    for thing in (fed, datahub.Dataset.objects.get(code="cells")):
        assert thing.get_absolute_url().replace("/fr/", "/en/") in html
    part = page(client, f"{LIST}{made.code}/parts/lit/")
    assert measuring.get_absolute_url().replace("/fr/", "/en/") in part
    back = page(client, measuring.get_absolute_url().replace("/fr/", "/en/"))
    assert f"{LIST}{made.code}/parts/lit/" in back
    assert f"{LIST}{made.code}/" in page(client, fed.get_absolute_url().replace("/fr/", "/en/"))


def test_an_indicator_that_an_index_feeds_leads_there_in_the_language_of_the_reader(client):
    fed = indicators.indicator()
    made = factory.standing(indicator=fed)
    indicator_actions.approve_values(fed, by=journal.system())
    html = page(client, fed.get_absolute_url().replace("/fr/", "/nl/"))
    assert f"/nl/indices/{made.code}/?edition=2023" in html
    assert "deze site" in html
    assert f"/fr/indices/{made.code}/?edition" not in html


def test_where_the_value_of_a_wider_place_stands_in_the_place_is_named_wherever_the_figure_stands(
    client, place
):
    fed = indicators.indicator(status_method="none")
    factory.cells(place)
    made = factory.index(
        sql="SELECT edition, 'A' AS area, code, value, 'proxy' AS layer, area AS source_area FROM cells "
        "WHERE area = 'B'",
        indicator=fed,
    )
    actions.compute(made, by=journal.system())
    actions.approve_run(made, by=journal.system())
    actions.publish_index(made, by=journal.system())
    indicator_actions.approve_values(fed, by=journal.system())
    leaf = page(client, f"{LIST}{made.code}/parts/lit/?edition=2023&area=A")
    assert "The value of Town B stands in for that of Town A: in edition 2023 it is 80 " in leaf
    own = fed.get_absolute_url().replace("/fr/", "/en/")
    told = page(client, own)
    assert "value of a wider place" in told
    assert "Where a value stands in, it is that of Town B." in told
    assert "value of a wider place" in page(client, "/en/dashboard/?view=cards")
    assert "value of a wider place" in page(client, "/en/indicators/")
    assert ",proxy," in page(client, "/en/dashboard/figures.csv")
    assert client.get(f"/api/v1/indicators/{fed.code}").json()["latest"]["flags"] == ["proxy"]
