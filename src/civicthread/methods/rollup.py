"""The figure of a whole from the figures of its parts: a sum of counts, or a ratio of sums. Never a mean of means.

Missing is not zero: where one part has no figure, the whole has none either, and says which parts are missing.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

# So far apart may the factors lie that two parts tell (100 of a percentage), since figures are rounded to 53 bits.
TOLERANCE = 1e-9


class RollUp(StrEnum):
    """How parts become a whole."""

    SUM = "sum"
    RATIO = "ratio"


class NoRatio(ValueError):
    """The values are not always the same multiple of numerator over denominator, so their sums say nothing."""


@dataclass(frozen=True)
class Part:
    """The figure of a part, or of a whole; None where it is not known."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Whole:
    """The figure of the whole, without a value where parts are `missing`."""

    figure: Part
    missing: tuple[str, ...] = ()


def whole(parts: Mapping[str, Part], *, of: Collection[str], by: RollUp) -> Whole:
    """The figure of what consists of the parts named in `of`; other parts do not count.

    >>> rooms = {"hall": Part(10, 1, 10), "yard": Part(50, 45, 90), "house": Part(46, 46, 100)}
    >>> whole(rooms, of=["hall", "yard"], by=RollUp.SUM).figure.value
    60.0
    >>> whole({"hall": Part(10, 1, 10), "yard": Part(50, 45, 90)}, of=["hall", "yard"], by=RollUp.RATIO).figure
    Part(value=46.0, numerator=46.0, denominator=100.0)
    >>> whole(rooms, of=["hall", "attic"], by=RollUp.SUM)
    Whole(figure=Part(value=None, numerator=None, denominator=None), missing=('attic',))
    """
    counted = {name: parts.get(name, Part()) for name in sorted(set(of))}
    if missing := tuple(name for name, part in counted.items() if not _is_known(part, by)):
        return Whole(Part(), missing)
    figures = list(counted.values())
    return Whole(Part(_sum(part.value for part in figures)) if by is RollUp.SUM else _ratio(figures))


def _is_known(part: Part, by: RollUp) -> bool:
    if by is RollUp.SUM:
        return part.value is not None
    return part.numerator is not None and part.denominator is not None


def _ratio(parts: list[Part]) -> Part:
    numerator = _sum(part.numerator for part in parts)
    denominator = _sum(part.denominator for part in parts)
    value = _factor(parts) * numerator / denominator if denominator else None
    return Part(value, numerator, denominator)


def _factor(parts: list[Part]) -> float:
    """By what all values are multiplied: 1 for a share, 100 for a percentage, 1,000 for a rate per 1,000."""
    found = [
        part.value * part.denominator / part.numerator
        for part in parts
        if part.value is not None and part.numerator and part.denominator
    ]
    if not found:
        return 1.0
    middle = median(found)
    if any(not math.isclose(factor, middle, rel_tol=TOLERANCE) for factor in found):
        raise NoRatio
    return float(f"{middle:.12g}")


def _sum(numbers: Iterable[float | None]) -> float:
    """Of numbers that are all known; rounded once, so that the order of the parts does not matter."""
    return math.fsum(number for number in numbers if number is not None)
