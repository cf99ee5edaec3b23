"""Small counts hidden from what is published, with as many others as it takes so that no total gives them back.

A count from 1 to just below the declared bound is hidden; zero is not. Then every declared sum (a total column of
the same row, or a total row of the same group) is looked at as an equation: one hidden cell alone could be worked
out from the others, and so could two that add up to less than the bound, so the smallest visible parts are hidden
too, until no equation gives a small count away. A hidden cell is empty, and the column `suppressed` names it.

What nobody declared is not covered: sums over rows that are not marked as such, other datasets that hold the same
counts, the difference between two versions, and reasoning with the range of a hidden count.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from civicthread.lake.connection import DEFAULT_LIMITS, Limits, connect, identifier, literal, literals
from civicthread.lake.schema import TableVersion
from civicthread.lake.suppression import SUPPRESSED, SmallCells
from civicthread.lake.tables import relation

MOST_ROUNDS: Final = 1000
"""Each round hides one more cell of every equation that needs it; a file that needs more is hidden generously."""

NEEDY: Final = """
    SELECT equation FROM member JOIN cell USING (id)
    GROUP BY equation
    HAVING count(*) FILTER (is_total) > 0 AND count(*) FILTER (hidden) > 0 AND count(*) FILTER (NOT hidden) > 0
       AND (count(*) FILTER (hidden) = 1
            OR (count(*) FILTER (is_total AND NOT hidden) > 0
                AND sum(value) FILTER (hidden AND NOT is_total) < {below}))
"""


def publish(
    version: TableVersion,
    rule: SmallCells,
    target: Path,
    *,
    keys: tuple[str, ...] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> TableVersion:
    """Write the rows of a version as they may be published; they are read like any version's.

    `keys` are the table's: with them the total rows of a group are found. `target` is the Parquet file to write; it
    is there whole or not at all.

    >>> import pyarrow, pyarrow.parquet
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "counts.parquet")
    ...     pyarrow.parquet.write_table(pyarrow.table({"area": ["A", "B"], "n": [2, 40]}), file)
    ...     counts = TableVersion("counts", 1, folder, (str(file),), {"area": "text", "n": "integer"})
    ...     shown = publish(counts, SmallCells(below=5, counts=("n",)), Path(folder, "shown.parquet"), keys=("area",))
    ...     pyarrow.parquet.read_table(shown.files[0]).to_pylist()
    [{'area': 'A', 'n': None, 'suppressed': 'n'}, {'area': 'B', 'n': 40, 'suppressed': None}]
    """
    with TemporaryDirectory(prefix="small-cells-") as folder, connect(limits, Path(folder)) as connection:
        connection.execute(
            f"CREATE TEMP TABLE original AS SELECT *, row_number() OVER () AS __row FROM {relation(version)}"  # noqa: S608
        )
        known = replace(rule, counts=tuple(dict.fromkeys(filter(None, (*rule.counts, rule.total)))))
        _list_cells(connection, known)
        _list_equations(connection, known, keys)
        _hide(connection, rule.below)
        draft = target.with_name(f"{target.name}.{Path(folder).name}")
        connection.execute(f"COPY ({_published(version, known)}) TO {literal(str(draft))} (FORMAT parquet)")
    draft.replace(target)
    return replace(version, files=(str(target),), columns={**version.columns, SUPPRESSED: "text"})


def _list_cells(connection: duckdb.DuckDBPyConnection, rule: SmallCells) -> None:
    """Every count is a cell: hidden from the start where it is small."""
    each = " UNION ALL ".join(
        f"SELECT __row, {literal(name)} AS name, {identifier(name)}::DOUBLE AS value FROM original"  # noqa: S608
        f" WHERE {identifier(name)} IS NOT NULL"
        for name in rule.counts
    )
    connection.execute(
        "CREATE TEMP TABLE cell AS SELECT row_number() OVER (ORDER BY __row, name) AS id, *,"  # noqa: S608
        f" value > 0 AND value < {rule.below:d} AS hidden FROM ({each})"
    )


def _list_equations(connection: duckdb.DuckDBPyConnection, rule: SmallCells, keys: tuple[str, ...]) -> None:
    """Which cells add up to which total."""
    connection.execute("CREATE TEMP TABLE member (equation VARCHAR, id BIGINT, is_total BOOLEAN)")
    for select in _equations(rule, keys):
        connection.execute(f"INSERT INTO member {select}")


def _equations(rule: SmallCells, keys: tuple[str, ...]) -> Iterator[str]:
    if rule.total:
        yield f"SELECT 'row ' || __row, id, name = {literal(rule.total)} FROM cell"  # noqa: S608 quoted
    for column, code in rule.totals.items():
        others = [f"{identifier(name)}::VARCHAR" for name in keys if name != column]
        group = ", ".join([literal(column), "name", *others])
        yield (
            f"SELECT concat_ws(chr(31), {group}), id, {identifier(column)}::VARCHAR = {literal(code)}"  # noqa: S608
            " FROM cell JOIN original USING (__row)"
            f" WHERE {identifier(column)} IS NOT NULL"
        )


def _hide(connection: duckdb.DuckDBPyConnection, below: int) -> None:
    """Hide the smallest visible part of every equation that gives a small count away, until none does."""
    needy = NEEDY.format(below=int(below))
    smallest = (
        "SELECT arg_min(id, (is_total, value, id)) FROM member JOIN cell USING (id)"  # noqa: S608 no text of others
        f" WHERE NOT hidden AND equation IN ({needy}) GROUP BY equation"
    )
    everything = f"SELECT id FROM member WHERE equation IN ({needy})"  # noqa: S608
    for number in range(MOST_ROUNDS + 1):
        chosen = smallest if number < MOST_ROUNDS else everything
        row = connection.execute(f"UPDATE cell SET hidden = true WHERE id IN ({chosen})").fetchone()  # noqa: S608
        if not row or not row[0]:
            return


def _published(version: TableVersion, rule: SmallCells) -> str:
    """The rows in their order, hidden cells empty and named in the last column."""

    def shown(name: str) -> str:
        column = identifier(name)
        if name in rule.counts:
            return f"CASE WHEN list_contains(gone, {literal(name)}) THEN NULL ELSE {column} END AS {column}"
        if name in rule.hidden_with:
            return f"CASE WHEN gone IS NOT NULL THEN NULL ELSE {column} END AS {column}"
        return column

    columns = ", ".join(shown(name) for name in version.columns)
    also = literals(rule.hidden_with) if rule.hidden_with else ""
    names = f"CASE WHEN gone IS NOT NULL THEN list_concat(gone, [{also}]) END" if also else "gone"
    hidden = "SELECT __row, list(name ORDER BY id) AS gone FROM cell WHERE hidden GROUP BY __row"
    return (
        f"SELECT {columns}, array_to_string({names}, ' ') AS {SUPPRESSED}"  # noqa: S608 quoted above
        f" FROM original LEFT JOIN ({hidden}) USING (__row) ORDER BY __row"
    )
