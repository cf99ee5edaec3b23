"""Worked examples for those who write queries: each runs as it stands on datasets like those it names."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civicthread.territory.published import NAMES

# The datasets the examples speak of, as a city may have them.
TABLES: Mapping[str, Mapping[str, str]] = {
    "collisions": {"day": "date", "municipality": "text", "severity": "text", "injured": "integer"},
    "municipalities": {"name": "text", "inhabitants": "integer"},
    "households": {"year": "integer", "municipality": "text", "size": "text", "households": "integer"},
    NAMES: {"level": "text", "spelling": "text", "area": "text"},
}


@dataclass(frozen=True)
class Example:
    """A question, what to look at in its query, and the query."""

    title: str | Promise
    explanation: str | Promise
    sql: str


EXAMPLES: tuple[Example, ...] = (
    Example(
        _("How many in each year?"),
        _("One row for each year. A year is a text here, so that 2026 and 2026-Q3 are written the same way."),
        """SELECT CAST(year(day) AS VARCHAR) AS period, COUNT(*) AS value
FROM collisions
GROUP BY CAST(year(day) AS VARCHAR)""",
    ),
    Example(
        _("What sum in each month?"),
        _("Months are written 2026-09. Rows without a number add nothing."),
        """SELECT strftime(day, '%Y-%m') AS period, SUM(injured) AS value
FROM collisions
GROUP BY strftime(day, '%Y-%m')""",
    ),
    Example(
        _("Which share of all?"),
        _(
            "Numerator and denominator are kept with the figure. Dividing by zero gives no figure, not an error."
        ),
        """SELECT CAST(year AS VARCHAR) AS period,
       SUM(CASE WHEN size = '1' THEN households ELSE 0 END) AS numerator,
       SUM(households) AS denominator,
       100.0 * SUM(CASE WHEN size = '1' THEN households ELSE 0 END) / SUM(households) AS value
FROM households
GROUP BY year""",
    ),
    Example(
        _("How many in each municipality, and in all?"),
        _("An area is named as you know it; an empty area is the whole territory."),
        """SELECT CAST(year AS VARCHAR) AS period, municipality AS area, SUM(households) AS value
FROM households
GROUP BY year, municipality
UNION ALL
SELECT CAST(year AS VARCHAR) AS period, '' AS area, SUM(households) AS value
FROM households
GROUP BY year""",
    ),
    Example(
        _("How many for 1,000 inhabitants?"),
        _("The inhabitants stand in another dataset: JOIN brings them beside each municipality."),
        """SELECT CAST(year(c.day) AS VARCHAR) AS period, c.municipality AS area,
       COUNT(*) AS numerator, MAX(m.inhabitants) AS denominator,
       1000.0 * COUNT(*) / MAX(m.inhabitants) AS value
FROM collisions AS c
JOIN municipalities AS m ON m.name = c.municipality
GROUP BY CAST(year(c.day) AS VARCHAR), c.municipality""",
    ),
    Example(
        _("And where two datasets write municipalities differently?"),
        _(
            "programme_area_names says which area a spelling means; area_key writes a name as it stands there. "
            "So “Ixelles” finds “ELSENE”, and two spellings are counted together."
        ),
        """WITH counted AS (
  SELECT CAST(year(c.day) AS VARCHAR) AS period, n.area, COUNT(*) AS numerator
  FROM collisions AS c
  JOIN programme_area_names AS n
    ON n.spelling = area_key(c.municipality) AND n.level = 'municipality'
  GROUP BY CAST(year(c.day) AS VARCHAR), n.area
), people AS (
  SELECT n.area, SUM(m.inhabitants) AS denominator
  FROM municipalities AS m
  JOIN programme_area_names AS n ON n.spelling = area_key(m.name) AND n.level = 'municipality'
  GROUP BY n.area
)
SELECT period, counted.area, numerator, denominator, 1000.0 * numerator / denominator AS value
FROM counted
JOIN people ON people.area = counted.area""",
    ),
    Example(
        _("How many in each group?"),
        _("Every further column is a breakdown: here one figure for each severity."),
        """SELECT CAST(year(day) AS VARCHAR) AS period, severity, COUNT(*) AS value
FROM collisions
WHERE severity IS NOT NULL
GROUP BY CAST(year(day) AS VARCHAR), severity""",
    ),
    Example(
        _("Which figures are provisional, and where does the series break?"),
        _(
            "The column flag holds break, estimated, provisional, imputed, declared or proxy. "
            "A note stands beside the figure: note_fr, note_nl."
        ),
        """SELECT CAST(year AS VARCHAR) AS period, SUM(households) AS value,
       CASE WHEN year = 2026 THEN 'provisional'
            WHEN year = 2024 THEN 'break' END AS flag,
       CASE WHEN year = 2024 THEN 'Nouvelle définition du ménage' END AS note_fr,
       CASE WHEN year = 2024 THEN 'Nieuwe definitie van het huishouden' END AS note_nl
FROM households
GROUP BY year""",
    ),
    Example(
        _("How much more than the year before?"),
        _("lag looks at the row before, in the order that OVER names."),
        """SELECT period, 100.0 * (total - lag(total) OVER (ORDER BY period))
               / lag(total) OVER (ORDER BY period) AS value
FROM (
  SELECT CAST(year AS VARCHAR) AS period, SUM(households) AS total
  FROM households
  GROUP BY year
) AS years""",
    ),
    Example(
        _("What is usual?"),
        _("The median: half of the municipalities have more, half have less. No extreme one moves it."),
        """SELECT '2026' AS period, median(inhabitants) AS value
FROM municipalities""",
    ),
)
