"""A score explained: from the index down to the cell of a dataset, and with other weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.translation import gettext, ngettext

from civicthread.core import formats
from civicthread.core.text import Text
from civicthread.indices import queries
from civicthread.indices.feeding import coverage, percent
from civicthread.indices.models import IndexPart, IndexRun, LayerKind, Score
from civicthread.indices.queries import Current, Standing
from civicthread.indices.scoring import tree_of
from civicthread.methods import composite
from civicthread.methods.composite import Layer

DECIMALS = 2
"""Of points on pages; files hold them as they are."""

LONGEST_SUM = 12


@dataclass(frozen=True)
class Explained:
    """One part of an index for one area in one edition, with its parts and how it stands elsewhere.

    `scores` are those of the part, of what it is made of, and of the index itself.
    """

    run: IndexRun
    tree: Sequence[IndexPart]
    part: IndexPart
    edition: str
    area: str
    scores: Mapping[str, Score]
    standing: Standing
    names: Mapping[str, Text | str]

    @property
    def score(self) -> Score | None:
        """The score of the part; None where this run has none there."""
        return self.scores.get(self.part.key)

    @cached_property
    def root(self) -> IndexPart:
        """The index itself."""
        return next(part for part in self.tree if part.parent_id is None)

    @cached_property
    def parts(self) -> list[IndexPart]:
        """What the part is made of, in the order of the method."""
        return [part for part in self.tree if part.parent_id == self.part.pk]

    @cached_property
    def path(self) -> list[IndexPart]:
        """What it stands in, the index first."""
        by_pk, found, above = {part.pk: part for part in self.tree}, [], self.part.parent_id
        while above is not None:
            found.append(by_pk[above])
            above = by_pk[above].parent_id
        return found[::-1]

    @property
    def area_name(self) -> str:
        """What the area is called, in the reader's language."""
        return self.name_of(self.area)

    def name_of(self, area: str) -> str:
        """What an area is called, in the reader's language; its code where nobody named it."""
        return str(self.names.get(area, area))

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The rank of each area that competes; empty unless all of them have a score."""
        return self.standing.ranks(self.edition)

    @property
    def coverage(self) -> str:
        """Where its values come from, by weight, in one sentence."""
        return coverage(self.score) if self.score else ""

    def sentences(self) -> list[str]:
        """The arithmetic of this part in words."""
        score = self.score
        if score is None or score.points is None:
            return [
                gettext("There is no score: a value under it is missing, and the method does not fill it.")
            ]
        told = [_leaf(self, score) if score.raw is not None else _group(self, score)]
        if self.path:
            told.append(_place(self, score))
        return told


def explained(found: Current, *, key: str = "", edition: str = "", area: str = "") -> Explained:
    """The part of that key (none: the index) for an edition and an area; the latest and the index's own by default."""
    run, tree, areas = found.run, found.tree, found.areas
    wanted = next((part for part in tree if (part.key == key if key else part.parent_id is None)), None)
    if run is None or wanted is None:
        raise Http404
    unranked = [code for code, known in areas.items() if not known.ranked]
    standing = queries.standing(run, wanted.key, unranked=unranked)
    edition = edition if edition in standing.editions else standing.editions[-1]
    area = next((one for one in (area, run.method.index.area) if one in standing.areas), standing.areas[0])
    near = [part.key for part in tree if part == wanted or part.parent_id in {None, wanted.pk}]
    scores = {score.part: score for score in run.scores.filter(edition=edition, area=area, part__in=near)}
    names = queries.area_names(areas, standing.areas)
    return Explained(run, tree, wanted, edition, area, scores, standing, names)


def points(value: float | None) -> str:
    """Points as pages write them."""
    return gettext("none") if value is None else formats.number(value, DECIMALS)


def plain(value: float | None) -> str:
    """A value in its own unit, with six digits that count."""
    return "" if value is None else formats.number(float(f"{value:.6g}"))


def _leaf(page: Explained, score: Score) -> str:
    part = page.part
    worse, better = (part.low, part.high) if part.direction == 1 else (part.high, part.low)
    facts = {
        "area": page.area_name,
        "origin": page.name_of(score.source_area),
        "edition": page.edition,
        "raw": plain(score.raw),
        "unit": str(part.unit),
        "layer": LayerKind(score.layer).label,
        "worse": plain(worse),
        "better": plain(better),
        "points": points(score.points),
    }
    told = _value(page, score) % facts
    told += (
        " "
        + gettext(
            "The method counts %(worse)s as 0 points and %(better)s as 100, so this value gives %(points)s points."
        )
        % facts
    )
    if part.winsorise:
        told += " " + gettext("A value beyond these two is cut to them.")
    return told


