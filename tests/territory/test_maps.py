"""Maps and their tables: what is drawn, what the table says, and what readers who see neither are told."""

import math
import re
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from civicthread.core.chart_theme import ACCENT, INK, NO_DATA, PAPER, PAPER_DEEP, STEPS, VARIABLES
from civicthread.territory import maps
from civicthread.territory.maps import Place
from civicthread.territory.models import Area
from civicthread.territory.places import gazetteer
from tests.factories.territory import SIDE, SOUTH, WEST, area, row_of_squares, square

pytestmark = pytest.mark.django_db
HOSTILE = """<script>alert('1')</script>&"'"""
SVG = "{http://www.w3.org/2000/svg}"


def fills(svg: str, *, of: str = "chart-areas") -> list[str]:
    """The colours of what is drawn in that group, in its order."""
    root = ET.fromstring(svg)
    group = next(element for element in root.iter() if element.get("class") == of)
    shapes = [element for element in group.iter() if element.tag.endswith("path")]
    return [element.get("fill") or group.get("fill") or "" for element in shapes]


def page(colour: str) -> str:
    return f"var({VARIABLES[colour]})"


def words(figure: maps.MapFigure) -> list[list[str]]:
    return [[cell["text"] if isinstance(cell, dict) else cell for cell in row] for row in figure.rows]


def test_the_table_holds_every_area_by_name_with_its_value():
    uccle, forest, evere = row_of_squares("Uccle", "Forest", "Évere")
    figure = maps.choropleth(
        {uccle.code: 12.5, forest.code: 0, "99999": 7}, title="Arbres", name="trees", unit="arbres"
    )
    assert words(figure) == [["Évere", "pas de données"], ["Forest", "0"], ["Uccle", "12,5"]]
    assert figure.rows[0][0]["url"] == evere.get_absolute_url()
    assert [column["label"] for column in figure.columns] == ["Territoire", "arbres"]


def test_no_data_is_neither_zero_nor_the_lightest_colour():
    zero, much, _ = row_of_squares("Zéro", "Un", "Deux")
    figure = maps.choropleth({zero.code: 0, much.code: 10}, title="Arbres", name="trees")
    lightest, darkest, unknown = fills(figure.svg)
    assert (lightest, darkest, unknown) == (page(STEPS[0]), page(STEPS[-1]), page(NO_DATA))
    assert figure.legend[-1] == {"label": "pas de données", "step": 0}
    assert figure.legend[0]["step"] == 1


def test_a_name_on_a_dark_area_is_written_in_the_colour_of_the_paper():
    light, dark = row_of_squares("Clair", "Sombre")
    figure = maps.choropleth({light.code: 0, dark.code: 10}, title="Arbres", name="trees")
    colours = {element.text: element.get("fill") for element in ET.fromstring(figure.svg).iter("text")}
    assert colours == {"Clair": page(INK), "Sombre": page(PAPER)}


def test_with_all_values_known_the_legend_does_not_speak_of_missing_ones():
    areas = row_of_squares("Uccle", "Forest")
    figure = maps.choropleth({one.code: 5 for one in areas}, title="Arbres", name="trees", unit="m²")
    assert figure.legend == [{"label": "5\u00a0m²", "step": 4}]
    assert set(fills(figure.svg)) == {page(STEPS[3])}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("draw", [maps.choropleth, maps.circles])
def test_what_is_no_number_is_no_data(draw, value):
    one, other = row_of_squares("Uccle", "Forest")
    figure = draw({one.code: value, other.code: 3}, title="Arbres", name="trees")
    assert words(figure) == [["Forest", "3"], ["Uccle", "pas de données"]]
    assert 'class="chart"' in figure.svg


def test_maps_that_are_compared_have_one_legend_and_one_meaning_of_a_colour():
    one, other = row_of_squares("Uccle", "Forest")
    before, after = {one.code: 10, other.code: 20}, {one.code: 90, other.code: 100}
    among = [*before.values(), *after.values()]
    first, last = (
        maps.choropleth(values, title="Arbres", name=f"trees-{place}", among=among)
        for place, values in enumerate((before, after))
    )
    assert first.legend == last.legend
    assert not set(fills(first.svg)) & set(fills(last.svg))


