"""The Commission's own import configurations, all of them: each keeps the rows it asks for, with their own years."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from civicthread.lake.dialect import Dialect
from civicthread.lake.import_configuration import CONCEPTS, parse
from civicthread.lake.sdmx import read

GIVEN = json.loads((Path(__file__).parent / "data" / "sdmx" / "commission.json").read_text())
SUMMED = ("100", "20")


def dimensions(fields: dict[str, Any]) -> dict[str, str]:
    """Every dimension the configuration names, with a code of it that its filters keep, in capitals as Eurostat's."""
    concepts = ("indicator", "breakdown", "country", "unit")
    feeding = [(fields[name], name) for name in concepts if not fields[f"{name}_is_surrogate"]]
    mapped = {dim: next(iter(fields["mappings"].get(name, {})), "X") for dim, name in feeding}
    return {**mapped, **folded({dim: next(iter(codes)) for dim, codes in fields["filters"].items()})}


def folded(codes: dict[str, str]) -> dict[str, str]:
    """The names of dimensions as Eurostat's files have them, with their codes."""
    return {dim.lower(): code.upper() for dim, code in codes.items()}


def years(fields: dict[str, Any]) -> list[int]:
    """The years the configuration keeps, of those from 1999 to 2026."""
    first, last = fields["period_start"] or 0, fields["period_end"] or 9999
    return [year for year in range(1999, 2027) if first <= year <= last]


def parts(fields: dict[str, Any]) -> list[dict[str, str]]:
    """The observations that stand for one: those a formula or a sum takes together, or the one alone."""
    if fields["conflict_resolution"] == "USE_FORMULA":
        return list(fields["conflict_formula"]["symbols"].values())
    if fields["conflict_resolution"] == "SUM_VALUES":
        feeding = {fields["indicator"], fields["breakdown"]}
        several = ((dim, codes) for dim, codes in fields["filters"].items() if len(codes) > 1)
        dim, codes = next((dim, codes) for dim, codes in several if dim.lower() not in feeding)
        return [{dim: code} for code in codes[:2]]
    return [{}]


def rows(fields: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What such a file holds: one country, each year from 1999 on, and a row that the filters leave out."""
    base = {**dimensions(fields), fields["country"]: "BE"}
    for year in range(1999, 2027):
        for number, part in enumerate(parts(fields)):
            yield {**base, "TIME_PERIOD": str(year), **folded(part), "OBS_VALUE": SUMMED[number % 2]}
    for dim in fields["filters"]:
        yield {**base, dim.lower(): "another code", "TIME_PERIOD": "2022", "OBS_VALUE": "7"}


@pytest.mark.parametrize("entry", GIVEN, ids=lambda entry: f"{entry['fields']['code']}-{entry['pk']}")
def test_a_configuration_keeps_the_years_it_asks_for_under_their_own_names(entry, tmp_path):
    fields = entry["fields"]
    given = list(rows(fields))
    file = tmp_path / "given.csv"
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(given[0]))
        writer.writeheader()
        writer.writerows(given)
    read(file, Dialect(format="sdmx", sdmx=parse(json.dumps([entry]))), tmp_path)
    with (tmp_path / "observations.csv").open(newline="") as found:
        shown = [
            dict(zip(("line", "problem", *CONCEPTS, "value"), row, strict=False)) for row in csv.reader(found)
        ]
    assert [row["period"] for row in shown] == [str(year) for year in years(fields)]
    assert all(row["area"] == fields["mappings"]["country"].get("BE", "BE") for row in shown)
    assert all(row["value"] for row in shown)


def found_in(code: str, rows: str, folder: Path) -> list[list[str]]:
    """The period and value of each observation that the Commission's configuration of a dataset makes of these rows."""
    file = folder / "given.csv"
    file.write_text(rows)
    entry = next(entry for entry in GIVEN if entry["fields"]["code"] == code)
    read(file, Dialect(format="sdmx", sdmx=parse(json.dumps(entry))), folder)
    with (folder / "observations.csv").open(newline="") as found:
        return [row[6:8] for row in csv.reader(found)]


def test_a_share_is_computed_from_four_observations(tmp_path):
    rows = (
        "freq,waste,wst_oper,unit,geo,TIME_PERIOD,OBS_VALUE\n"
        "A,EE_SME,COL,T,BE,2019,100\nA,EE_SITTE,COL,T,BE,2019,100\n"
        "A,EE_SME,RCY_PRP_REU,T,BE,2019,50\nA,EE_SITTE,RCY_PRP_REU,T,BE,2019,70\n"
        "A,EE_SME,COL,T,BE,2014,100\n"
    )
    assert found_in("env_waseleeos", rows, tmp_path) == [["2019", "60.0"]]


def test_what_is_imported_is_taken_from_what_is_exported(tmp_path):
    rows = (
        "freq,partner,product,stk_flow,unit,geo,TIME_PERIOD,OBS_VALUE\n"
        "A,EXT_EU27_2020,TOT_ICT_GD,IMP,EUR,BE,2019,100000000\n"
        "A,EXT_EU27_2020,TOT_ICT_GD,EXP,EUR,BE,2019,50000000\n"
    )
    assert found_in("isoc_it_ict_gd", rows, tmp_path) == [["2019", "-50.0"]]
