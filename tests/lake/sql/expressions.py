"""Random expressions of the allowed SQL, each of a known type."""

import random

COLUMNS = {
    "integer": ("id", "votes"),
    "number": ("amount",),
    "text": ("area",),
    "boolean": ("open",),
    "date": ("day",),
    "timestamp": ("at",),
}
LITERALS = {
    "integer": ("0", "1", "2", "-3", "7", "1000000007", "9223372036854775807"),
    "number": ("0.0", "0.1", "2.5", "-1e-3", "1e6"),
    "text": ("''", "'a'", "'É'", "'x''y'"),
    "boolean": ("TRUE", "FALSE", "NULL"),
    "date": ("DATE '2024-02-29'", "DATE '1999-12-31'"),
    "timestamp": ("TIMESTAMP '2024-02-29 23:59:59'",),
}
FORMS = {
    "integer": (
        "{integer} + {integer}",
        "{integer} - {integer}",
        "{integer} * {integer}",
        "{integer} // {integer}",
        "{integer} % {integer}",
        "-{integer}",
        "year({date})",
        "month({timestamp})",
        "weekday({date})",
        "isoyear({date})",
        "week({timestamp})",
        "length({text})",
        "date_diff('day', {date}, {date})",
        "{date} - {date}",
        "CAST({boolean} AS BIGINT)",
        "coalesce({integer}, {integer})",
        "greatest({integer}, {integer})",
        "nullif({integer}, {integer})",
        "CASE WHEN {boolean} THEN {integer} ELSE {integer} END",
    ),
    "number": (
        "{number} + {integer}",
        "{number} - {number}",
        "{number} * {number}",
        "{integer} / {integer}",
        "{number} / {number}",
        "{number} % {integer}",
        "-{number}",
        "abs({integer})",
        "abs({number})",
        "sqrt({number})",
        "ln({number})",
        "log10({integer})",
        "exp({number} / 1e16)",
        "power({number}, 0.5)",
        "coalesce({number}, {integer})",
        "least({number}, {integer})",
        "if({boolean}, {number}, {integer})",
        "CAST({integer} AS DOUBLE)",
    ),
    "text": (
        "{text} || {text}",
        "lower({text})",
        "upper({text})",
        "trim({text})",
        "area_key({text})",
        "left({text}, 2)",
        "right({text}, 3)",
        "substring({text}, 2, 2)",
        "replace({text}, 'a', 'bb')",
        "lpad({text}, 5, '*')",
        "CAST({integer} AS TEXT)",
        "CAST({date} AS TEXT)",
        "strftime({date}, '%Y-%m')",
        "coalesce({text}, {text})",
        "CASE {integer} WHEN {integer} THEN {text} END",
    ),
    "boolean": (
        "{integer} < {number}",
        "{number} >= {number}",
        "{text} = {text}",
        "{text} < {text}",
        "{date} <= {timestamp}",
        "{boolean} AND {boolean}",
        "{boolean} OR {boolean}",
        "NOT {boolean}",
        "{text} LIKE '%a%'",
        "{integer} IN (1, {number}, {integer})",
        "{date} BETWEEN {date} AND {date}",
        "{number} IS NULL",
        "{boolean} IS TRUE",
        "{integer} IS DISTINCT FROM {integer}",
        "contains({text}, 'a')",
        "starts_with({text}, 'É')",
    ),
    "date": (
        "{date} + INTERVAL 1 MONTH",
        "{timestamp} - INTERVAL 2 WEEKS",
        "date_trunc('quarter', {date})",
        "date_trunc('week', {timestamp})",
        "CAST({timestamp} AS DATE)",
        "least({date}, {date})",
    ),
    "timestamp": ("CAST({date} AS TIMESTAMP)", "coalesce({timestamp}, {date})"),
}


def expression(chance: random.Random, kind: str, depth: int = 3) -> str:
    """A random expression of that type."""
    if depth == 0 or chance.random() < 0.15:
        return chance.choice(COLUMNS[kind] * 2 + LITERALS[kind])
    form = chance.choice(FORMS[kind])
    parts = form.split("{")
    text = parts[0]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        text += f"({expression(chance, name, depth - 1)}){rest}"
    return text
