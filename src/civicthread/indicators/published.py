"""What indicators give away as tables: what is measured.

Not the figures: they are computed from tables, so that a table of figures would be out of date by its own making.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from civicthread.core.published import Column, PublishedTable, Row, code, in_each_language, texts
from civicthread.datahub.models import Frequency
from civicthread.indicators import queries
from civicthread.indicators.models import Indicator


def _indicators() -> Iterator[Row]:
    for row in queries.indicators(visible_to=None).order_by("code"):
        yield {
            "indicator": row.code,
            "reference": row.reference,
            "direction": row.direction,
            "kind": row.kind,
            "good": row.good,
            "frequency": row.frequency,
            "symbol": row.symbol,
            **in_each_language("title", row.title),
            **in_each_language("unit", row.unit),
        }


TABLES = (
    PublishedTable(
        code="programme_indicators",
        title=_("The programme: indicators"),
        description=_("The published indicators, one a row; their figures stand on their own pages."),
        columns=(
            code("indicator", _("Indicator")),
            Column("reference", "text", _("Reference")),
            *texts("title", _("Title")),
            code("direction", _("Strategic direction")),
            code("kind", _("Kind"), of=Indicator.Kind.values),
            code("good", _("How to read it"), of=Indicator.Good.values),
            code("frequency", _("Frequency"), of=Frequency.values),
            *texts("unit", _("Unit")),
            Column("symbol", "text", _("Symbol")),
        ),
        keys=("indicator",),
        rows=_indicators,
    ),
)
