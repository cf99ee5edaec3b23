"""The outermost gate: which texts are read at all, and which kinds of node may stand in the tree they give.

Everything is refused that is not named here, arguments of nodes included, so that a new version of the parser
cannot let anything new through.
"""

import unicodedata

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError

from civicthread.lake.sql import functions, written
from civicthread.lake.sql.refusal import SqlRefused, refuse

MOST_CHARACTERS = 20_000
DEEPEST = 100
READABLE_CONTROLS = "\t\n\r"
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

BINARY = frozenset({"this", "expression"})
UNARY = frozenset({"this"})

SHAPES: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        {
            "expressions",
            "from_",
            "joins",
            "where",
            "group",
            "having",
            "order",
            "limit",
            "offset",
            "distinct",
            "with_",
        }
    ),
    **dict.fromkeys(
        (exp.Union, exp.Intersect, exp.Except),
        BINARY | {"distinct", "order", "limit", "offset", "with_"},
    ),
    exp.With: frozenset({"expressions"}),
    exp.CTE: frozenset({"this", "alias"}),
    exp.Subquery: frozenset({"this", "alias", "order", "limit", "offset", "with_"}),
    exp.TableAlias: UNARY,
    exp.From: UNARY,
    exp.Table: frozenset({"this", "alias"}),
    exp.Join: frozenset({"this", "side", "kind", "on", "using"}),
    exp.Where: UNARY,
    exp.Having: UNARY,
    exp.Group: frozenset({"expressions"}),
    exp.Order: frozenset({"expressions"}),
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
    exp.Limit: frozenset({"expression"}),
    exp.Offset: frozenset({"expression"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Star: frozenset(),
    exp.Column: frozenset({"this", "table"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Alias: frozenset({"this", "alias"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: UNARY,
    exp.Null: frozenset(),
    exp.Paren: UNARY,
    exp.Var: UNARY,
    exp.Cast: frozenset({"this", "to"}),
    exp.DataType: frozenset({"this", "expressions"}),
    exp.DataTypeParam: UNARY,
    exp.Interval: frozenset({"this", "unit"}),
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true", "false"}),
    exp.In: frozenset({"this", "expressions", "query"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Exists: UNARY,
    exp.Not: UNARY,
    exp.Neg: UNARY,
    exp.Try: UNARY,
    exp.Div: BINARY | {"typed", "safe"},
    exp.DPipe: BINARY | {"safe"},
    **dict.fromkeys(
        (
            *(exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
            *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is),
            *(exp.Add, exp.Sub, exp.Mul, exp.IntDiv, exp.Mod),
        ),
        BINARY,
    ),
    exp.Like: BINARY | {"negate"},
    exp.Filter: BINARY,
    exp.Window: frozenset({"this", "partition_by", "order", "spec", "over"}),
    exp.WindowSpec: frozenset({"kind", "start", "start_side", "end", "end_side"}),
}


def read(text: str) -> exp.Query:
    """The tree of the one SELECT in the text; SqlRefused for anything else.

    >>> read("SELECT area FROM ideas").sql("duckdb")
    'SELECT area FROM ideas'
    """
    if len(text) > MOST_CHARACTERS:
        raise refuse("too_long", most=MOST_CHARACTERS)
    _refuse_hidden_characters(text)
    tree = _one_select(_statements(text))
    nodes = _with_depth(tree)
    if deepest := next((node for depth, node in nodes if depth > DEEPEST), None):
        raise refuse("too_deep", deepest)
    written.keep_words(tree, text)
    for _, node in nodes:
        _refuse_unknown_shape(node, text)
    return tree


def _refuse_hidden_characters(text: str) -> None:
    for index, character in enumerate(text):
        hidden = unicodedata.category(character) in INVISIBLE and character not in READABLE_CONTROLS
        if hidden or (character.isspace() and character not in f" {READABLE_CONTROLS}"):
            before = text[:index]
            column = index - before.rfind("\n")
            name = f"U+{ord(character):04X}"
            raise SqlRefused(
                "forbidden_character", line=before.count("\n") + 1, column=column, params={"character": name}
            )


def _statements(text: str) -> list[exp.Expr | None]:
    try:
        return sqlglot.parse(text, dialect=written.Worded)
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        near = str(first.get("highlight") or "…")
        column = max(1, int(first.get("col") or 1) - len(near) + 1)
        raise SqlRefused(
            "syntax", line=int(first.get("line") or 0), column=column, params={"near": near}
        ) from None
    except RecursionError:
        raise refuse("too_deep") from None
    except TokenError:
        raise refuse("unclosed") from None
    except (SqlglotError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        # Slips of the parser on texts that nobody writes in earnest.
        raise refuse("syntax", near="…") from None


def _one_select(statements: list[exp.Expr | None]) -> exp.Query:
    found = [statement for statement in statements if statement is not None]
    if not found:
        raise refuse("empty")
    if len(found) > 1:
        raise refuse("not_one_statement", found[1])
    (tree,) = found
    if isinstance(tree, exp.Subquery) and tree.alias == "":
        tree = tree.unnest()
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise refuse("not_select", tree)
    return tree


def _with_depth(tree: exp.Expr) -> list[tuple[int, exp.Expr]]:
    """Every node with its distance from the top, without recursion."""
    found: list[tuple[int, exp.Expr]] = []
    waiting = [(0, tree)]
    while waiting:
        depth, node = waiting.pop()
        found.append((depth, node))
        waiting.extend((depth + 1, child) for child in node.iter_expressions())
    return found


def _refuse_unknown_shape(node: exp.Expr, text: str) -> None:
    shape = SHAPES.get(type(node), functions.SHAPES.get(type(node)))
    if shape is None:
        raise functions.refusal(node)
    for name, value in node.args.items():
        if name not in shape and value not in (None, False, []):
            if name == "db":
                raise refuse("table_alone", node, name=node.name, written=node.sql("duckdb"))
            raise written.unsupported(node, name, text)
