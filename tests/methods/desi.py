"""The DESI methods of `examples/desi/`, read for the tests."""

import csv
from pathlib import Path

from civicthread.methods.composite import Layer, Method, Missing, Score, parse, parse_values, score

FOLDER = Path(__file__).parents[2] / "examples" / "desi"
Key = tuple[str, str]


def rows(method: str, table: str) -> list[dict[str, str]]:
    with (FOLDER / method / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def method(name: str, missing: Missing = Missing.REFUSE) -> Method:
    return parse(rows(name, "method"), missing=missing)


def layers(name: str) -> dict[Key, dict[Layer, dict[str, float]]]:
    """The measured and the imputed layer of each (edition, area)."""
    measured, imputed = (parse_values(rows(name, table)) for table in ("values", "imputed"))
    return {
        key: {Layer.MEASURED: measured.get(key, {}), Layer.IMPUTED: imputed.get(key, {})}
        for key in sorted(measured.keys() | imputed.keys())
    }


def scores(name: str) -> dict[Key, Score]:
    the_method = method(name)
    return {key: score(the_method, cells) for key, cells in layers(name).items()}
