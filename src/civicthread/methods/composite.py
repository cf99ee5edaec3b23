"""Composite indices: a tree of weights over normalised indicators, such as DESI.

Each indicator is put between two fixed goalposts, each group is the weighted mean of its parts, with weights
that count only against those of the same parent, up to one index. A method is plain data, and a score is a
tree that shows the whole arithmetic, from the index down to the cell.

Source of the method: European Commission, DESI 2020 and DESI 2022 methodological notes; OECD and JRC,
Handbook on Constructing Composite Indicators (2008). See `docs/methods/composite-index.md`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

SENTENCES: Mapping[str, str] = {
    "goalposts-order": "The minimum %(low)s must lie under the maximum %(high)s.",
    "direction": "The direction is 1 or -1, not %(direction)s.",
    "weight": "%(code)s: a weight is a number from zero up, not %(weight)s.",
    "leaf-or-group": "%(code)s: an indicator has goalposts, a group has parts; never both or neither.",
    "no-weight": "%(code)s: at least one of its parts needs a weight above zero.",
    "code-twice": "%(code)s: this code is used %(uses)s times.",
    "unknown-parts": "The method has no %(codes)s.",
    "no-code": "A row has no code.",
    "one-root": "Exactly one row, the index, has no parent.",
    "lost": "%(codes)s: not under the index; no such parent, or in a circle.",
    "two-values": "%(code)s: two values for %(area)s in %(edition)s.",
    "flags": "%(code)s: direction is 1 or -1, winsorise is yes or no.",
    "not-a-number": "%(code)s: '%(text)s' is not a number (%(column)s).",
    "not-finite": "%(code)s: %(value)s is not a number; a missing value is left out.",
}


class MethodError(ValueError):
    """The rows, weights or goalposts given do not make a method; `reason` is a key of SENTENCES."""

    def __init__(self, reason: str, /, **facts: object) -> None:
        self.reason = reason
        self.facts = facts
        at = f"{facts['at']}: " if "at" in facts else ""
        super().__init__(at + SENTENCES[reason] % facts)


class Layer(StrEnum):
    """Where a value comes from, best first: each cell is taken from the first layer that has it.

    `PROXY` is a value of a wider place (the national one for a region); `RECOVERED` was not published and is worked
    out from a contribution that was; `IMPUTED` was made, not observed.
    """

    MEASURED = "measured"
    PROXY = "proxy"
    RECOVERED = "recovered"
    IMPUTED = "imputed"


class Missing(StrEnum):
    """What a group does when a part has no value: have none either, or share its weight among the others."""

    REFUSE = "refuse"
    RENORMALISE = "renormalise"


@dataclass(frozen=True)
class Goalposts:
    """The values that count as 0 and as 1, set by the method, not by the sample.

    So a score may pass 1 or fall under 0, unless the method winsorises the indicator. `direction` is -1
    where less is better.

    >>> Goalposts(0.0, 0.75).normalise(0.776) > 1
    True
    >>> round(Goalposts(0.0, 0.45, direction=-1).normalise(0.0693649), 6)
    0.845856
    """

    low: float
    high: float
    direction: int = 1
    winsorise: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise MethodError("goalposts-order", low=self.low, high=self.high)
        if self.direction not in (1, -1):
            raise MethodError("direction", direction=self.direction)

    def normalise(self, value: float) -> float:
        """The value between the goalposts: 0 at the worse one, 1 at the better one."""
        if self.winsorise:
            value = min(max(value, self.low), self.high)
        share = (value - self.low) / (self.high - self.low)
        return share if self.direction == 1 else 1 - share


@dataclass(frozen=True)
class Part:
    """One node of a method: an indicator with its goalposts, or a group with its parts.

    `weight` counts only against the other parts of the same parent; `level` is the method's word for the
    depth (index, dimension, subdimension, indicator).
    """

    code: str
    level: str
    weight: float
    parts: tuple["Part", ...] = ()
    goalposts: Goalposts | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.weight) and self.weight >= 0):
            raise MethodError("weight", code=self.code, weight=self.weight)
        if bool(self.parts) == (self.goalposts is not None):
            raise MethodError("leaf-or-group", code=self.code)
        if self.parts and math.fsum(part.weight for part in self.parts) <= 0:
            raise MethodError("no-weight", code=self.code)

    def walk(self) -> Iterator["Part"]:
        """This part and all those under it, parents first."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Method:
    """An index: its tree, and what it does with missing values. Every code is used once."""

    root: Part
    missing: Missing = Missing.REFUSE

    def __post_init__(self) -> None:
        code, uses = Counter(part.code for part in self.root.walk()).most_common(1)[0]
        if uses > 1:
            raise MethodError("code-twice", code=code, uses=uses)

    def indicators(self) -> tuple[Part, ...]:
        """The indicators, in the order of the method."""
        return tuple(part for part in self.root.walk() if part.goalposts)


