"""SELECT, UNION and WITH: every table, column and order resolved, every query rewritten in canonical form."""

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from civicthread.lake.schema import ColumnType
from civicthread.lake.sql import expressions, functions
from civicthread.lake.sql.aggregates import is_aggregate
from civicthread.lake.sql.grouping import group_of, refuse_ungrouped
from civicthread.lake.sql.ordering import ordered
from civicthread.lake.sql.refusal import refuse
from civicthread.lake.sql.scope import Output, Place, Relation, Scope, identifier
from civicthread.lake.sql.typed import NUMERIC, Typed, as_bigint, as_number, binary, cast, origins

Tables = Mapping[str, Mapping[str, ColumnType]]
Named = Mapping[str, tuple[str, tuple[Output, ...]]]

JOINS = {
    ("", ""): "INNER",
    ("", "INNER"): "INNER",
    ("LEFT", ""): "LEFT",
    ("RIGHT", ""): "RIGHT",
    ("FULL", ""): "FULL",
    ("", "CROSS"): "CROSS",
}


class Queries:
    """Checks the queries of one text. `used` gathers the tables that it reads."""

    def __init__(self, tables: Tables) -> None:
        self.tables = {name.casefold(): (name, columns) for name, columns in tables.items()}
        self.used: set[str] = set()

    def read(
        self, query: exp.Expr, named: Named, *, top: bool = False, around: Scope | None = None
    ) -> Relation:
        """The checked form of any query; `named` are the WITH queries it can see, by folded name.

        `around` are the tables of the query that it is a value of.
        """
        while isinstance(query, exp.Subquery):
            query = query.this
        if not isinstance(query, exp.Select | exp.SetOperation):
            raise refuse("unsupported", query, what=query.key.upper())
        inner, ctes = self._with(query, named)
        if isinstance(query, exp.Select):
            relation = self._select(query, inner, around)
        else:
            relation = self._set(query, inner, around)
        relation = ordered(relation, query, top=top)
        if ctes:
            relation.node.set("with_", exp.With(expressions=ctes))
        return relation

    def _with(self, query: exp.Expr, named: Named) -> tuple[Named, list[exp.Expr]]:
        known = dict(named)
        ctes: list[exp.Expr] = []
        clause = query.args.get("with_")
        for cte in clause.expressions if clause else []:
            folded = cte.alias.casefold()
            if folded in self.tables or folded in known:
                raise refuse("name_taken", cte.args["alias"], name=cte.alias)
            relation = self.read(cte.this, known)
            known[folded] = (cte.alias, relation.columns)
            ctes.append(exp.CTE(this=relation.node, alias=exp.TableAlias(this=identifier(cte.alias))))
        return known, ctes

    def _select(self, query: exp.Select, named: Named, around: Scope | None) -> Relation:
        scope = Scope(around=around)
        place = Place(
            scope,
            expressions.read,
            lambda inner: self.read(inner, named, around=scope),
            scope.every_column,
        )
        source, joins = self._sources(query, place, named)
        where = query.args.get("where")
        kept = replace(place, filters=True).condition(where.this).node if where else None
        group = group_of(query, place)
        grouped = bool(group) or _has_aggregate(query)
        many = replace(
            place, aggregates=True, windows=True, ties=(lambda _: group) if grouped else place.ties
        )
        outputs = self._outputs(query, many)
        having = query.args.get("having")
        kept_groups = replace(many, windows=False).condition(having.this).node if having else None
        if grouped:
            for value in [*(typed.node for _, typed in outputs), *filter(None, [kept_groups])]:
                refuse_ungrouped(value, group)
        return _relation(
            outputs,
            from_=exp.From(this=source) if source else None,
            joins=joins,
            where=exp.Where(this=kept) if kept else None,
            group=exp.Group(expressions=[part.copy() for part in group]) if group else None,
            having=exp.Having(this=kept_groups) if kept_groups else None,
            distinct=exp.Distinct() if query.args.get("distinct") else None,
        )

    def _sources(
        self, query: exp.Select, place: Place, named: Named
    ) -> tuple[exp.Expr | None, list[exp.Expr]]:
        clause = query.args.get("from_")
        if clause is None:
            return None, []
        source = self._source(clause.this, place.scope, named)
        return source, [self._join(join, place, named) for join in query.args.get("joins") or []]

    def _source(self, node: exp.Expr, scope: Scope, named: Named) -> exp.Expr:
        """A table, a WITH query or a query in brackets, under its name."""
        if isinstance(node, exp.Subquery) and not isinstance(node.this, exp.Table):
            relation = self.read(node.this, named)
            alias = node.alias or f"_{len(scope.sources) + 1}"
            scope.add(alias, relation.columns, node)
            return exp.Subquery(this=relation.node, alias=exp.TableAlias(this=identifier(alias)))
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Func):
            raise functions.refusal(node.this)
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            raise refuse("unsupported", node, what=node.key.upper())
        folded = node.name.casefold()
        if folded in named:
            name, columns = named[folded]
        elif folded in self.tables:
            name, known = self.tables[folded]
            columns = tuple(
                Output(column, kind, frozenset({(name, column)})) for column, kind in known.items()
            )
            self.used.add(name)
        else:
            raise refuse("unknown_table", node, name=node.name)
        alias = node.alias or name
        scope.add(alias, columns, node)
        return exp.Table(this=identifier(name), alias=exp.TableAlias(this=identifier(alias)))

    def _join(self, join: exp.Join, place: Place, named: Named) -> exp.Expr:
        kind = JOINS.get((join.side, "" if join.kind == "OUTER" else join.kind))
        if kind is None:
            raise refuse("unsupported", join, what=f"{join.side} {join.kind} JOIN".strip())
        before = Scope(dict(place.scope.sources), dict(place.scope.merged))
        source = self._source(join.this, place.scope, named)
        on, using = join.args.get("on"), join.args.get("using")
        if using:
            condition = _using(using, kind, before, place.scope)
        elif on:
            condition = place.condition(on).node
        else:
            condition, kind = None, "CROSS" if kind in {"INNER", "CROSS"} else kind
        if condition is None and kind != "CROSS":
            raise refuse("unsupported", join, what=f"{kind} JOIN")
        side = kind if kind in {"LEFT", "RIGHT", "FULL"} else None
        return exp.Join(this=source, side=side, kind=None if side else kind, on=condition)

    def _outputs(self, query: exp.Select, place: Place) -> list[tuple[str, Typed]]:
        outputs: list[tuple[str, Typed]] = []
        for position, node in enumerate(query.expressions, start=1):
            if isinstance(node, exp.Star):
                outputs += place.scope.all_columns(node)
            elif isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
                columns = place.scope.columns_of(node.table.casefold(), node)
                outputs += [(column.node.name, column) for column in columns]
            else:
                value = node.this if isinstance(node, exp.Alias) else node
                typed = place.read(value)
                outputs.append((_output_name(node, typed, position), typed))
        if not outputs:
            raise refuse("empty")
        _refuse_twins([name for name, _ in outputs], query)
        return outputs

    def _set(self, query: exp.SetOperation, named: Named, around: Scope | None) -> Relation:
        distinct = bool(query.args.get("distinct"))
        if not distinct and not isinstance(query, exp.Union):
            raise refuse("unsupported", query, what=f"{query.key.upper()} ALL")
        left, right = (self.read(side, named, around=around) for side in (query.this, query.expression))
        if len(left.columns) != len(right.columns):
            raise refuse("union_columns", query.expression, left=len(left.columns), right=len(right.columns))
        columns = tuple(_shared(left, right, index, query) for index in range(len(left.columns)))
        sides = [_side(left.node, type(query), first=True), _side(right.node, type(query), first=False)]
        return Relation(type(query)(this=sides[0], expression=sides[1], distinct=distinct), columns)


