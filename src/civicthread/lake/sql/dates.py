"""Dates and timestamps written out in a query."""

import datetime as dt

from sqlglot import exp

from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.typed import Kind


def written_date(literal: exp.Expr, kind: Kind) -> exp.Expr:
    """A date or timestamp written as text, in its one canonical spelling."""
    try:
        moment = dt.datetime.fromisoformat(literal.name)
        day = dt.date.fromisoformat(literal.name) if kind == "date" else None
    except ValueError:
        raise refuse("bad_date", literal, name=literal.name) from None
    if moment.tzinfo is not None:
        raise refuse("bad_date", literal, name=literal.name)
    return exp.Literal.string(day.isoformat() if day else moment.isoformat(" "))