@dataclass(frozen=True)
class Cell:
    """The value that was used for one indicator, in its own unit, and the layer it came from."""

    value: float
    layer: Layer


@dataclass(frozen=True)
class Coverage:
    """Shares of the weight under a node by where its values come from; together they make 1."""

    measured: float = 0.0
    proxy: float = 0.0
    recovered: float = 0.0
    imputed: float = 0.0
    missing: float = 0.0


@dataclass(frozen=True)
class Score:
    """The explained score of one node, with those of its parts.

    `value` runs from 0 to 1 (goalposts may be passed), None when missing. `weight` is the share inside the
    parent that was really used: zero for a missing part, more for the others if the method renormalises.
    """

    code: str
    level: str
    weight: float
    value: float | None
    coverage: Coverage
    parts: tuple["Score", ...] = ()
    goalposts: Goalposts | None = None
    cell: Cell | None = None

    @property
    def points(self) -> float | None:
        """The score × 100, as DESI publishes it."""
        return None if self.value is None else 100 * self.value

    @property
    def contribution(self) -> float | None:
        """What this node adds to the points of its parent: weight × points."""
        return None if self.points is None else self.weight * self.points

    def walk(self) -> Iterator["Score"]:
        """This score and all those under it, parents first."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def find(self, code: str) -> "Score":
        """The score of one node. Raises `KeyError` on a code the method does not have."""
        for score in self.walk():
            if score.code == code:
                return score
        raise KeyError(code)


Layers = Mapping[Layer, Mapping[str, float]]


def score(method: Method, layers: Layers) -> Score:
    """The score of one area in one edition: `layers` gives for each layer the values by indicator code.

    A value is taken from the first layer that has it (measured, proxy, recovered, imputed), so leaving the
    imputed layer out shows the index without it. Raises `MethodError` on a value that is not a finite number.

    >>> share, wide = Goalposts(0, 1), Goalposts(0, 0.66)
    >>> basic, above = Part("1a", "indicator", 2, (), share), Part("1b", "indicator", 1, (), wide)
    >>> skills = Method(Part("1", "index", 1, (basic, above)))
    >>> result = score(skills, {Layer.MEASURED: {"1a": 0.5}, Layer.PROXY: {"1b": 0.33}})
    >>> result.points, round(result.coverage.proxy, 3)
    (50.0, 0.333)
    """
    return replace(_score(method.root, layers, method.missing), weight=1.0)


def reweigh(method: Method, weights: Mapping[str, float]) -> Method:
    """The same method with other weights for the codes given: the "what if" of a page.

    Raises `MethodError` on an unknown code, a weight under zero, or a group left without any weight.
    """
    unknown = set(weights) - {part.code for part in method.root.walk()}
    if unknown:
        raise MethodError("unknown-parts", codes=", ".join(sorted(unknown)))
    return replace(method, root=_reweigh(method.root, weights))


def ranks(values: Mapping[str, float | None]) -> dict[str, int]:
    """The rank of each area that has a score, best first; equal scores share the better rank.

    >>> ranks({"BE": 50.3, "FI": 69.6, "NL": 50.3, "XX": None})
    {'BE': 2, 'FI': 1, 'NL': 2}
    """
    known = {area: value for area, value in values.items() if value is not None}
    return {area: 1 + sum(other > value for other in known.values()) for area, value in known.items()}


def parse(rows: Iterable[Mapping[str, str]], *, missing: Missing = Missing.REFUSE) -> Method:
    """A method from rows of text, one for each node of the tree.

    Columns: level, code, parent, weight and, for an indicator, min, max, direction (1 or -1, empty: 1) and
    winsorise (yes or no, empty: no); other columns are left alone. One row, the index, has no parent.
    Raises `MethodError`, which names the code at fault.
    """
    children: dict[str, list[Mapping[str, str]]] = {}
    codes = Counter[str]()
    for row in rows:
        codes[_text(row, "code")] += 1
        children.setdefault(_text(row, "parent"), []).append(row)
    if "" in codes:
        raise MethodError("no-code")
    code, uses = codes.most_common(1)[0] if codes else ("", 0)
    if uses > 1:
        raise MethodError("code-twice", code=code, uses=uses)
    if len(children.get("", ())) != 1:
        raise MethodError("one-root")
    root = _part(children[""][0], children)
    method = Method(root, missing)
    lost = set(codes) - {part.code for part in root.walk()}
    if lost:
        raise MethodError("lost", codes=", ".join(sorted(lost)))
    return method


def parse_values(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], dict[str, float]]:
    """Values by (edition, area), then by indicator code, from rows edition, area, code, value.

    An empty value is missing, not zero. Raises `MethodError` on a text that is no number, or a second value.

    >>> parse_values([{"edition": "2022", "area": "BE", "code": "1a1", "value": "0.542318"}])
    {('2022', 'BE'): {'1a1': 0.542318}}
    """
    values: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        edition, area, code = (_text(row, column) for column in ("edition", "area", "code"))
        cells = values.setdefault((edition, area), {})
        if code in cells:
            raise MethodError("two-values", code=code, area=area, edition=edition)
        if _text(row, "value"):
            cells[code] = _number(row, "value")
    return values


def _part(row: Mapping[str, str], children: Mapping[str, list[Mapping[str, str]]]) -> Part:
    code = _text(row, "code")
    parts = tuple(_part(child, children) for child in children.get(code, ()))
    return Part(code, _text(row, "level"), _number(row, "weight"), parts, _goalposts(row))


def _goalposts(row: Mapping[str, str]) -> Goalposts | None:
    if not _text(row, "min") and not _text(row, "max"):
        return None
    code, winsorise, direction = (_text(row, column) for column in ("code", "winsorise", "direction"))
    if winsorise not in ("yes", "no", "") or direction not in ("1", "-1", ""):
        raise MethodError("flags", code=code)
    low, high = _number(row, "min"), _number(row, "max")
    try:
        return Goalposts(low, high, int(direction or 1), winsorise == "yes")
    except MethodError as error:
        raise MethodError(error.reason, at=code, **error.facts) from error


def _text(row: Mapping[str, str], column: str) -> str:
    return (row.get(column) or "").strip()


def _number(row: Mapping[str, str], column: str) -> float:
    text = _text(row, column)
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise MethodError("not-a-number", code=_text(row, "code"), text=text, column=column)
    return number


def _reweigh(part: Part, weights: Mapping[str, float]) -> Part:
    parts = tuple(_reweigh(child, weights) for child in part.parts)
    return replace(part, weight=weights.get(part.code, part.weight), parts=parts)


def _score(part: Part, layers: Layers, missing: Missing) -> Score:
    if part.goalposts:
        return _leaf(part, part.goalposts, layers)
    scores = tuple(_score(child, layers, missing) for child in part.parts)
    nominal = tuple(child.weight for child in part.parts)
    shares = _shares(nominal, tuple(one.value is not None for one in scores), missing)
    scores = tuple(replace(one, weight=share) for one, share in zip(scores, shares, strict=True))
    # fsum: the same bits whatever the order of the parts.
    known = [one.weight * one.value for one in scores if one.value is not None and one.weight]
    value = math.fsum(known) if any(shares) else None
    return Score(part.code, part.level, part.weight, value, _coverage(scores, nominal), scores)


def _shares(weights: tuple[float, ...], present: tuple[bool, ...], missing: Missing) -> tuple[float, ...]:
    """The weights used, as shares of their parent; all zero where the parent cannot have a score.

    A part of weight zero cannot make its parent missing.
    """
    used = tuple(weight if here else 0.0 for weight, here in zip(weights, present, strict=True))
    total = math.fsum(used)
    incomplete = used != weights
    if total <= 0 or (incomplete and missing is Missing.REFUSE):
        return (0.0,) * len(weights)
    return tuple(weight / total for weight in used)


def _leaf(part: Part, goalposts: Goalposts, layers: Layers) -> Score:
    for layer in Layer:
        value = layers.get(layer, {}).get(part.code)
        if value is None:
            continue
        if not math.isfinite(value):
            raise MethodError("not-finite", code=part.code, value=value)
        normal, cell = goalposts.normalise(value), Cell(value, layer)
        return Score(
            part.code, part.level, part.weight, normal, Coverage(**{layer: 1.0}), (), goalposts, cell
        )
    return Score(part.code, part.level, part.weight, None, Coverage(missing=1.0), (), goalposts)


def _coverage(scores: tuple[Score, ...], weights: tuple[float, ...]) -> Coverage:
    total = math.fsum(weights)
    pairs = [(weight / total, one.coverage) for weight, one in zip(weights, scores, strict=True)]
    return Coverage(
        measured=math.fsum(share * each.measured for share, each in pairs),
        proxy=math.fsum(share * each.proxy for share, each in pairs),
        recovered=math.fsum(share * each.recovered for share, each in pairs),
        imputed=math.fsum(share * each.imputed for share, each in pairs),
        missing=math.fsum(share * each.missing for share, each in pairs),
    )