@pytest.mark.parametrize(
    ("language", "number", "nothing"),
    [
        ("fr", "1\u202f234,5", "pas de données"),
        ("nl", "1.234,5", "geen gegevens"),
        ("en", "1,234.5", "no data"),
    ],
)
def test_a_map_speaks_the_readers_language(language, number, nothing):
    one = area(name={"fr": "Forêt", "nl": "Vorst", "en": "Forest"}, boundary=square())
    other = area(name={"fr": "Uccle", "nl": "Ukkel", "en": "Uccle"}, boundary=square(1))
    with translation.override(language):
        figure = maps.choropleth({one.code: 1234.5}, title="Trees", name="trees")
        assert {tuple(row) for row in words(figure)} == {
            (str(one.name), number),
            (str(other.name), nothing),
        }
        for size in ("names", "names-narrow"):
            assert f">{one.name}<" in figure.svg.partition(f'class="chart-{size}"')[2].partition("</g>")[0]


def test_hostile_names_are_words_in_the_drawing():
    one = area(name={"fr": HOSTILE, "nl": HOSTILE}, boundary=square(side=SIDE * 8))
    for figure in (
        maps.choropleth({one.code: 1}, title=HOSTILE, name="trees", unit=HOSTILE),
        maps.circles({one.code: 1}, title=HOSTILE, name="trees", unit=HOSTILE),
        maps.points([Place(WEST, SOUTH, HOSTILE, 1, "/")], title=HOSTILE, name="trees", unit=HOSTILE),
    ):
        tags = {element.tag for element in ET.fromstring(figure.svg).iter()}
        assert not tags & {"script", f"{SVG}script"}
        assert "&lt;script&gt;" in figure.svg
    assert "&lt;script&gt;" in maps.locator(one, name="here")


def test_a_map_is_one_image_with_its_title_and_says_that_a_table_follows():
    row_of_squares("Uccle", "Forest")
    figure = maps.choropleth({}, title="Arbres par rue", name="trees")
    root = ET.fromstring(figure.svg)
    assert root.get("role") == "img"
    told = {element.get("id"): element.text for element in root if element.get("id")}
    assert [told[name] for name in root.get("aria-labelledby").split()] == [
        "Arbres par rue",
        "Une carte de 2 territoires\u00a0; le tableau ci-dessous contient chaque valeur.",
    ]


def test_without_boundaries_there_is_still_the_table():
    one = area(name={"fr": "Uccle", "nl": "Ukkel"})
    assert not maps.has_ground(gazetteer())
    assert words(maps.choropleth({one.code: 4}, title="Arbres", name="trees")) == [["Uccle", "4"]]
    assert words(maps.circles({one.code: 4}, title="Arbres", name="trees")) == [["Uccle", "4"]]
    area(boundary=square())
    assert maps.has_ground(gazetteer())


def test_a_map_of_another_level_shows_that_level():
    region = area("04000", level=Area.Level.REGION, name={"fr": "Région", "nl": "Gewest"}, boundary=square())
    area(parent=region)
    figure = maps.choropleth({"04000": 4}, title="Arbres", name="trees", level=Area.Level.REGION)
    assert words(figure) == [["Région", "4"]]


def circles_of(figure: maps.MapFigure) -> list[float]:
    """The squares around the circles, in the order in which they are drawn."""
    root = ET.fromstring(figure.svg)
    groups = [element for element in root.iter() if element.get("class") == "chart-places"]
    found = []
    for path in (element for group in groups for element in group.iter() if element.tag.endswith("path")):
        radius = float(path.get("d").split(",")[0].lstrip("M"))
        found.append((2 * radius) ** 2)
    return found


def test_the_surface_of_a_circle_is_the_count():
    areas = row_of_squares("Uccle", "Forest", "Evere", "Jette")
    counts = dict(zip((one.code for one in areas), (100, 25, 0, 50), strict=True))
    figure = maps.circles(counts, title="Vélos", name="bikes", unit="vélos")
    assert words(figure) == [["Evere", "0"], ["Forest", "25"], ["Jette", "50"], ["Uccle", "100"]]
    large, middle, small = circles_of(figure)
    assert large / small == pytest.approx(4, rel=0.05)
    assert large / middle == pytest.approx(2, rel=0.05)
    assert large == pytest.approx(maps.LARGEST_CIRCLE, rel=0.05)


def test_circles_that_are_compared_have_one_scale():
    (one,) = row_of_squares("Uccle")
    figure = maps.circles({one.code: 25}, title="Vélos", name="bikes", among=[25, 100])
    assert circles_of(figure)[0] == pytest.approx(maps.LARGEST_CIRCLE / 4, rel=0.05)


def test_a_count_of_nobody_is_no_circle_and_a_missing_one_is_no_data():
    one, other = row_of_squares("Uccle", "Forest")
    figure = maps.circles({one.code: None, other.code: 0}, title="Vélos", name="bikes")
    assert words(figure) == [["Forest", "0"], ["Uccle", "pas de données"]]
    assert circles_of(figure) == []


