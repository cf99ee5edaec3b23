"""What a course shows beside the measured line."""

from datetime import date

from civicthread.core import chart_theme, charts
from civicthread.core.chart_specs import Course, Point, line
from civicthread.core.course_layers import Other

YEARS = [date(year, 1, 1) for year in range(2020, 2027)]
MEASURED = [Point(day, value) for day, value in zip(YEARS, (10, 12, 30, 31), strict=False)]


def layers(course: Course) -> dict[str, dict]:
    return {layer["name"]: layer for layer in line(course)["layer"]}


def test_a_break_parts_the_line_and_is_drawn_upright():
    drawn = layers(Course(MEASURED, breaks=[YEARS[2]]))
    parts = {row["day"][:4]: row["part"] for row in drawn["measured"]["data"]["values"]}
    assert parts == {"2020": 0, "2021": 0, "2022": 1, "2023": 1}
    assert drawn["break_2022-01-01"]["mark"]["type"] == "rule"
    assert "break_2022-01-01" not in layers(Course(MEASURED))


def test_projection_and_other_places_are_named_where_they_end():
    belgium = Other("Belgium", [Point(YEARS[0], 20), Point(YEARS[3], 25), Point(YEARS[4], None)])
    drawn = layers(Course(MEASURED, projection=[Point(YEARS[3], 31), Point(YEARS[6], 40)], others=[belgium]))
    assert drawn["other_0_label"]["encoding"]["text"] == {"value": "Belgium"}
    assert drawn["other_0_label"]["data"]["values"] == [{"day": "2023-01-01", "value": 25}]
    assert drawn["projection"]["data"]["values"][-1] == {"day": "2026-01-01", "value": 40}
    assert drawn["projection"]["mark"]["strokeDash"] != drawn["other_0"]["mark"]["strokeDash"]


def test_the_newest_value_is_not_written_over_the_target_it_reached():
    def dy(target: Point) -> int:
        return layers(Course(MEASURED, target=target))["last_label"]["mark"].get("dy", 0)

    assert dy(Point(YEARS[3], 31)) < 0
    assert dy(Point(YEARS[3], 32)) > 0
    assert dy(Point(YEARS[6], 40)) < 0
    assert dy(Point(YEARS[2], 31)) == 0


def test_the_axis_reaches_as_far_as_the_projection():
    course = Course(MEASURED[:2], projection=[Point(YEARS[1], 12), Point(YEARS[6], 40)])
    assert line(course)["encoding"]["x"]["axis"]["format"] == "%Y"


def test_the_axis_names_years_where_there_is_nothing_else_and_stands_them_under_what_ends_them():
    def axis(*days: date) -> dict:
        return line(Course([Point(day, 1) for day in days]))["encoding"]["x"]["axis"]

    assert (axis(*YEARS[:3])["format"], axis(*YEARS[:3])["tickCount"]) == (
        "%Y",
        {"interval": "year", "step": 1},
    )
    ends = axis(date(2014, 12, 31), date(2016, 6, 30), date(2019, 12, 31))
    assert [(one["year"], one["month"], one["date"]) for one in ends["values"]] == [
        (year, 12, 31) for year in range(2014, 2020)
    ]
    assert axis(date(2024, 1, 1), date(2024, 2, 1))["format"] == "%b %Y"
    assert chart_theme.time_locale("en")["shortMonths"][0] == "Jan"


def test_a_figure_on_the_left_edge_is_written_beside_the_scale_not_over_it():
    def align(*days: date) -> str:
        course = Course([Point(day, 6) for day in days], target=Point(YEARS[6], 50))
        return layers(course)["last_label"]["mark"]["align"]

    assert (align(YEARS[0]), align(*YEARS[:2])) == ("left", "center")


def test_a_course_with_everything_can_be_drawn():
    belgium = Other("Belgium", [Point(YEARS[0], 20), Point(YEARS[3], 25)])
    course = Course(
        MEASURED,
        Point(YEARS[6], 50),
        [Point(YEARS[0], 10), Point(YEARS[6], 50)],
        projection=[Point(YEARS[3], 31), Point(YEARS[6], 40)],
        others=[belgium],
        breaks=[YEARS[2]],
    )
    svg = charts.draw(line(course), name="everything", title="Everything")
    assert svg.startswith("<svg")
    for word in ("Belgium", "50"):
        assert word in svg
