"""Composite indices for programs: method, coverage and every score, at full precision."""

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema

from civicthread.core.api import Asked, Page, Texts, address, operation, paged, texts
from civicthread.core.mistakes import named
from civicthread.core.policy import actor_of
from civicthread.indices import queries, scorefiles
from civicthread.indices.models import CompositeIndex, IndexPart, IndexRun, Score

router = Router(tags=["indices"])
Key = Annotated[str, Query("", pattern=r"^[\w.@ -]{0,60}$")]


class IndexOut(Schema):
    """A composite index; `edition` and `score` are the latest of the area it opens with."""

    code: str
    reference: str
    title: Texts
    description: Texts
    family: str
    area: str
    edition: str
    score: float | None
    address: str
    files: dict[str, str]


class PartOut(Schema):
    """One part of the tree. `weight` counts against the other parts of the same parent; an indicator has goalposts."""

    code: str
    parent: str | None
    level: str
    label: Texts
    weight: float
    low: float | None
    high: float | None
    direction: int
    winsorise: bool
    unit: Texts
    source: str
    definition: Texts
    indicator: str | None


class IndexRunOut(Schema):
    """The computation that the scores come from; `civicthread reproduce` computes it again."""

    run: str
    at: datetime
    engine: str
    method: int
    sql_sha256: str
    digest: str
    versions: dict[str, int]


class AreaOut(Schema):
    """An area as the data names it; `ranked`: it competes."""

    code: str
    name: Texts
    ranked: bool


class IndexWithMethod(IndexOut):
    """An index with its method, its areas and the run whose scores stand; without one there are no scores yet."""

    note: Texts
    missing: str
    sql: str
    parts: list[PartOut]
    areas: list[AreaOut]
    run: IndexRunOut | None


class ScoreOut(Schema):
    """One score × 100. `weight` is the share really used; the five shares say what it rests on and make 1."""

    edition: str
    area: str
    level: str
    code: str
    score: float | None
    weight: float
    contribution: float | None
    value: float | None
    layer: str
    measured: float
    proxy: float
    recovered: float
    imputed: float
    missing: float
    dataset: str
    row: str


@router.get("/indices", response=Page[IndexOut], operation_id="indices.list")
@operation("indices.read")
def indices(request: HttpRequest, asked: Asked) -> Any:
    """The composite indices, by title."""
    return paged(request, _listed(request), lambda rows: map(_index, rows), order="sort_title", asked=asked)


@router.get("/indices/{slug:code}", response=IndexWithMethod, operation_id="indices.get")
@operation("indices.read")
def index(request: HttpRequest, code: str) -> Any:
    """One index with its method and its run."""
    queries.one(code, visible_to=actor_of(request))
    found = _listed(request).get(code=code)
    run = queries.approved_run(found)
    method = run.method if run else found.methods.last()
    parts = list(method.parts.select_related("indicator")) if method else []
    keys = {part.pk: part.key for part in parts}
    areas = found.areas.all()
    return {
        **_index(found),
        "note": texts(method.note) if method else {},
        "missing": method.missing if method else "",
        "sql": method.sql if method else "",
        "parts": [_part(part, keys) for part in parts],
        "areas": [{"code": a.code, "name": texts(a.name), "ranked": a.ranked} for a in areas],
        "run": _run(run) if run else None,
    }


@router.get("/indices/{slug:code}/scores", response=Page[ScoreOut], operation_id="indices.scores")
@operation("indices.read")
def scores(  # noqa: PLR0913, PLR0917  # Ninja reads the parameters of the address from here
    request: HttpRequest,
    code: str,
    edition: Key,
    area: Key,
    part: Key,
    asked: Asked,
) -> Any:
    """The scores that stand, by edition and area, in the order of the method."""
    run = queries.approved_run(queries.one(code, visible_to=actor_of(request)))
    if run is None:
        raise Http404
    asked_for = (("edition", edition), ("area", area), ("part", part))
    wanted = {name: value for name, value in asked_for if value}
    for name, value in wanted.items():
        named(name, value, run.scores.filter(**{name: value}))
    return paged(
        request, run.scores.filter(**wanted), lambda rows: map(_score, rows), order="pk", asked=asked
    )


def _listed(request: HttpRequest) -> QuerySet[CompositeIndex]:
    return queries.listed(visible_to=actor_of(request), language=settings.LANGUAGE_CODE)


def _index(found: CompositeIndex) -> dict[str, Any]:
    files = {
        kind: settings.BASE_URL + reverse("index-files:scores", args=[found.code, kind])
        for kind in scorefiles.KINDS
    }
    return {
        **{name: getattr(found, name) for name in ("code", "reference", "family", "area")},
        **{name: texts(getattr(found, name)) for name in ("title", "description")},
        "edition": getattr(found, "edition", ""),
        "score": getattr(found, "points", None),
        "address": address(found),
        "files": files,
    }


def _part(part: IndexPart, keys: dict[int, str]) -> dict[str, Any]:
    plain = ("level", "weight", "low", "high", "direction", "winsorise", "source")
    return {
        **{name: getattr(part, name) for name in plain},
        **{name: texts(getattr(part, name)) for name in ("label", "unit", "definition")},
        "code": part.key,
        "parent": keys[part.parent_id] if part.parent_id else None,
        "indicator": part.indicator.code if part.indicator else None,
    }


def _run(run: IndexRun) -> dict[str, Any]:
    plain = {name: getattr(run, name) for name in ("at", "engine", "sql_sha256", "digest", "versions")}
    return {**plain, "run": run.name, "method": run.method.number}


def _score(score: Score) -> dict[str, Any]:
    plain = ("edition", "area", "level", "weight", "contribution", "layer", "dataset", "row")
    shares = ("measured", "proxy", "recovered", "imputed", "missing")
    return {
        **{name: getattr(score, name) for name in (*plain, *shares)},
        "code": score.part,
        "score": score.points,
        "value": score.raw,
    }
