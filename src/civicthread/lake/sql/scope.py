"""The columns that can be named at one place of a query."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sqlglot import exp

from civicthread.lake.sql.refusal import SqlRefused, refuse
from civicthread.lake.sql.typed import Kind, Origins, Typed


@dataclass(frozen=True)
class Output:
    """One column that a table or query gives."""

    name: str
    type: Kind
    origins: Origins


@dataclass(frozen=True)
class Relation:
    """A checked query: its canonical tree and the columns it gives."""

    node: exp.Query
    columns: tuple[Output, ...]


def identifier(name: str) -> exp.Identifier:
    """The name, quoted so that no engine takes it for a word of its own."""
    return exp.Identifier(this=name, quoted=True)


@dataclass
class Scope:
    """Tables by their (folded) name in this query; `merged` are the columns that USING made one of.

    `around` is the query that a query in brackets is a value of: its tables cannot be named, but are known.
    """

    sources: dict[str, tuple[str, tuple[Output, ...]]] = field(default_factory=dict)
    merged: dict[str, Typed] = field(default_factory=dict)
    around: "Scope | None" = None

    def add(self, name: str, columns: Iterable[Output], node: exp.Expr) -> None:
        """Put a table or subquery under its name."""
        if name.casefold() in self.sources:
            raise refuse("duplicate_table", node, name=name)
        self.sources[name.casefold()] = (name, tuple(columns))

    def find(self, column: exp.Column) -> Typed:
        """What a column's name stands for."""
        table = column.table.casefold()
        if not table and column.name.casefold() in self.merged:
            return self.merged[column.name.casefold()]
        found = [
            typed
            for alias in ([table] if table else self.sources)
            for typed in self.columns_of(alias, column)
            if typed.node.name.casefold() == column.name.casefold()
        ]
        if not found:
            raise self._unknown(column)
        if len(found) > 1:
            raise refuse("ambiguous_column", column, name=column.name)
        return found[0]

    def _unknown(self, column: exp.Column) -> SqlRefused:
        name = column.sql("duckdb")
        if self.around and not column.table and self.around.has(column.name):
            return refuse("outer_column", column, name=name)
        if column.this.args.get("quoted") and not column.table:
            return refuse("unknown_quoted", column, name=name, text=exp.Literal.string(column.name).sql())
        return refuse("unknown_column", column, name=name)

    def has(self, name: str) -> bool:
        """Whether a column of that name stands in any table here."""
        folded = name.casefold()
        return folded in self.merged or any(
            output.name.casefold() == folded for _, outputs in self.sources.values() for output in outputs
        )

    def columns_of(self, alias: str, node: exp.Expr) -> list[Typed]:
        """All columns of one table."""
        if alias not in self.sources:
            if self.around and alias in self.around.sources:
                raise refuse("outer_column", node, name=node.sql("duckdb"))
            raise refuse("unknown_table", node, name=alias)
        name, outputs = self.sources[alias]
        return [
            Typed(
                exp.Column(this=identifier(output.name), table=identifier(name)), output.type, output.origins
            )
            for output in outputs
        ]

    def all_columns(self, node: exp.Expr) -> list[tuple[str, Typed]]:
        """All columns by name, those that USING merged only once, as * gives them."""
        seen: set[str] = set()
        columns: list[tuple[str, Typed]] = []
        for alias in self.sources:
            for typed in self.columns_of(alias, node):
                name = typed.node.name
                merged = self.merged.get(name.casefold())
                if merged is None:
                    columns.append((name, typed))
                elif name.casefold() not in seen:
                    seen.add(name.casefold())
                    columns.append((name, merged))
        return columns

    def every_column(self, node: exp.Expr) -> list[exp.Expr]:
        """The columns of all tables: an order by all of them leaves only identical rows equal."""
        return [typed.node for alias in self.sources for typed in self.columns_of(alias, node)]


@dataclass(frozen=True)
class Place:
    """Where an expression stands: what it can name, and whether functions of many rows may stand there.

    `reader` checks an expression inside this one, `query` a query in brackets; `ties` gives the columns that
    make any order total. `filters` says that rows go when this is not true, NULL or false alike.
    """

    scope: Scope
    reader: Callable[[exp.Expr, "Place"], Typed]
    query: Callable[[exp.Expr], Relation]
    ties: Callable[[exp.Expr], list[exp.Expr]]
    aggregates: bool = False
    windows: bool = False
    filters: bool = False

    def read(self, node: exp.Expr) -> Typed:
        """The checked form of an expression that stands here."""
        return self.reader(node, self)

    def condition(self, node: exp.Expr) -> Typed:
        """The checked form of an expression that must be true or false."""
        value = self.read(node)
        if value.type not in {"boolean", "null"}:
            raise refuse("condition_needed", node, found=value.type)
        return value

    def plain(self) -> "Place":
        """The same place where NULL and false are not alike."""
        return replace(self, filters=False) if self.filters else self

    def inside(self) -> "Place":
        """The same place inside a function of many rows, where no second one may stand."""
        return replace(self, aggregates=False, windows=False, filters=False)
