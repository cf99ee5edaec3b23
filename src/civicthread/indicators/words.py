"""What a grade, a flag, and a refusal of a query or a figure say to people, in their language."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused
from civicthread.methods.status import Grade

if TYPE_CHECKING:
    from civicthread.lake.engine import QueryFailed
    from civicthread.lake.sql import SqlRefused

Words = Mapping[str, str | Promise]

# The style sheet gives each its colour and shape.
GRADES: Mapping[Grade, str | Promise] = {
    Grade.ACHIEVED: _("target reached"),
    Grade.ON_PACE: _("on pace"),
    Grade.BEHIND: _("behind"),
    Grade.AWAY: _("far behind"),
    Grade.NO_TARGET: _("no target"),
    Grade.NO_RECENT_DATA: _("no recent data"),
    Grade.NOT_MEASURED: _("not measured"),
}
FLAGS: Words = {
    "break": _("break in the series"),
    "estimated": _("estimated"),
    "provisional": _("provisional"),
    "imputed": _("imputed"),
    "declared": _("declared"),
    "proxy": _("value of a wider place"),
}
# The reasons of `lake.sql`, why a text is not accepted as a query.
REASONS: Words = {
    "empty": _("Write a SELECT."),
    "too_long": _("The text is longer than %(most)s characters."),
    "too_deep": _("The query is nested too deeply."),
    "forbidden_character": _("The character %(character)s is not allowed."),
    "syntax": _("The text cannot be read here: %(near)s"),
    "unclosed": _("A quotation mark or a remark is opened and not closed."),
    "not_one_statement": _("Write one SELECT, without a second statement."),
    "not_select": _("Only a SELECT is allowed."),
    "unsupported": _("%(what)s is not part of the allowed SQL."),
    "unknown_table": _("There is no table %(name)s."),
    "table_alone": _("Write %(name)s alone, not %(written)s."),
    "unknown_column": _("There is no column %(name)s here."),
    "unknown_quoted": _("There is no column %(name)s here. A text stands in single quotes: %(text)s."),
    "outer_column": _(
        "%(name)s stands outside these brackets: the query in them reads its own tables only. "
        "Use JOIN, or IN (SELECT …)."
    ),
    "ambiguous_column": _("The column %(name)s stands in several tables: write the table before it."),
    "unknown_function": _("The function %(name)s is not allowed."),
    "not_repeatable": _("%(name)s does not give the same answer every time."),
    "rounding": _("%(name)s rounds, and engines round differently: figures are rounded when shown."),
    "engines_differ": _("%(name)s does not give the same answer on every engine. %(instead)s"),
    "wrong_type": _("%(name)s needs %(expected)s, not %(found)s."),
    "wrong_count": _("%(name)s takes %(expected)s values, not %(found)s."),
    "literal_needed": _("%(name)s needs %(expected)s written out."),
    "types_differ": _("%(left)s and %(right)s cannot be compared or combined."),
    "cast_refused": _("A value of type %(found)s cannot be turned into %(expected)s."),
    "condition_needed": _("A condition is needed here, not a value of type %(found)s."),
    "limit_without_order": _("LIMIT needs an ORDER BY: without one the rows differ from run to run."),
    "window_without_order": _("%(name)s needs an ORDER BY inside OVER: without one it cannot repeat."),
    "order_by_output": _("ORDER BY can only name columns of the result."),
    "not_grouped": _("The column %(name)s must stand in GROUP BY or inside a function such as sum."),
    "constant_group": _("GROUP BY needs a column, not a constant."),
    "not_over": _("%(name)s cannot stand before OVER."),
    "aggregate_here": _("%(name)s cannot stand here."),
    "duplicate_column": _("Two columns of the result are named %(name)s."),
    "duplicate_table": _("Two tables are named %(name)s here."),
    "name_taken": _("The name %(name)s belongs to a table already."),
    "star_here": _("* cannot stand here."),
    "union_columns": _("Both sides must have the same number of columns: %(left)s and %(right)s."),
    "union_types": _("Column %(name)s has type %(left)s on one side and %(right)s on the other."),
    "in_query_here": _("IN (SELECT …) can only stand in WHERE, beside other conditions joined by AND."),
    "one_row": _("The query in brackets must give one row: use a total such as max, without GROUP BY."),
    "one_column": _("The query in brackets must give one column."),
    "number_too_large": _("The number %(name)s is too large."),
    "bad_date": _("%(name)s is not a date such as 2024-12-31."),
}
# What the gate inserts into its sentences in English.
KINDS: Words = {
    "number": _("a number"),
    "integer": _("a whole number"),
    "text": _("a text"),
    "boolean": _("a condition"),
    "date": _("a date"),
    "timestamp": _("a date with time"),
    "any": _("a value"),
    "value": _("a value"),
    "whole number": _("a whole number"),
    "words": _("a text"),
    "share": _("a share"),
    "null": _("no value"),
    "Use quantile or median.": _("Use quantile or median."),
    "Use ln or log10.": _("Use ln or log10."),
    "Use weekday: 1 is Monday, 7 is Sunday.": _("Use weekday: 1 is Monday, 7 is Sunday."),
    "Use year(date), quarter(date), month(date), weekday(date) and so on.": _(
        "Use year(date), quarter(date), month(date), weekday(date) and so on."
    ),
    "Use ||.": _("Use ||."),
    "Use LIKE.": _("Use LIKE."),
    "Use lower and LIKE.": _("Use lower and LIKE."),
}
# The failures of `lake.engine`, why an accepted query gave no result, and what its rows may not be.
FAILURES: Words = {
    "busy": _("Too many queries wait already: try again in a moment."),
    "cancelled": _("The query was cancelled."),
    "quota": _("Too many of your own queries wait already."),
    "text_too_long": _("A text in the result is longer than %(most)s characters."),
    "too_long": _("The query took longer than %(seconds)s seconds."),
    "too_many_rows": _("The result is too large: at most %(most)s rows."),
    "too_much_memory": _("The query needs more memory than it may use."),
    "unknown_table": _("The table %(name)s is not available."),
    "unreachable": _("The engine cannot be reached."),
    "unreadable": _("A file of a table cannot be read."),
    "value_out_of_range": _("A value is too large, or of another type than declared."),
    "failed": _("The engine could not run the query."),
    "columns-missing": _("The query must give the columns period and value; missing: %(missing)s."),
    "not-numeric": _("The column %(name)s must be a number."),
    "not-text": _("The column %(name)s must be a text."),
    "flag-unknown": _("“%(flag)s” is not a flag. Write one of: %(known)s."),
    "no-query": _("This indicator has no query to compute it with."),
    "no-rows": _("The dataset %(name)s holds no rows yet: load a file first."),
    "version-gone": _("Version %(version)s of %(name)s is not kept any more."),
    "period-missing": _("A row of the result has no period."),
    "period-unclear": _("“%(period)s” is not a period such as 2026, 2026-Q3, 2026-09 or 2026-09-30."),
    "area-missing": _("A row of the result has no area. Leave such rows out: WHERE … IS NOT NULL."),
    "area-unknown": _(
        "“%(area)s” is not an area this city knows. Leave such rows out: the guided form does, or WHERE. "
        "If it is another spelling of one, add it on the page of that area."
    ),
    "counted-twice": _(
        "“%(one)s” and “%(other)s” stand for the same territory in this table, and nothing tells which rows to leave "
        "out. Choose “Only the rows where”, or have the table mended."
    ),
    "levels-mixed": _(
        "The table gives the whole territory in some periods and only its parts in others. "
        "Choose “Only the rows where”."
    ),
    "dates-in-a-year": _(
        "%(table)s counts several dates in %(period)s: their numbers would be added up. "
        "Bring in a table with one date a year."
    ),
    "dataset-hidden": _(
        "The figures come from “%(name)s”, which is not public: publish that dataset first, so that readers can follow "
        "them to their source."
    ),
    "nothing-to-reproduce": _("Run %(run)s gave no figures."),
    "two-spellings": _(
        "“%(one)s” and “%(other)s” are one area, and the query gives each a value for %(period)s. Put them "
        "together: the guided form does, and a worked example shows how."
    ),
    "two-values": _("The query gives two values for %(place)s: group by every other column."),
    "nothing-to-roll-up": _("To add up areas, the query must give the columns %(missing)s too."),
    "not-a-ratio": _(
        "The areas cannot be rolled up: their values are not always the same multiple of numerator over denominator."
    ),
    "breakdown-too-long": _("The names of a breakdown are too long: at most %(most)s characters."),
}
# These pass by themselves: the next pass tries again.
TRANSIENT = frozenset({"busy", "cancelled", "quota", "unreachable"})


def refused(code: str, **facts: Any) -> Refused:
    """The refusal of that code, in the reader's language."""
    return Refused(code, failure(code, facts), **facts)