def test_the_overview_leads_to_each_area_and_lists_the_same():
    areas = row_of_squares("Uccle", "Forest")
    figure = maps.overview(title="Communes", name="towns")
    assert words(figure) == [["Forest"], ["Uccle"]]
    for one in areas:
        assert figure.svg.count(f'href="{one.get_absolute_url()}"') == 1
    root = ET.fromstring(figure.svg)
    assert root.get("aria-hidden") == "true"
    assert {link.get("tabindex") for link in root.iter() if link.get("href")} == {"-1"}
    names = [
        title.text
        for link in root.iter()
        if link.get("href")
        for title in link
        if title.tag.endswith("title")
    ]
    assert sorted(names) == ["Forest", "Uccle"], "the pointer reads also a name that does not fit"
    elsewhere = maps.overview(title="Communes", name="towns", links={areas[0].code: "/fr/ideas/"})
    assert elsewhere.svg.count("href=") == 1


def test_the_overview_is_darker_where_more_is_counted_and_the_legend_tells_each_shade():
    none, some, most = row_of_squares("Uccle", "Forest", "Evere")
    counts = {some.code: 1, most.code: 17, "99999": 1000}
    figure = maps.overview(title="Communes", name="towns", counts=counts)
    assert fills(figure.svg) == [page(STEPS[0]), page(STEPS[3]), page(STEPS[6])]
    assert figure.legend == [{"label": "0", "step": 1}, {"label": "1", "step": 4}, {"label": "17", "step": 7}]
    for same in ({}, {one.code: 4 for one in (none, some, most)}):
        plain = maps.overview(title="Communes", name="towns", counts=same)
        assert (set(fills(plain.svg)), plain.legend) == ({page(STEPS[0])}, [])


def test_the_locator_shows_what_the_area_covers():
    region = area("04000", level=Area.Level.REGION)
    west = area("21001", parent=region, boundary=square())
    area("21002", parent=region, boundary=square(1))
    area("21003", boundary=square(2))
    inside, outside = page(ACCENT), page(PAPER_DEEP)
    assert fills(maps.locator(west, name="here")) == [inside, outside, outside]
    assert fills(maps.locator(region, name="here")) == [inside, inside, outside]


def test_the_locator_of_a_sector_shows_the_sectors():
    town = area("21001", boundary=square())
    for number in range(3):
        area(f"21001A0{number}", level=Area.Level.SECTOR, parent=town, boundary=square(number))
    first = Area.objects.get(code="21001A00")
    assert fills(maps.locator(first, name="here")) == [page(ACCENT), page(PAPER_DEEP), page(PAPER_DEEP)]


def test_points_say_what_they_are_and_where():
    row_of_squares("Uccle")
    found = [
        Place(WEST + 0.01, SOUTH + 0.01, "Zoo", 3, "/fr/zoo/"),
        Place(WEST - 1, SOUTH, "Ailleurs"),
        Place(WEST + SIDE + 0.001, SOUTH + 0.01, "École"),
    ]
    figure = maps.points(found, title="Lieux", name="places", unit="visites")
    assert words(figure) == [["Ailleurs", "–", ""], ["École", "Uccle", ""], ["Zoo", "Uccle", "3"]]
    assert figure.rows[2][0]["url"] == "/fr/zoo/"
    assert figure.columns[2] == {"label": "visites", "numeric": True}
    assert len(circles_of(figure)) == 3


def test_points_without_values_have_no_column_of_values():
    row_of_squares("Uccle")
    figure = maps.points([Place(WEST, SOUTH, "Zoo")], title="Lieux", name="places")
    assert words(figure) == [["Zoo", "Uccle"]]
    assert len(figure.columns) == 2


def test_too_many_points_are_refused():
    many = [Place(WEST, SOUTH, str(number)) for number in range(2001)]
    with pytest.raises(ValueError, match="2001 points are too many"):
        maps.points(many, title="Lieux", name="places")


def test_an_area_is_its_inside_and_not_the_rest_of_the_world_whichever_way_its_ring_runs():
    for column, turn in enumerate((1, -1)):
        ring = square(column)["coordinates"][0][::turn]
        area(boundary={"type": "Polygon", "coordinates": [ring]})
    svg = maps.choropleth({}, title="Arbres", name="trees").svg
    drawn = [element.get("d") or "" for element in ET.fromstring(svg).iter("path")]
    corners = [re.findall(r"-?[\d.]+", path) for path in drawn if path.endswith("Z")]
    assert [len(numbers) for numbers in corners] == [8, 8]
