"""The editor of a query: what it may read, and a preview of what it gives."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from civicthread.core import formats, policy
from civicthread.core.models import Actor
from civicthread.datahub import queries as datahub
from civicthread.datahub.models import Dataset
from civicthread.indicators import computing, places, rolling
from civicthread.indicators.columns import NUMBERS

if TYPE_CHECKING:
    from civicthread.indicators.models import Indicator
    from civicthread.indicators.proposing import Placed

SHOWN_ROWS = 50
WORD = re.compile(r"\w+|\S")


@dataclass(frozen=True)
class Preview:
    """What a query gives now: its first rows, how many there are, and how many figures have no value.

    `unmatched` are the areas, as the query writes them, that have a numerator and never a denominator.
    """

    columns: list[dict[str, Any]]
    rows: list[list[str]]
    count: int
    without_value: int
    unmatched: list[str]


def preview(sql: str, *, indicator: "Indicator", roll_up: str, by: Actor) -> Preview:
    """Run a query on the current versions, as a computation would, and keep nothing.

    Refused with a sentence where it cannot be computed: then neither could the indicator. One person looks at one
    query at a time: the one before ends, wherever its page is waited for.
    """
    policy.require("indicators.compute", by=by)
    query = computing.checked(sql)
    versions = computing.latest_versions(query.tables)
    answer = computing.run(query, versions, owner=_looker(by), seconds=computing.SECONDS_TO_LOOK, alone=True)
    level = indicator.area_level
    placed = places.placed(computing.figures_of(answer), level=level)
    figures = rolling.rolled(placed, by=rolling.checked(roll_up, query), level=level).figures
    columns = [{"label": c.name, "numeric": c.type in NUMBERS} for c in query.columns]
    rows = [
        [_shown(name, value, indicator.decimals) for name, value in row.items()]
        for row in answer.slice(0, SHOWN_ROWS).to_pylist()
    ]
    without_value = sum(figure.value is None for figure, _area in figures.values())
    return Preview(columns, rows, len(figures), without_value, _unmatched(placed))


def _unmatched(figures: "Placed") -> list[str]:
    counted = [(figure, area) for figure, area in figures.values() if area and figure.numerator is not None]
    matched = {area.code for figure, area in counted if figure.denominator is not None}
    return sorted(
        {
            str(area) if figure.area == area.code else figure.area
            for figure, area in counted
            if area.code not in matched
        }
    )


def stop(*, by: Actor) -> bool:
    """End the query that this person tries out; False where none runs. What is computed for good goes on."""
    policy.require("indicators.compute", by=by)
    return computing.engine().cancel(_looker(by))


def _looker(by: Actor) -> str:
    return f"preview {by.pk}"


def _shown(name: str, value: object, decimals: int) -> str:
    """A cell: figures as pages show them, what they are made of with all its digits, a year as a year."""
    if value is None:
        return "–"
    if name in computing.NUMERIC and isinstance(value, float | int):
        return formats.number(value, decimals if name == "value" else None)
    return formats.datum(value)


@dataclass(frozen=True)
class Spot:
    """The line of the text where a mistake stands: what comes before it, the word itself, what comes after."""

    number: int
    before: str
    word: str
    after: str


def spot(sql: str, line: object, column: object) -> Spot | None:
    """Where that line and column lead to; None where the refusal names no place in the text.

    >>> spot("SELECT 1 AS value\\nFROM lamp", 2, 6)
    Spot(number=2, before='FROM ', word='lamp', after='')
    """
    lines = sql.split("\n")
    if not isinstance(line, int) or not isinstance(column, int) or not 0 < line <= len(lines):
        return None
    text = lines[line - 1]
    start = min(max(column - 1, 0), len(text))
    word = WORD.match(text, start)
    end = word.end() if word else len(text)
    return Spot(line, text[:start], text[start:end] or " ", text[end:])


def tables(*, visible_to: Actor) -> list[Dataset]:
    """The datasets a query may read, with their columns."""
    return list(datahub.datasets(visible_to=visible_to).prefetch_related("columns").order_by("code"))
