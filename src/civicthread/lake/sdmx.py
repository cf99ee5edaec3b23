"""Statistics in SDMX, as Eurostat gives them, brought into one table of observations.

A file has its own dimensions; an import configuration says which of them feeds the indicator, the breakdown, the
area, the unit and the period, what is constant, what is left out, what is called otherwise here, and what to do
where several observations then stand for one. SDMX-CSV is read by DuckDB; SDMX-ML and SDMX-JSON by sdmx1 (the
extra `sdmx`), which holds the whole message in memory, so such a file may have 64 MB at the most.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from civicthread.lake.connection import DEFAULT_LIMITS, connect, identifier, literal, literals
from civicthread.lake.dialect import Dialect
from civicthread.lake.import_configuration import CONCEPTS, Configuration, formula_sql
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sources import Form, Source

MOST_BYTES: Final = 64 << 20
# What Eurostat's letters and SDMX's codes of OBS_STATUS say of a value.
FLAGS: Final[Mapping[str, str]] = {
    "break_in_series": "b",
    "estimated": "es",
    "provisional": "p",
    "unreliable": "u",
    "imputed": "i",
    "confidential": "c",
}
HEADINGS: Final = (*CONCEPTS, "value", "flags", *FLAGS)
NO_NUMBER: Final = ("", ":", "NaN", "nan")
# Columns of SDMX-CSV that are no dimensions.
VALUES: Final = ("OBS_VALUE",)
# Columns with letters about the value, and the letters taken from each: A is an ordinary value, F one that is free.
STATUSES: Final[Mapping[str, str]] = {
    "OBS_FLAG": "{0}",
    "OBS_STATUS": "nullif(upper({0}), 'A')",
    "CONF_STATUS": "CASE WHEN upper({0}) IN ('C', 'D', 'N', 'S') THEN 'c' END",
}


def read(path: Path, dialect: Dialect, work: Path) -> Source:
    """An SDMX file as a source whose headings are always the same. IngestRefused where it cannot be brought so."""
    configuration = Configuration.from_dict(dialect.sdmx)
    target = work / "observations.csv"
    plain = _as_csv(path, work)
    with TemporaryDirectory(dir=work) as folder, connect(DEFAULT_LIMITS, Path(folder)) as connection:
        connection.execute(
            f"CREATE TEMP TABLE given AS SELECT *, row_number() OVER () + 1 AS __row"  # noqa: S608 quoted path
            f" FROM read_csv({literal(str(plain))}, header = true, all_varchar = true, delim = ',', quote = '\"')"
        )
        columns = [row[0] for row in connection.execute("DESCRIBE given").fetchall()]
        table = _Table(configuration, {name.casefold(): name for name in columns if name != "__row"})
        connection.execute(f"CREATE TEMP TABLE observed AS {table.observed()}")
        table.refuse_conflicts(connection)
        connection.execute(f"COPY ({table.resolved()}) TO {literal(str(target))} (FORMAT csv, HEADER false)")
    form = Form(len(HEADINGS))
    return Source(HEADINGS, lambda: form.located(target))


def _as_csv(path: Path, work: Path) -> Path:
    with path.open("rb") as file:
        start = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] not in (b"<", b"{"):
        return path
    if path.stat().st_size > MOST_BYTES:
        raise IngestRefused("sdmx_too_large", limit=MOST_BYTES)
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise IngestRefused("sdmx_unreadable")
    target = work / "message.csv"
    rows = list(_observations(path))
    if not rows:
        raise IngestRefused("no_rows")
    names = list(dict.fromkeys(name for row in rows for name in row))
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return target


def _observations(path: Path) -> Iterator[dict[str, str]]:
    """Each observation of a message: its dimensions, its value and its attributes as texts."""
    try:
        import sdmx  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415 an extra, and slow to load
    except ImportError as error:
        raise IngestRefused("sdmx_missing") from error
    try:
        with path.open("rb") as file:
            message = sdmx.read_sdmx(file)
        for dataset in message.data:
            for seen in dataset.obs:
                attributes = {
                    name: str(told.value) for name, told in seen.attrib.items() if told.value is not None
                }
                codes = {name: str(told.value) for name, told in seen.key.values.items()}
                yield {**codes, "OBS_VALUE": "" if seen.value is None else str(seen.value), **attributes}
    except IngestRefused:
        raise
    except Exception as error:  # the reader has no one kind of fault for a message it cannot read
        raise IngestRefused("sdmx_unreadable") from error


@dataclass(frozen=True)
class _Table:
    """The SQL that brings the columns of one file into observations; `columns` by their folded names."""

    told: Configuration
    columns: Mapping[str, str]

    def column(self, name: str) -> str:
        """A dimension of the file, whatever its case; `time` is TIME_PERIOD too."""
        folded = name.casefold()
        found = self.columns.get(folded) or self.columns.get("time_period" if folded == "time" else "")
        if found is None:
            raise IngestRefused("missing_columns", columns=name)
        return identifier(found)

    def concept(self, name: str) -> str:
        """What feeds a concept, renamed where the configuration says so."""
        raw = self.raw(name)
        return raw if name in self.told.constants else _renamed(raw, self.told.mappings.get(name, {}))

    def raw(self, name: str) -> str:
        """What feeds a concept, as the file has it."""
        if name in self.told.constants:
            return literal(self.told.constants[name])
        if name not in self.told.dimensions:
            return "NULL::VARCHAR"
        return self.area() if name == "area" else self.column(self.told.dimensions[name])

    def area(self) -> str:
        """The area's code, one for each territory."""
        first = {code: codes[0] for codes in self.told.same_areas for code in codes}
        return _renamed(self.column(self.told.dimensions["area"]), first)

    def observed(self) -> str:
        """The observations that are kept: concepts, dimensions, value and flags, one for each territory."""
        concepts = ", ".join(f"{self.concept(name)} AS __{name}" for name in CONCEPTS)
        found = {
            name: identifier(self.columns[name.casefold()])
            for name in STATUSES
            if name.casefold() in self.columns
        }
        flags = [STATUSES[name].format(column) for name, column in found.items()]
        flags_text = f"lower(concat_ws('', {', '.join(flags)}))" if flags else "''"
        where = " AND ".join(self.conditions()) or "true"
        first = self.first_of_its_territory()
        return (
            f"SELECT *, {concepts}, {self.value()} AS __value, {flags_text} AS __flags"  # noqa: S608 quoted
            f" FROM given WHERE {where}" + (f" QUALIFY {first}" if first else "")
        )

    def conditions(self) -> list[str]:
        """What an observation must be to be kept. The bounds are years of the file, whatever they are called here."""
        year = f"TRY_CAST(left({self.raw('period')}, 4) AS INTEGER)"
        bounds = ((">=", self.told.period_start), ("<=", self.told.period_end))
        filters = self.told.filters.items()
        return [
            *(_is_one_of(self.column(name), codes) for name, codes in filters),
            *(f"{year} {sign} {bound:d}" for sign, bound in bounds if bound is not None),
        ]

    def first_of_its_territory(self) -> str:
        """Whether no other observation tells the same of the territory under an earlier code; "" if none can."""
        if not self.told.same_areas or "area" not in self.told.dimensions:
            return ""
        area = self.column(self.told.dimensions["area"])
        order = [code for codes in self.told.same_areas for code in codes]
        aside = {identifier("__row"), area}
        aside |= {
            identifier(self.columns[n.casefold()])
            for n in (*VALUES, *STATUSES)
            if n.casefold() in self.columns
        }
        others = [name for name in map(identifier, self.columns.values()) if name not in aside]
        same = ", ".join([self.area(), *others])
        place = f"coalesce(list_position([{literals(order)}], {area}), 0)"
        return f"rank() OVER (PARTITION BY {same} ORDER BY {place}) = 1"

    def value(self) -> str:
        """The number of an observation, multiplied, moved and rounded as told; NULL where there is none."""
        raw = self.column("OBS_VALUE")
        text = f"CASE WHEN trim({raw}) IN ({literals(list(NO_NUMBER))}) THEN NULL ELSE {raw} END"
        found = f"CAST({text} AS DOUBLE)"
        for name, factors in self.told.multipliers.items():
            cases = " ".join(
                f"WHEN {literal(code.upper())} THEN {float(by)!r}" for code, by in factors.items()
            )
            found += f" * CASE upper({self.column(name)}) {cases} ELSE 1.0 END"
        if self.told.multiplier != 1:
            found += f" * {float(self.told.multiplier)!r}"
        if self.told.offset:
            found += f" + {float(self.told.offset)!r}"
        return found if self.told.decimals is None else f"round({found}, {int(self.told.decimals)})"

    @property
    def keys(self) -> str:
        return ", ".join(f"__{name}" for name in CONCEPTS)

    def refuse_conflicts(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Refuse a file in which several observations stand for one where nothing says what to do."""
        if self.told.conflict == "sum":
            return
        aside = (
            [self.symbol(name) for name in self.told.symbols] if self.told.conflict == "formula" else ["true"]
        )
        for condition in aside:
            row = connection.execute(
                f"SELECT {self.keys} FROM observed WHERE {condition}"  # noqa: S608 quoted
                f" GROUP BY {self.keys} HAVING count(*) > 1 ORDER BY {self.keys} LIMIT 1"
            ).fetchone()
            if row:
                raise IngestRefused("sdmx_conflict", example=" · ".join(str(text) for text in row if text))

    def symbol(self, name: str) -> str:
        """Which observation a symbol of the formula means."""
        chosen = [_is_one_of(self.column(dim), [code]) for dim, code in self.told.symbols[name].items()]
        return f"({' AND '.join(chosen) or 'true'})"

    def resolved(self) -> str:
        """One observation for each key, in the order of the file, with line number and problem in front."""
        value = {
            "refuse": "any_value(__value)",
            # A sum with a part that is missing is missing too.
            "sum": "CASE WHEN count(__value) = count(*) THEN sum(__value) END",
            "formula": self.formula(),
        }[self.told.conflict]
        letters = "coalesce(string_agg(DISTINCT __flags, '' ORDER BY __flags), '')"
        flags = f"array_to_string(list_sort(list_distinct(string_split({letters}, ''))), '')"
        grouped = (
            f"SELECT min(__row) AS __line, {self.keys}, {value} AS value, {flags} AS flags"  # noqa: S608 quoted
            f" FROM observed GROUP BY {self.keys}"
        )
        marks = ", ".join(f"regexp_matches(flags, '[{letters}]')" for letters in FLAGS.values())
        return (
            f"SELECT __line, NULL AS problem, {self.keys}, value, flags, {marks} FROM ({grouped}) ORDER BY 1"  # noqa: S608
        )

    def formula(self) -> str:
        if self.told.conflict != "formula":
            return ""
        return formula_sql(
            self.told,
            {name: f"max(__value) FILTER (WHERE {self.symbol(name)})" for name in self.told.symbols},
        )


def _is_one_of(found: str, codes: Iterable[str]) -> str:
    """Codes are the same in capitals and small letters: the Commission writes `e_di4_hi`, Eurostat `E_DI4_HI`."""
    return f"upper({found}) IN ({literals([code.upper() for code in codes])})"


def _renamed(found: str, names: Mapping[str, str]) -> str:
    if not names:
        return found
    cases = " ".join(f"WHEN {literal(code.upper())} THEN {literal(name)}" for code, name in names.items())
    return f"CASE upper({found}) {cases} ELSE {found} END"
