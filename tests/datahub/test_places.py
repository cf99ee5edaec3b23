"""The map on the page of a dataset whose rows are places."""

import pytest

from civicthread.datahub import places, reader
from civicthread.lake.places import NAMES
from civicthread.territory import maps
from tests import personas
from tests.factories.datahub import dataset, load
from tests.factories.ideas import municipality

pytestmark = pytest.mark.django_db
COLUMNS = [
    {"name": "street", "type": "text"},
    {"name": "lon", "type": "number", "nullable": True},
    {"name": "lat", "type": "number", "nullable": True},
]
HERE = "street,lon,lat\nRue Haute,4.35,50.84\nNowhere,,\nRue <Basse>,4.36,50.85\n"


@pytest.fixture
def lamps(place):
    municipality()

    def made(rows=HERE, columns=COLUMNS, **values):
        found = dataset(
            columns=columns, keys=[], sort=[], period_column="", reference_period="2023", **values
        )
        load(found, place, rows)
        return found

    return made


def page(client, made, language="en"):
    return client.get(f"/{language}/datahub/{made.code}/")


def test_rows_that_are_places_stand_on_a_map_with_its_table(client, lamps):
    made = lamps()
    answer = page(client, made)
    figure = answer.context["places"].figure
    assert [row[0] for row in figure.rows] == ["Rue <Basse>", "Rue Haute"]
    content = answer.content.decode()
    assert 'id="places-map"' in content
    assert "Rue &lt;Basse&gt;" in content
    assert "Rue <Basse>" not in content


def named(longitude, latitude, kind="number"):
    return [COLUMNS[0], *({"name": name, "type": kind, "nullable": True} for name in (longitude, latitude))]


@pytest.mark.parametrize("pair", NAMES)
def test_degrees_that_the_file_itself_gives_stand_on_a_map_too(client, lamps, pair):
    made = lamps(HERE.replace("lon,lat", ",".join(pair)), named(*pair))
    figure = page(client, made).context["places"].figure
    assert [row[0] for row in figure.rows] == ["Rue <Basse>", "Rue Haute"]


@pytest.mark.parametrize(
    "columns", [named("longitude", "latitude", kind="text"), named("east", "north"), named("lon", "latitude")]
)
def test_other_columns_are_no_places(client, lamps, columns):
    names = ",".join(column["name"] for column in columns)
    assert page(client, lamps(HERE.replace("street,lon,lat", names), columns)).context["places"] is None


def test_what_is_nowhere_on_earth_stays_off_the_map(client, lamps):
    made = lamps(
        "street,longitude,latitude\nHere,4.35,50.84\nMetres,148870,170770\n", named("longitude", "latitude")
    )
    assert [row[0] for row in page(client, made).context["places"].figure.rows] == ["Here"]


def test_the_map_is_drawn_once(client, lamps, monkeypatch):
    made = lamps()
    first = page(client, made).context["places"].figure
    monkeypatch.setattr(reader, "rows", None)
    monkeypatch.setattr(maps, "points", None)
    again = page(client, made, "en").context["places"].figure
    assert (again.svg, again.rows) == (first.svg, first.rows)


def test_rows_of_the_office_stay_off_the_public_map(client, lamps):
    made = lamps(access="office")
    assert page(client, made).context["places"] is None
    assert page(personas.make("steward").client(), made).context["places"].figure


def test_too_many_places_are_told(client, lamps, monkeypatch):
    made = lamps()
    monkeypatch.setattr(maps, "MOST_POINTS", 2)
    answer = page(client, made)
    assert answer.context["places"] == places.Shown(None)
    assert "too many places" in answer.content.decode()


def test_a_page_with_a_map_costs_few_queries(client, lamps, django_assert_max_num_queries):
    made = lamps()
    page(client, made)
    with django_assert_max_num_queries(12):
        page(client, made)
