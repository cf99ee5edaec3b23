"""How areas are written, as a table: what stands in it, and that queries find in it what the gazetteer finds."""

import duckdb
import pytest

from civicthread.core import journal
from civicthread.lake.sql import check
from civicthread.territory import actions, places
from civicthread.territory.models import Area
from civicthread.territory.published import TABLES
from tests.factories import territory as factory

pytestmark = pytest.mark.django_db
NAMES = {
    "21003": ({"fr": "Berchem-Sainte-Agathe", "nl": "Sint-Agatha-Berchem"}, ["Berchem St.Agathe"]),
    "21009": ({"fr": "Ixelles", "nl": "Elsene"}, ["XL"]),
    "04000": ({"fr": "Région de l’Œuvre", "nl": "Gewest"}, []),
}
WRITTEN = {
    "BERCHEM STE AGATHE": "21003",
    "Berchem – Saint-Agathe": "21003",
    "sint agatha berchem": "21003",
    "Ixelles / Elsene": "21009",
    "elsene-ixelles": "21009",
    "IXÉLLES": "21009",
    "XL": "21009",
    "21009": "21009",
    "Région de l'œuvre": "04000",
    "4000": "04000",
    "Total": None,
}


@pytest.fixture
def areas():
    for code, (name, aliases) in NAMES.items():
        actions.save_area(
            Area(code=code, level=Area.Level.MUNICIPALITY),
            {"name": name, "aliases": aliases},
            by=journal.system(),
        )


def table() -> list[dict]:
    return list(TABLES[0].rows())


def test_a_query_finds_the_area_that_the_gazetteer_finds(areas):
    sql = check("SELECT area_key(written) AS spelling FROM t", {"t": {"written": "text"}}).sql
    spelled = {row["spelling"]: row["area"] for row in table()}
    for written, code in WRITTEN.items():
        connection = duckdb.connect()
        connection.execute("CREATE TABLE t AS SELECT ? AS written", [written])
        ((key,),) = connection.execute(sql).fetchall()
        assert spelled.get(key) == code, written
        found = places.gazetteer().find(written, level=Area.Level.MUNICIPALITY)
        assert (found.code if found else None) == code


def test_a_name_of_two_areas_of_a_level_is_no_spelling(areas):
    factory.area("21099", name={"fr": "Ixelles", "nl": "Andere"})
    found = {row["spelling"]: row["area"] for row in table()}
    assert "ixelles" not in found
    assert (found["elsene"], found["andere"]) == ("21009", "21099")