def _value(page: Explained, score: Score) -> str:
    if score.source_area in {"", page.area}:
        return gettext("The value of %(area)s in edition %(edition)s is %(raw)s (%(unit)s; %(layer)s).")
    return gettext(
        "The value of %(origin)s stands in for that of %(area)s: in edition %(edition)s it is %(raw)s "
        "(%(unit)s; %(layer)s)."
    )


def formula(page: Explained) -> str:
    """The normalisation of an indicator's value, written out; empty for a group."""
    score, part = page.score, page.part
    if score is None or score.raw is None or part.low is None or part.high is None:
        return ""
    raw = min(max(score.raw, part.low), part.high) if part.winsorise else score.raw
    facts = {
        "raw": plain(raw),
        "low": plain(part.low),
        "high": plain(part.high),
        "points": points(score.points),
    }
    if part.direction == 1:
        return "100 × ({raw} − {low}) ÷ ({high} − {low}) = {points}".format(**facts)
    return "100 × (1 − ({raw} − {low}) ÷ ({high} − {low})) = {points}".format(**facts)


def _group(page: Explained, score: Score) -> str:
    added = [page.scores[part.key].contribution for part in page.parts if part.key in page.scores]
    told = [points(one) for one in added if one is not None]
    facts = {"points": points(score.points), "count": len(told)}
    sentence = ngettext(
        "%(points)s points: what its one part adds.",
        "%(points)s points: the sum of what its %(count)s parts add.",
        len(told),
    )
    written = f" {' + '.join(told)} = {points(score.points)}" if 1 < len(told) <= LONGEST_SUM else ""
    return sentence % facts + written


def _place(page: Explained, score: Score) -> str:
    facts = {
        "weight": weight(score.weight),
        "parent": str(page.path[-1].label),
        "contribution": points(score.contribution),
    }
    return gettext("It counts for %(weight)s of “%(parent)s” and adds %(contribution)s points there.") % facts


def weight(share: float) -> str:
    """A share of a weight as per cent, with one decimal where it is not whole."""
    return formats.percent(share, 0 if abs(share * 100 - round(share * 100)) < 1e-9 else 1)


@dataclass(frozen=True)
class WhatIf:
    """The same arithmetic with other weights: never an official figure."""

    part: float | None
    index: float | None
    ranks: Mapping[str, int]


def what_if(page: Explained, weights: Mapping[str, float]) -> WhatIf:
    """The scores of the page with other weights for some parts. Raises `MethodError` where they make no method."""
    method = page.run.method
    tree = composite.reweigh(tree_of(page.tree, missing=method.missing), weights)
    cells: dict[str, dict[Layer, dict[str, float]]] = {area: {} for area in page.standing.areas}
    kept = page.run.scores.filter(edition=page.edition, raw__isnull=False)
    found_cells: list[tuple[str, str, str, Any]] = list(kept.values_list("area", "part", "layer", "raw"))
    for area, part, layer, raw in found_cells:
        cells[area].setdefault(Layer(layer), {})[part] = raw
    found = {area: composite.score(tree, layers) for area, layers in cells.items()}
    mine = found[page.area]
    official = {area: page.standing.at(page.edition, area) for area in found}
    compete = [area for area in found if area not in page.standing.unranked and official[area]]
    scores = {area: found[area].find(page.part.key).points for area in compete}
    ranks = composite.ranks(scores) if page.ranks and None not in scores.values() else {}
    return WhatIf(mine.find(page.part.key).points, mine.points, ranks)


def shares(page: Explained) -> list[dict[str, str | float]]:
    """The coverage by weight, one line for each layer that there is: a word, a share and the share in words."""
    score = page.score
    if score is None:
        return []
    given = (
        (gettext("measured"), score.measured),
        (gettext("value of a wider place"), score.proxy),
        (gettext("recovered from published contributions"), score.recovered),
        (gettext("imputed"), score.imputed),
        (gettext("missing"), score.missing),
    )
    return [
        {"label": label, "value": round(100 * share, 2), "text": percent(share)}
        for label, share in given
        if share > 0
    ]