def failure(code: str, facts: Mapping[str, Any]) -> str:
    """Why a query gave no figures, in one sentence; known codes are kept with a run and told later."""
    if code.startswith("sql-"):
        return _at(facts, str(REASONS[code.removeprefix("sql-")]) % {k: _known(v) for k, v in facts.items()})
    return str(FAILURES.get(code, FAILURES["failed"])) % facts


def sql_refused(refusal: "SqlRefused") -> Refused:
    """Why a text is not accepted, and where."""
    return refused(f"sql-{refusal.code}", line=refusal.line, column=refusal.column, **_plain(refusal.params))


def query_failed(failed: "QueryFailed") -> Refused:
    """Why an accepted query gave no result."""
    return refused(failed.code, **{name: str(value) for name, value in failed.params.items()})


def _plain(params: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:200] for name, value in params.items()}


def _known(value: object) -> str:
    return str(KINDS.get(str(value), value))


def _at(facts: Mapping[str, Any], sentence: str) -> str:
    if not facts.get("line"):
        return sentence
    where = gettext("Line %(line)s, column %(column)s:") % facts
    return f"{where} {sentence}"


def flags(codes: list[str]) -> str:
    """The flags of a figure in words."""
    return ", ".join(str(FLAGS.get(code, code)) for code in codes)
