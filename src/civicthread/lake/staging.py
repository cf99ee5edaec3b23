"""From a readable source to one checked, sorted Parquet file, ready to be committed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from civicthread.lake.checks import Check, checks, typed_columns, values_sql
from civicthread.lake.connection import are_small, identifier
from civicthread.lake.dialect import Dialect
from civicthread.lake.loading import (
    Load,
    Staged,
    keys_of,
    order_by,
    row_of,
    rows_of,
    write_parquet,
)
from civicthread.lake.profile import COUNTABLE, doubles, neighbours, rows_in
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.schema import TableSchema, TableVersion
from civicthread.lake.setaside import careful_pass
from civicthread.lake.sources import Rows, is_unnamed
from civicthread.lake.tables import parquet, relation

BAD_ROW: Final = "bad row"
NEW_WORD: Final = "new word"
MOST_WORDS: Final = 2000


def stage(load: Load) -> Staged:
    """The file's good rows, checked and sorted, beside the rows set aside. IngestRefused where there are too
    many.
    """
    headings = (*load.source.headings, *_places(load.declared.dialect))
    _check_headings(headings, load)
    schema, dialect, period = load.declared.schema, load.declared.dialect, load.declared.period
    version = load.table.version(load.base)
    staged = quick_pass(load, checks(schema, headings, dialect, period=period, usual=True), version)
    if staged is None:
        staged = careful_pass(load, checks(schema, headings, dialect, period=period), version)
    staged = replace(staged, repeated=_repeated(load, staged))
    if load.declared.mode == "replace":
        return replace(staged, replaced=version.files)
    return _merged(load, staged, version) if load.declared.mode == "upsert" else staged


def _repeated(load: Load, staged: Staged) -> int:
    """How many good rows repeat an earlier one exactly, where no key tells them apart; large files are not asked."""
    if load.declared.schema.keys or staged.rows > COUNTABLE:
        return 0
    if staged.read is not None:
        return doubles(staged.read, staged.read.column_names)
    different = f"SELECT count(*) FROM (SELECT DISTINCT * FROM ({parquet([str(staged.file)])}))"  # noqa: S608
    return staged.rows - int(row_of(load, different)[0])


def quick_pass(load: Load, found: list[Check], version: TableVersion) -> Staged | None:
    """Straight from CSV to sorted Parquet; None at the first row that is malformed or breaks a rule."""
    if load.source.quick is None:
        return None
    for words in (dictionaries(load, found), {}):
        try:
            rows = _copy_checked(load, found, words)
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            if words and NEW_WORD in str(error):
                continue
            return None
        file = load.work / "new.parquet"
        read = rows_in(file) if are_small([file]) else None
        clash = rows == 0 or _keys_clash(load, file, version, read)
        return None if clash else Staged(file, rows, read=read)
    return None


def dictionaries(load: Load, found: list[Check]) -> dict[str, str]:
    """Dictionary types for the text columns with few different words, learnt from a sample of a large file.

    Sorting and storing numbers instead of texts takes less than half the time and memory. A word the sample
    did not show stops the pass, which then runs again with plain texts.
    """
    if load.source.sample is None:
        return {}
    rows = load.source.sample(load.work / "sample.csv")
    load.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE sample AS {values_sql(rows_of(load, rows), found)}"
    )
    words = {}
    for check in found:
        if check.column.type != "text":
            continue
        known = f"FROM sample WHERE {check.typed} IS NOT NULL AND ({check.problem}) IS NULL"
        seen, different = row_of(load, f"SELECT count(*), count(DISTINCT {check.typed}) {known}")
        if 0 < different <= min(MOST_WORDS, seen / 20):
            kind = f"words_of_{check.raw}"
            load.connection.execute(
                f"CREATE TEMP TYPE {kind} AS ENUM (SELECT DISTINCT {check.typed} {known} ORDER BY 1)"
            )
            words[check.column.name] = kind
    return words


def _copy_checked(load: Load, found: list[Check], words: dict[str, str]) -> int:
    rows = load.source.quick or Rows("")
    stops = " ".join(_stops(found, words))
    select = (
        f"SELECT {typed_columns(found)} FROM ({values_sql(rows_of(load, rows), found, words)}) "  # noqa: S608
        f"WHERE CASE {stops} ELSE true END {order_by(load, found)}"
    )
    return write_parquet(load, select, load.work / "new.parquet", stage="reading")


def _stops(found: list[Check], words: dict[str, str]) -> Iterator[str]:
    """The branches that end the query: at a word not in its dictionary, or at a problem."""
    for check in found:
        if check.column.name in words:
            new = f"{check.typed} IS NULL AND {check.raw} IS NOT NULL"
            yield f"WHEN {new} THEN error('{NEW_WORD}')"
    yield f"WHEN {' OR '.join(_broken(check, words) for check in found)} THEN error('{BAD_ROW}')"


def _broken(check: Check, words: dict[str, str]) -> str:
    """A word that stands in the dictionary keeps the rules; an empty cell may not."""
    if check.column.name not in words:
        return f"({check.broken})"
    return "false" if check.column.nullable else f"{check.raw} IS NULL"


def _keys_clash(load: Load, file: Path, version: TableVersion, read: pa.Table | None) -> bool:
    keys = keys_of(load)
    if not keys:
        return False
    new, schema = parquet([str(file)]), load.declared.schema
    if read is not None:
        clash = bool((neighbours if _is_in_order_of_keys(schema) else doubles)(read, schema.keys))
    else:
        clash = load.connection.execute(_doubles(load, new)).fetchone() is not None
    if clash or load.declared.mode != "append":
        return clash
    there = f"SELECT 1 FROM ({new}) SEMI JOIN {relation(version)} USING ({keys}) LIMIT 1"  # noqa: S608
    return load.connection.execute(there).fetchone() is not None


def _is_in_order_of_keys(schema: TableSchema) -> bool:
    """Whether rows with the same key stand side by side."""
    return set(schema.sort[: len(schema.keys)]) == set(schema.keys)


def _doubles(load: Load, new: str) -> str:
    """A query that gives a row if two rows have the same key.

    Where the rows are sorted by their keys it compares neighbours, which takes a tenth of the time. Elsewhere it
    counts hashes of keys: two keys may share one, and then the careful pass finds that nothing is wrong.
    """
    schema, keys = load.declared.schema, keys_of(load)
    if not _is_in_order_of_keys(schema):
        hashes = f"SELECT hash({keys}) AS key FROM ({new})"  # noqa: S608
        return f"SELECT 1 FROM ({hashes}) GROUP BY key HAVING count(*) > 1 LIMIT 1"  # noqa: S608
    before = ", ".join(f"lag({identifier(name)}) OVER () AS b{n}" for n, name in enumerate(schema.keys))
    same = " AND ".join(f"{identifier(name)} = b{n}" for n, name in enumerate(schema.keys))
    return f"SELECT 1 FROM (SELECT *, {before} FROM ({new})) WHERE {same} LIMIT 1"  # noqa: S608


def _merged(load: Load, staged: Staged, version: TableVersion) -> Staged:
    """The new rows together with the rows they leave standing in the files they touch; other files stay."""
    if not version.files:
        return staged
    keys, new = keys_of(load), parquet([str(staged.file)])
    named = "SELECT *, filename FROM read_parquet(?, union_by_name = true, filename = true)"
    touched = load.connection.execute(
        f"SELECT DISTINCT filename FROM ({named}) SEMI JOIN ({new}) USING ({keys}) ORDER BY 1",  # noqa: S608
        [list(version.files)],
    ).fetchall()
    if not touched:
        return staged
    files = tuple(str(name) for (name,) in touched)
    kept = f"SELECT old.* FROM {relation(replace(version, files=files))} old ANTI JOIN ({new}) USING ({keys})"  # noqa: S608
    sort = ", ".join(identifier(name) for name in load.declared.schema.sort)
    target = load.work / "merged.parquet"
    select = f"SELECT * FROM ({kept} UNION ALL BY NAME {new})" + (f" ORDER BY {sort}" if sort else "")  # noqa: S608
    write_parquet(load, select, target, stage="writing")
    return replace(staged, file=target, replaced=files, read=None)


def _places(dialect: Dialect) -> tuple[str, ...]:
    return ("lon", "lat") if dialect.x and dialect.y else ()


def _check_headings(headings: tuple[str, ...], load: Load) -> None:
    """IngestRefused where the file's columns are not the declared ones: the schema has drifted.

    A column with neither a heading nor a value is none.
    """
    declared, dialect = load.declared, load.declared.dialect
    wanted = [column.heading for column in declared.schema.columns]
    optional = {"period"} if declared.period is not None else set()
    missing = [
        name for name in (*wanted, dialect.x, dialect.y) if name and name not in {*headings, *optional}
    ]
    known = {*wanted, *dialect.ignore, dialect.x, dialect.y}
    others = [(number, name) for number, name in enumerate(headings) if name not in known]
    lacking = [number for number, name in others if is_unnamed(name, number + 1)]
    filled = _filled(load, lacking)
    if missing and filled:
        raise IngestRefused("empty_heading", number=min(filled) + 1)
    if missing:
        raise IngestRefused("missing_columns", columns=", ".join(dict.fromkeys(missing)))
    unknown = [name for number, name in others if number not in lacking or number in filled]
    if unknown:
        raise IngestRefused("unknown_columns", columns=", ".join(unknown[:20]))


def _filled(load: Load, columns: list[int]) -> set[int]:
    """Which of these columns hold a value."""
    if not columns:
        return set()
    counts = ", ".join(f"count(nullif(c{number}, ''))" for number in columns)
    try:
        counted = row_of(load, f"SELECT {counts} FROM {(load.source.quick or load.source.locate()).relation}")  # noqa: S608
    except (
        duckdb.InvalidInputException,
        duckdb.ConversionException,
    ):  # a malformed row, which is set aside later
        counted = row_of(load, f"SELECT {counts} FROM {load.source.locate().relation}")  # noqa: S608
    return {number for number, values in zip(columns, counted, strict=True) if values}
