"""Scores as files: CSV and JSON, with every number as it is."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from civicthread.indices.models import CompositeIndex, IndexRun
from civicthread.lake.spreadsheet import csv_lines

KINDS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
COLUMNS = (
    *("edition", "area", "level", "code", "score", "weight", "contribution", "value", "layer"),
    *("measured", "proxy", "recovered", "imputed", "missing", "dataset", "version", "row"),
)


@dataclass(frozen=True)
class Chosen:
    """What a file is narrowed to; empty is everything."""

    edition: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    part: tuple[str, ...] = ()

    @classmethod
    def of(cls, asked: QueryDict) -> "Chosen":
        """What an address asks for; a character no database takes names nothing."""
        found = {
            name: tuple(word for word in asked.getlist(name) if "\0" not in word)
            for name in ("edition", "area", "part")
        }
        return cls(**found)


def rows(run: IndexRun, chosen: Chosen) -> Iterator[dict[str, Any]]:
    """The scores of a run by edition and area, in the order of the method."""
    wanted = {f"{name}__in": values for name, values in vars(chosen).items() if values}
    for score in run.scores.filter(**wanted).order_by("pk").iterator(chunk_size=2000):
        values = (
            *(score.edition, score.area, score.level, score.part, score.points, score.weight),
            *(score.contribution, score.raw, score.layer),
            *(score.measured, score.proxy, score.recovered, score.imputed, score.missing),
            *(score.dataset, run.versions.get(score.dataset), score.row),
        )
        yield dict(zip(COLUMNS, values, strict=True))


def written(run: IndexRun, kind: str, chosen: Chosen) -> bytes:
    """The file of that kind."""
    found = rows(run, chosen)
    if kind == "csv":
        return csv_lines([COLUMNS, *(tuple(row.values()) for row in found)])
    method = run.method
    told = {"index": method.index.code, "method": method.number, "run": run.name, "versions": run.versions}
    return f"{json.dumps({**told, 'scores': list(found)}, ensure_ascii=False, indent=1)}\n".encode()


def addresses(index: CompositeIndex, **chosen: str | Iterable[str]) -> dict[str, str]:
    """Where its files are, narrowed as asked."""
    query = f"?{urlencode(chosen, doseq=True)}" if chosen else ""
    return {kind: reverse("index-files:scores", args=[index.code, kind]) + query for kind in KINDS}
