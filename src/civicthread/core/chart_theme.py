"""How charts look: their colours, their lines, their words. The drawing takes its real colours from the page.

In a spec a colour is the hexadecimal value of the light palette, so that the same spec also draws by itself in a
browser; on the page each becomes a variable of the style sheet, and dark mode and forced colours just work.
"""

from typing import Any

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import override

from civicthread.core import formats

PAPER, PAPER_DEEP = "#ffffff", "#eeece5"
INK, INK_SOFT, LINE = "#1c2027", "#555b66", "#dcd9d0"
ACCENT = "#2b3f9e"
GOOD, UNDERWAY, CAUTION, BAD, ENDED = "#0a7257", "#2b62b8", "#a86400", "#b3361b", "#676c75"
NO_DATA = "#d5d5d4"
# From a little of the accent colour to all of it; between the fourth and the fifth, text on it turns over.
STEPS = ("#e9edf7", "#cad3eb", "#abb9df", "#8a9bd0", "#5b70b9", "#4259aa", ACCENT)

VARIABLES = {
    PAPER: "--paper",
    PAPER_DEEP: "--paper-deep",
    INK: "--ink",
    INK_SOFT: "--ink-soft",
    LINE: "--line",
    GOOD: "--good",
    UNDERWAY: "--underway",
    CAUTION: "--caution",
    BAD: "--bad",
    ENDED: "--ended",
    NO_DATA: "--map-none",
    **{colour: f"--map-{step}" for step, colour in enumerate(STEPS, start=1)},
    ACCENT: "--accent",
}

# Roboto comes with the engine and is as wide as the typeface of the pages, so words are measured right.
TEXT = {"font": "Roboto", "fontSize": 13}
PAGE_FONT = "Figtree"
AXIS = {
    "domain": False,
    "ticks": False,
    "gridColor": LINE,
    "gridWidth": 1,
    "labelColor": INK_SOFT,
    "labelFont": TEXT["font"],
    "labelFontSize": TEXT["fontSize"],
    "labelPadding": 8,
    "titleColor": INK_SOFT,
    "titleFont": TEXT["font"],
    "titleFontSize": TEXT["fontSize"],
    "titleFontWeight": "normal",
}
CONFIG: dict[str, Any] = {
    "background": None,
    "padding": 0,
    "font": TEXT["font"],
    "axis": AXIS,
    "axisX": {"grid": False},
    "view": {"stroke": None},
    "text": {**TEXT, "color": INK},
    "line": {"color": ACCENT, "strokeWidth": 2.5, "strokeJoin": "round", "strokeCap": "round"},
    "point": {"color": ACCENT, "filled": True, "size": 60, "opacity": 1},
    "bar": {"color": ACCENT},
    "rule": {"color": INK},
    "tick": {"color": INK},
    "geoshape": {"stroke": PAPER, "strokeJoin": "round"},
    "legend": {"disable": True},
}


def in_page_colours(spec: Any) -> Any:
    """A spec that names the page's own colours and typeface, for a drawing that stands in the page itself.

    >>> in_page_colours({"mark": {"color": "#2B3F9E", "font": "Roboto", "size": 3}})
    {'mark': {'color': 'var(--accent)', 'font': 'Figtree', 'size': 3}}
    """
    if isinstance(spec, dict):
        return {name: in_page_colours(part) for name, part in spec.items()}
    if isinstance(spec, list):
        return [in_page_colours(part) for part in spec]
    if not isinstance(spec, str):
        return spec
    if variable := VARIABLES.get(spec.lower()):
        return f"var({variable})"
    return PAGE_FONT if spec == TEXT["font"] else spec


def number_locale(language: str) -> dict[str, Any]:
    """Thousands, decimals, money and per cent as the pages write them, in d3's words."""
    thousands, decimal = formats.MARKS.get(language, formats.MARKS["en"])
    euro = {"fr": ["", f"{formats.WIDE}€"], "nl": [f"€{formats.WIDE}", ""]}.get(language, ["€", ""])
    return {
        "decimal": decimal,
        "thousands": thousands,
        "grouping": [3],
        "currency": euro,
        "percent": f"{formats.WIDE}%",
        "minus": "−",
    }


def time_locale(language: str) -> dict[str, Any]:
    """The names of months and days, from Django, so that charts and pages use the same words.

    Django has the short months of English without their capitals.
    """
    with override(language):
        short = [str(MONTHS_3[month]) for month in range(1, 13)]
        return {
            "dateTime": "%e %B %Y, %X",
            "date": "%d/%m/%Y",
            "time": "%H:%M:%S",
            "periods": ["AM", "PM"],
            "days": _week(WEEKDAYS),
            "shortDays": _week(WEEKDAYS_ABBR),
            "months": [str(MONTHS[month]) for month in range(1, 13)],
            "shortMonths": [month.capitalize() for month in short] if language == "en" else short,
        }


def _week(names: dict[int, Any]) -> list[str]:
    """Django's week starts on Monday, d3's on Sunday."""
    return [str(names[(day - 1) % 7]) for day in range(7)]
