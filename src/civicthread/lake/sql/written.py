"""The words of a text, where the parser calls what stands there otherwise or does not say where it stands."""

from collections.abc import Mapping, Sequence
from typing import Final

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.dialects import DuckDB

from civicthread.lake.sql.refusal import SqlRefused, refuse

WORD: Final = "word"
"""Under this name a node keeps the word that a person wrote for it."""

NAMES: Final[Mapping[tuple[str, ...], tuple[type[exp.Expr], ...]]] = {
    ("quantile_cont", "percentile_cont"): (exp.PercentileCont,),
    ("string_agg", "group_concat", "listagg"): (exp.GroupConcat,),
    ("any_value", "arbitrary"): (exp.AnyValue,),
    ("extract",): (exp.Extract,),
    ("floor",): (exp.Floor,),
    ("ceil", "ceiling"): (exp.Ceil,),
    ("current_user", "user"): (exp.CurrentUser,),
    ("session_user",): (exp.SessionUser,),
    ("current_date",): (exp.CurrentDate,),
    ("current_time",): (exp.CurrentTime,),
    ("current_timestamp",): (exp.CurrentTimestamp,),
    ("[",): (exp.Array, exp.Bracket),
    ("{",): (exp.Struct,),
    ("?", "$"): (exp.Placeholder, exp.Parameter),
}
KINDS: Final = {kind: names for names, kinds in NAMES.items() for kind in kinds}

CLAUSES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "all": (("GROUP BY", "ALL"),),
    "by_name": (("BY", "NAME"),),
    "except_": (("*", "EXCLUDE"), ("*", "EXCEPT")),
    "locks": (("FOR",),),
    "qualify": (("QUALIFY",),),
    "rename": (("*", "RENAME"),),
    "replace": (("*", "REPLACE"),),
    "sample": (("USING", "SAMPLE"), ("TABLESAMPLE",)),
    "windows": (("WINDOW",),),
}
"""What an argument of a node is called, and how it is written."""


class Worded(DuckDB):  # type: ignore[misc]  # the library does not say of what kind it is
    """The language, whose functions keep the name that was written."""

    ORIGINAL_NAME_META_KEY = WORD


def keep_words(tree: exp.Expr, text: str) -> None:
    """Give those nodes their word and their place that the parser left without."""
    lost: dict[tuple[str, ...], list[exp.Expr]] = {}
    for node in tree.walk(bfs=False):
        names = KINDS.get(type(node))
        if names and WORD not in node.meta:
            lost.setdefault(names, []).append(node)
    tokens = _tokens(text) if lost else []
    for names, nodes in lost.items():
        found = [token for token in tokens if token.text.lower() in names]
        if len(found) == len(nodes):
            for node, token in zip(nodes, found, strict=True):
                node.update_positions(token)
                node.meta[WORD] = token.text


def unsupported(node: exp.Expr, argument: str, text: str) -> SqlRefused:
    """The refusal of an argument of a node, by the words that a person wrote for it."""
    tokens = _tokens(text)
    for words in CLAUSES.get(argument, ()):
        for start in range(len(tokens)):
            found = tokens[start : start + len(words)]
            if [token.text.upper() for token in found] == list(words):
                first = found[0]
                column = max(1, first.col - (first.end - first.start))
                return SqlRefused(
                    "unsupported", line=first.line, column=column, params={"what": _joined(found)}
                )
    value = node.args[argument]
    what = value if isinstance(value, str) else argument.strip("_")
    return refuse("unsupported", node, what=what.upper())


def _tokens(text: str) -> list[Token]:
    """The words and signs of the text, without those in quotation marks."""
    quoted = {TokenType.STRING, TokenType.IDENTIFIER}
    return [token for token in sqlglot.tokenize(text, read="duckdb") if token.token_type not in quoted]


def _joined(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)