def _has_aggregate(query: exp.Select) -> bool:
    parts = [*query.expressions, *filter(None, [query.args.get("having")])]
    walked = (node for part in parts for node in part.walk(prune=lambda inner: isinstance(inner, exp.Query)))
    return any(is_aggregate(node) for node in walked) or query.args.get("having") is not None


def _relation(outputs: list[tuple[str, Typed]], **clauses: object) -> Relation:
    columns, nodes = [], []
    for name, typed in outputs:
        column = typed.but(cast(typed.node, "text"), "text") if typed.type == "null" else typed
        node = as_bigint(column) if column.type == "integer" else column.node
        columns.append(Output(name, column.type, column.origins))
        nodes.append(exp.Alias(this=node, alias=identifier(name)))
    return Relation(exp.Select(expressions=nodes, **clauses), tuple(columns))


def _output_name(node: exp.Expr, typed: Typed, position: int) -> str:
    if isinstance(node, exp.Column) and isinstance(typed.node, exp.Column):
        return typed.node.name
    named = isinstance(node, exp.Alias | exp.Column)
    return node.output_name if named else f"column_{position}"


def _refuse_twins(names: list[str], query: exp.Expr) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise refuse("duplicate_column", query, name=name)
        seen.add(name.casefold())


def _using(names: list[exp.Expr], kind: str, before: Scope, scope: Scope) -> exp.Expr:
    """The condition of a join by equal names, whose columns are one column from here on."""
    joined = list(scope.sources)[-1]
    condition: exp.Expr | None = None
    for name in names:
        left = before.find(exp.Column(this=name.copy()))
        right = scope.find(exp.Column(this=name.copy(), table=identifier(joined)))
        if left.type != right.type:
            raise refuse("types_differ", name, left=left.type, right=right.type)
        equal = binary(exp.EQ, left.node.copy(), right.node.copy())
        condition = binary(exp.And, condition, equal) if condition else equal
        scope.merged[name.name.casefold()] = _merged(kind, left, right)
    return condition  # type: ignore[return-value]


def _merged(kind: str, left: Typed, right: Typed) -> Typed:
    if kind == "FULL":
        both = exp.Coalesce(this=left.node.copy(), expressions=[right.node.copy()])
        return Typed(both, left.type, origins(left, right))
    return right if kind == "RIGHT" else left


def _shared(left: Relation, right: Relation, index: int, query: exp.Expr) -> Output:
    """One column of both sides; a column of integers beside one of numbers is made numbers."""
    mine, theirs = left.columns[index], right.columns[index]
    found = mine.origins | theirs.origins
    if mine.type == theirs.type:
        return Output(mine.name, mine.type, found)
    integers = left.node if mine.type == "integer" else right.node
    if {mine.type, theirs.type} != NUMERIC or not isinstance(integers, exp.Select):
        raise refuse("union_types", query.expression, name=mine.name, left=mine.type, right=theirs.type)
    output = integers.expressions[index]
    output.set("this", as_number(Typed(output.this, "integer")))
    return Output(mine.name, "number", found)


def _side(node: exp.Query, operation: type[exp.Expr], *, first: bool) -> exp.Expr:
    """One side of a set operation, in brackets where it has an order, a WITH or an operation of its own."""
    simple = isinstance(node, exp.Select) or (first and type(node) is operation)
    clauses = any(node.args.get(key) for key in ("order", "limit", "offset", "with_"))
    return node if simple and not clauses else exp.Subquery(this=node)
