"""GROUP BY: what rows are gathered by, and the columns that may stand beside a total."""

from sqlglot import exp

from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.scope import Place
from civicthread.lake.sql.typed import whole_number


def group_of(query: exp.Select, place: Place) -> list[exp.Expr]:
    """The expressions rows are gathered by. A constant gathers nothing and is left out."""
    clause = query.args.get("group")
    if clause is None:
        return []
    found: list[exp.Expr] = []
    for node in clause.expressions:
        value = place.read(_meant(node, query, place)).node
        if not _constant(value) and value not in found:
            found.append(value)
    if not found:
        raise refuse("constant_group", clause)
    return found


def _meant(node: exp.Expr, query: exp.Select, place: Place) -> exp.Expr:
    """GROUP BY 2 and GROUP BY an output's name mean that output, unless a column has the name."""
    position = whole_number(node)
    if position is not None:
        if not 1 <= position <= len(query.expressions):
            raise refuse("constant_group", node)
        output: exp.Expr = query.expressions[position - 1]
        return output.unalias()
    if isinstance(node, exp.Column) and not node.table and not place.scope.has(node.name):
        for output in query.expressions:
            if isinstance(output, exp.Alias) and output.alias.casefold() == node.name.casefold():
                meant: exp.Expr = output.this
                return meant
    return node


def _constant(node: exp.Expr) -> bool:
    return not any(node.find_all(exp.Column, exp.Query))


def refuse_ungrouped(node: exp.Expr, group: list[exp.Expr]) -> None:
    """Refuse a column of single rows in an output of a grouped query."""
    if node in group or isinstance(node, exp.Query):
        return
    if isinstance(node, exp.AggFunc) and not isinstance(node.parent, exp.Window):
        return
    if isinstance(node, exp.Column):
        raise refuse("not_grouped", node, name=node.name)
    for child in node.iter_expressions():
        refuse_ungrouped(child, group)
