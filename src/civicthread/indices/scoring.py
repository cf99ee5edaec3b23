"""From a method's rows and the cells its query gives to every score of an index."""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from civicthread.indicators import computing
from civicthread.indices import words
from civicthread.indices.models import LONGEST_KEY, IndexMethod, IndexPart
from civicthread.methods import composite
from civicthread.methods.composite import Goalposts, Layer, Missing, Part

if TYPE_CHECKING:
    from civicthread.lake.query import CheckedQuery

REQUIRED = ("edition", "area", "code", "value", "layer")
LONGEST_ROW = 200


class Row(NamedTuple):
    """One score as it is kept; see `models.Score`."""

    edition: str
    area: str
    part: str
    level: str
    points: float | None
    weight: float
    raw: float | None
    layer: str
    dataset: str
    row: str
    measured: float
    proxy: float
    imputed: float
    missing: float
    recovered: float = 0.0

    @property
    def line(self) -> str:
        """All that is said of this score, to the last digit.

        A share of nothing is not told, so that runs from before the layer existed keep their fingerprint.
        """
        return repr(self) if self.recovered else repr(self).removesuffix(", recovered=0.0)") + ")"


@dataclass(frozen=True)
class Cell:
    """A value that the query gave, and the row of the dataset it stands in."""

    value: float
    dataset: str
    row: str


Place = tuple[str, str]  # edition, area
Cells = Mapping[Place, Mapping[Layer, Mapping[str, Cell]]]


@dataclass(frozen=True)
class Scores:
    """Every score, and all it takes to compute them again."""

    rows: tuple[Row, ...]
    engine: str
    sql_sha256: str
    versions: computing.Versions
    digest: str


def checked(sql: str) -> "CheckedQuery":
    """The query of an index: one SELECT that gives at least the columns an index needs."""
    query = computing.any_query(sql)
    types = {column.name: column.type for column in query.columns}
    if missing := [name for name in REQUIRED if name not in types]:
        raise words.refused("index-columns-missing", missing=", ".join(missing))
    if types["value"] not in {"number", "integer"}:
        raise words.refused("index-not-numeric", name="value")
    return query


def compute(method: IndexMethod, versions: computing.Versions, *, owner: str = "") -> Scores:
    """The scores that a method gives on those versions of its datasets."""
    query = checked(method.sql)
    used = {code: versions[code] for code in query.tables}
    answer = computing.run(query, versions, owner=owner)
    tree = tree_of(method.parts.all(), missing=method.missing)
    found = tuple(scored(tree, cells_of(answer.to_pylist(), query.tables)))
    if not any(row.layer for row in found):
        raise words.refused("index-nothing-fits")
    return Scores(found, computing.engine_name(), query.sha256, used, digest(found))


def tree_of(parts: Iterable[IndexPart], *, missing: str) -> composite.Method:
    """The method of kept parts, in their order."""
    children: dict[int | None, list[IndexPart]] = {}
    for part in sorted(parts, key=lambda part: part.position):
        children.setdefault(part.parent_id, []).append(part)
    return composite.Method(_tree(children[None][0], children), Missing(missing))


def _tree(part: IndexPart, children: Mapping[int | None, Sequence[IndexPart]]) -> Part:
    parts = tuple(_tree(child, children) for child in children.get(part.pk, ()))
    posts = None
    if part.low is not None and part.high is not None:
        posts = Goalposts(part.low, part.high, part.direction, part.winsorise)
    return Part(part.key, part.level, part.weight, parts, posts)


def cells_of(rows: Iterable[Mapping[str, Any]], tables: Sequence[str]) -> Cells:
    """The rows of an answer by place, layer and code; a row without a value is missing, not zero.

    `dataset` and `source_area` are optional columns: which of the datasets a row is of, and its area there.
    """
    found: dict[Place, dict[Layer, dict[str, Cell]]] = {}
    for row in rows:
        edition, area, code = (_key(row[name]) for name in ("edition", "area", "code"))
        layer = _layer(row["layer"])
        known = found.setdefault((edition, area), {}).setdefault(layer, {})
        value = row["value"]
        if value is None or not math.isfinite(value):
            continue
        if code in known:
            raise words.refused("method-two-values", part=code, area=area, edition=edition)
        origin = ", ".join((edition, str(row.get("source_area") or area), code))[:LONGEST_ROW]
        known[code] = Cell(float(value), _dataset(row, tables), origin)
    return found


def _key(value: object) -> str:
    text = "" if value is None else str(value).strip()
    if not text:
        raise words.refused("index-row-unclear")
    if len(text) > LONGEST_KEY:
        raise words.refused("index-too-long", text=text[:LONGEST_KEY], most=LONGEST_KEY)
    return text


def _layer(value: object) -> Layer:
    try:
        return Layer(str(value))
    except ValueError:
        raise words.refused("index-layer-unknown", layer=str(value)[:LONGEST_KEY]) from None


def _dataset(row: Mapping[str, Any], tables: Sequence[str]) -> str:
    named = str(row.get("dataset") or (tables[0] if len(tables) == 1 else ""))
    if named and named not in tables:
        raise words.refused("index-dataset-unknown", name=named[:LONGEST_KEY])
    return named


def scored(method: composite.Method, cells: Cells) -> Iterator[Row]:
    """Every score of every place, by edition and area, in the order of the method."""
    for edition, area in sorted(cells):
        layers = cells[edition, area]
        values = {layer: {code: cell.value for code, cell in of.items()} for layer, of in layers.items()}
        for score in composite.score(method, values).walk():
            yield _row(edition, area, score, layers)


def _row(edition: str, area: str, score: composite.Score, layers: Mapping[Layer, Mapping[str, Cell]]) -> Row:
    cell = layers[score.cell.layer][score.code] if score.cell else None
    cover = score.coverage
    return Row(
        *(edition, area, score.code, score.level, score.points, score.weight),
        *(cell.value if cell else None, str(score.cell.layer) if score.cell else ""),
        *(cell.dataset if cell else "", cell.row if cell else ""),
        *(cover.measured, cover.proxy, cover.imputed, cover.missing, cover.recovered),
    )


def digest(rows: Iterable[Row]) -> str:
    """A fingerprint of all scores, to the last digit, whatever their order."""
    return hashlib.sha256("\n".join(sorted(row.line for row in rows)).encode()).hexdigest()
