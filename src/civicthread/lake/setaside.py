"""The careful reading of a file: every row with its line number, and every bad row set aside with its
reasons.
"""

from pathlib import Path
from typing import Final

from civicthread.lake import export, spreadsheet
from civicthread.lake.checks import Check, typed_columns, values_sql
from civicthread.lake.connection import literal
from civicthread.lake.loading import Load, Staged, keys_of, order_by, row_of, rows_of, write_parquet
from civicthread.lake.log import flush_to_disk
from civicthread.lake.refusals import PROBLEMS, IngestRefused
from civicthread.lake.schema import TableVersion
from civicthread.lake.tables import parquet, relation

RAW_LENGTH: Final = 2000
VALUE_LENGTH: Final = 200
MALFORMED: Final = {
    "TOO MANY COLUMNS": "too_many_values",
    "MISSING COLUMNS": "too_few_values",
    "UNQUOTED VALUE": "bad_quotes",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
}
REJECT_COLUMNS: Final = ("line", "column", "code", "reason", "value", "row")
REJECTS: Final = """
    CREATE OR REPLACE TEMP TABLE rejects AS
    SELECT line, name, code, value, raw FROM malformed
    UNION ALL
    SELECT __line, problem.name, problem.code, problem.value, raw
    FROM (SELECT __line, raw, unnest(problems) AS problem FROM staged)
    UNION ALL
    SELECT line, name, code, value, raw FROM clashes
"""
NOTHING: Final = (
    "SELECT 0::BIGINT AS line, '' AS name, '' AS code, NULL::VARCHAR AS value, '' AS raw WHERE false"
)


def careful_pass(load: Load, found: list[Check], version: TableVersion) -> Staged:
    """Check every row, set the bad ones aside and sort the good ones. IngestRefused where too many are
    bad.
    """
    total = _stage_rows(load, found) + _note_malformed(load)
    _note_clashes(load, found, version)
    load.connection.execute(REJECTS)
    (bad,) = row_of(load, "SELECT count(DISTINCT line) FROM rejects")
    if total == 0:
        raise IngestRefused("no_rows")
    rejects_file = _write_rejects(load) if bad else None
    if bad == total or bad > total * load.bad_share:
        raise IngestRefused("too_many_bad_rows", rejects_file=rejects_file, bad=bad, total=total)
    good = load.work / "new.parquet"
    select = (
        f"SELECT {typed_columns(found)} FROM staged ANTI JOIN rejects ON staged.__line = rejects.line "  # noqa: S608
        f"{order_by(load, found)}"
    )
    rows = write_parquet(load, select, good, stage="writing")
    return Staged(good, rows, rejected=bad, rejects_file=rejects_file)


def _stage_rows(load: Load, found: list[Check]) -> int:
    """Every row that can be parsed, with its problems, in a file that the view `staged` reads."""
    problems = ", ".join(
        f"{{'name': {literal(check.column.name)}, 'code': {check.problem},"
        f" 'value': left({check.raw}, {VALUE_LENGTH})}}"
        for check in found
    )
    comma = literal(load.declared.dialect.delimiter)
    raw = f" || {comma} || ".join(f"coalesce(c{number}, '')" for number in range(len(load.source.headings)))
    values = ", ".join(check.typed for check in found)
    file = load.work / "staged.parquet"
    select = (
        f"SELECT __line, {values}, left({raw}, {RAW_LENGTH}) AS raw, CASE WHEN __problem IS NOT NULL "  # noqa: S608
        "THEN [{'name': '', 'code': __problem, 'value': NULL::VARCHAR}] "
        f"ELSE list_filter([{problems}], lambda one: one.code IS NOT NULL) END AS problems "
        f"FROM ({values_sql(rows_of(load, load.source.locate()), found)})"
    )
    rows = write_parquet(load, select, file, stage="reading")
    load.connection.execute(f"CREATE OR REPLACE TEMP VIEW staged AS {parquet([str(file)])}")
    return rows


def _note_malformed(load: Load) -> int:
    """The rows DuckDB could not parse, in the table `malformed`; their line numbers stand in front of their
    text.
    """
    (kept,) = row_of(load, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'")
    if not kept:
        load.connection.execute(f"CREATE OR REPLACE TEMP TABLE malformed AS {NOTHING}")
        return 0
    codes = " ".join(f"WHEN {literal(kind)} THEN '{code}'" for kind, code in MALFORMED.items())
    front = literal(r"^(\d+)[^\w\s]?\w*[^\w\s]?")
    load.connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE malformed AS
        SELECT regexp_extract(csv_line, '^\\d+')::BIGINT AS line, '' AS name,
               first(CASE error_type::VARCHAR {codes} ELSE 'bad_quotes' END) AS code, NULL::VARCHAR AS value,
               first(left(regexp_replace(csv_line, {front}, ''), {RAW_LENGTH})) AS raw
        FROM reject_errors GROUP BY 1
    """)  # noqa: S608 only constants stand in it
    return int(row_of(load, "SELECT count(*) FROM malformed")[0])


def _note_clashes(load: Load, found: list[Check], version: TableVersion) -> None:
    """Rows without another problem whose key stands earlier in the file or, when appending, in the table."""
    keys = keys_of(load)
    if not keys:
        load.connection.execute(f"CREATE OR REPLACE TEMP TABLE clashes AS {NOTHING}")
        return
    typed = {check.column.name: check.typed for check in found}
    names = list(load.declared.schema.keys)
    shown = " || ' · ' || ".join(f"{typed[name]}::VARCHAR" for name in names)
    good = f"SELECT *, {typed_columns(found)} FROM staged WHERE len(problems) = 0"  # noqa: S608
    doubles = (
        f"row_number() OVER (PARTITION BY {', '.join(typed[name] for name in names)} ORDER BY __line) > 1"
    )
    told = f"{literal(', '.join(names))} AS name, '%s' AS code, left({shown}, {VALUE_LENGTH}) AS value, raw"
    sql = f"SELECT __line AS line, {told % 'duplicate_key'} FROM ({good}) QUALIFY {doubles}"  # noqa: S608
    if load.declared.mode == "append":
        there = f"({good}) SEMI JOIN {relation(version)} USING ({keys})"
        sql += f" UNION ALL SELECT __line, {told % 'key_exists'} FROM {there}"  # noqa: S608
    load.connection.execute(f"CREATE OR REPLACE TEMP TABLE clashes AS {sql}")


def _write_rejects(load: Load) -> Path:
    """The rows set aside, as a CSV for people; the same file with the same declaration gives the same
    name.
    """
    target = load.table.folder / load.rejects_name
    target.parent.mkdir(exist_ok=True)
    draft = load.work / "rejects.csv"
    with draft.open("wb") as out:
        out.write(spreadsheet.csv_lines([REJECT_COLUMNS]))
        result = load.connection.execute("SELECT * FROM rejects ORDER BY line, name, code")
        while rows := result.fetchmany(export.BATCH):
            out.write(
                spreadsheet.csv_lines(
                    [(line, name, code, PROBLEMS[code], *rest) for line, name, code, *rest in rows]
                )
            )
    flush_to_disk(draft)
    draft.replace(target)
    load.table.place.send(load.rejects_name)
    return target
