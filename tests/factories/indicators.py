"""Indicators for tests, made by the product's own actions on real tables of a small lake."""

from itertools import count
from pathlib import Path
from typing import Any

from civicthread.core import journal
from civicthread.core.text import Text
from civicthread.datahub.models import Dataset
from civicthread.indicators import actions
from civicthread.indicators.models import Indicator
from civicthread.territory import actions as territory
from civicthread.territory.models import Area
from tests.factories import datahub

_numbers = count(1)
NOTE = Text.of({"fr": "Les lampes comptées.", "nl": "De getelde lampen.", "en": "The lamps counted."})
BECAUSE = Text.of({"fr": "Le fichier a été corrigé.", "nl": "Het bestand is verbeterd."})
# The lamps of tests/factories/datahub.py: area, year, n.
TOTAL = "SELECT CAST(year AS VARCHAR) AS period, SUM(n) AS value FROM lamps GROUP BY year"
BY_AREA = "SELECT CAST(year AS VARCHAR) AS period, n AS value, area FROM lamps"
CORRECTED = "area,year,n\n21001,2020,5\n21002,2020,8\n21001,2021,9\n"


def lamps(folder: Path, text: str = datahub.ROWS) -> Dataset:
    """The dataset of the queries above, with its first rows."""
    made = datahub.dataset("lamps")
    datahub.load(made, folder, text)
    return made


def areas() -> dict[str, Area]:
    """The Region and two municipalities."""
    by = journal.system()
    region = territory.save_area(
        Area(code="04000", level=Area.Level.REGION, nuts=["BE1", "BE10"]),
        {"name": {"fr": "Bruxelles-Capitale", "nl": "Brussel-Hoofdstad"}},
        by=by,
    )
    names = {"21001": "Anderlecht", "21002": "Auderghem"}
    towns = {
        code: territory.save_area(
            Area(code=code, level=Area.Level.MUNICIPALITY),
            {"name": {"fr": name, "nl": name}, "parent": region},
            by=by,
        )
        for code, name in names.items()
    }
    return {"region": region, **towns}


def sector(town: Area) -> Area:
    """A statistical sector of a municipality."""
    made = Area(code=f"{town.code}A00-", level=Area.Level.SECTOR)
    return territory.save_area(
        made, {"name": {"fr": "Centre", "nl": "Centrum"}, "parent": town}, by=journal.system()
    )


def indicator(*, published: bool = True, sql: str = "", **values: Any) -> Indicator:
    """An indicator with a method, without figures."""
    number = next(_numbers)
    told = {
        "title": {"fr": f"Lampes {number}", "nl": f"Lampen {number}", "en": f"Lamps {number}"},
        "description": {"fr": "Les lampes.", "nl": "De lampen.", "en": "The lamps."},
        "unit": {"fr": "lampes", "nl": "lampen", "en": "lamps"},
        "good": "up",
        "status_method": "share_of_target",
        "frequency": "yearly",
        **values,
    }
    by = journal.system()
    made = actions.save_indicator(None, told, by=by)
    actions.set_method(made, note=NOTE, sql=sql, by=by)
    return actions.publish_indicator(made, by=by) if published else made


def computed(sql: str = TOTAL, **values: Any) -> Indicator:
    """A published indicator whose figures are computed and approved."""
    made = indicator(sql=sql, **values)
    actions.compute(made, by=journal.system())
    actions.approve_values(made, by=journal.system())
    return made


def reported(period: str = "2020", value: float = 5, **values: Any) -> Indicator:
    """A published indicator with one approved figure."""
    made = indicator(**values)
    actions.report_value(made, {"period": period, "value": value}, by=journal.system())
    actions.approve_values(made, by=journal.system())
    return made
