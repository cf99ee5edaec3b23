"""The pages of the territory, in every language and for cities that have little of it."""

import json

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from civicthread.core import journal
from civicthread.territory import actions
from civicthread.territory.models import Area
from tests.factories.territory import area, row_of_squares, square

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
HOSTILE = """<script>alert('1')</script>&"'"""


def read(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_is_a_drawing_of_links_and_a_table_of_the_same(client, language):
    areas = row_of_squares("Uccle", "Forest", "Ixelles")
    html = read(client, f"/{language}/territory/")
    drawing, table = html[html.index('class="chart"') :].split("</svg>", 1)
    for one in areas:
        link = f'href="/{language}/territory/{one.code}/"'
        assert drawing.count(link) == 1
        assert table.count(link) == 1
    names = [table.index(f">{name}<") for name in ("Forest", "Ixelles", "Uccle")]
    assert names == sorted(names)


def test_the_map_page_says_what_the_territory_is_called_and_how_much_there_is(client):
    region = area("04000", level=Area.Level.REGION, name={"fr": "La Région", "nl": "Het Gewest"})
    area(parent=region)
    assert "La Région et sa seule commune." in read(client, "/fr/territory/")
    area(parent=region)
    html = read(client, "/nl/territory/")
    assert "Het Gewest en de 2 gemeenten." in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_without_areas_says_what_will_stand_there(client, language):
    html = read(client, f"/{language}/territory/")
    with override(language):
        assert gettext("No municipality yet") in html
    assert "<table" not in html


def test_areas_without_boundaries_are_a_table_without_a_map(client):
    one = area(postal_codes=["1180", "1190"])
    html = read(client, "/fr/territory/")
    assert 'class="chart"' not in html
    assert reverse("territory:geojson") not in html
    assert one.get_absolute_url() in html
    assert "1180, 1190" in html
    assert 'class="chart"' not in read(client, one.get_absolute_url())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_an_area_tells_its_names_and_codes_and_what_lies_in_it(client, language):
    region = area("04000", level=Area.Level.REGION, nuts=["BE1", "BE10"])
    (uccle,) = row_of_squares("Uccle")
    told = {"parent": region, "postal_codes": ["1180"], "aliases": ["La Bascule"]}
    actions.save_area(uccle, told, by=journal.system())
    page = read(client, f"/{language}/territory/{uccle.code}/")
    for word in ("1180", "La Bascule", uccle.code, f"/{language}/territory/04000/"):
        assert word in page
    assert 'class="chart"' in page
    above = read(client, f"/{language}/territory/04000/")
    assert "BE1, BE10" in above
    assert f'<a href="/{language}/territory/{uccle.code}/">Uccle</a>' in above
    for name in ("Lieu 04000", "Plek 04000", "Place 04000"):
        assert name in above


def test_what_lies_in_a_municipality_is_not_called_a_municipality(client):
    town = area()
    area("21001A00-", level=Area.Level.SECTOR, parent=town, name={"fr": "Centre", "nl": "Centrum"})
    html = read(client, f"/fr/territory/{town.code}/")
    assert "Secteurs statistiques</h2>" in html
    assert "Communes</h2>" not in html


@pytest.mark.parametrize("code", ["99999", "areas", "0", "x" * 60])
def test_an_area_that_nobody_knows_is_not_found(client, code):
    area()
    assert client.get(f"/fr/territory/{code}/").status_code == 404


def test_names_of_areas_are_words_wherever_they_stand(client):
    words = {"fr": HOSTILE, "nl": HOSTILE}
    region = area("04000", level=Area.Level.REGION, name=words, aliases=[HOSTILE], nuts=[HOSTILE])
    area("21001", parent=region, name=words, aliases=[HOSTILE], postal_codes=[HOSTILE], boundary=square())
    for address in ("/fr/territory/", "/fr/territory/04000/", "/fr/territory/21001/"):
        html = read(client, address)
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html
    features = json.loads(client.get("/fr/territory/areas.geojson").content)["features"]
    assert features[0]["properties"]["name_fr"] == HOSTILE


def test_the_pages_cost_the_same_with_one_and_with_three_areas(constant_queries):
    region = area("04000", level=Area.Level.REGION)
    columns = iter(range(100))

    def make() -> Area:
        return area(parent=region, boundary=square(next(columns)))

    constant_queries("/fr/territory/", make)
    constant_queries("/fr/territory/04000/", make)
    constant_queries(make().get_absolute_url(), make)


def test_the_boundaries_are_sent_once_and_again_only_when_they_changed(client):
    (uccle,) = row_of_squares("Uccle")
    address = reverse("territory:geojson")
    first = client.get(address)
    assert first["Content-Type"] == "application/geo+json"
    assert [feature["id"] for feature in json.loads(first.content)["features"]] == [uccle.code]
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.save_area(uccle, {"boundary": square(4)}, by=journal.system())
    changed = client.get(address, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert json.loads(changed.content)["features"][0]["geometry"] == square(4)


@pytest.mark.parametrize("name", ["map", "geojson", "area"])
def test_the_pages_are_only_read(client, name):
    known = area()
    address = reverse(f"territory:{name}", args=[known.code] if name == "area" else [])
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200
