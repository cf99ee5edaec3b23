"""Classes of values for a map: few, with round limits, and honest about what lies in each."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from civicthread.core import formats

MOST = 7
DARKEST = 7
# Both ends are rounded outwards, so that a width of ten may make one class more than fits.
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0)
# More of the values than this in one class of equal width, and the map would have one colour.
LARGEST_SHARE = 0.6
# Values that differ by less are one value: limits between them could not be told apart.
ALIKE = {"rel_tol": 1e-9, "abs_tol": 1e-300}


@dataclass(frozen=True)
class Classes:
    """`limits` has one more than there are classes: each class starts at its limit, the last holds its end too."""

    limits: tuple[float, ...]

    @property
    def count(self) -> int:
        return max(len(self.limits) - 1, 0)

    def step(self, value: float) -> int:
        """Which of the seven steps of colour a value has; few classes are spread over all of them."""
        return self._step(min(max(bisect_right(self.limits, value) - 1, 0), self.count - 1))

    def legend(self) -> Iterator[tuple[int, str]]:
        """Each class: its step and its limits as the page writes numbers."""
        for place, (low, high) in enumerate(zip(self.limits, self.limits[1:], strict=False)):
            ends = dict.fromkeys((formats.number(_rounded(low)), formats.number(_rounded(high))))
            yield self._step(place), "–".join(ends)

    def _step(self, place: int) -> int:
        if self.count == 1:
            return DARKEST // 2 + 1
        return 1 + round(place * (DARKEST - 1) / (self.count - 1))


def classes(values: Iterable[float]) -> Classes:
    """Classes of equal width between round numbers; where most values would share one, classes of equal number.

    >>> classes([12, 48, 97]).limits
    (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
    >>> classes([5, 5]).limits
    (5, 5)
    """
    known = sorted(value for value in values if math.isfinite(value))
    if not known:
        return Classes(())
    if math.isclose(known[0], known[-1], **ALIKE):
        return Classes((known[0], known[-1]))
    equal = _equal_width(known[0], known[-1])
    if _fullest(equal, known) <= LARGEST_SHARE * len(known):
        return equal
    # Where nearly all values are the same, equal numbers would put all of them into one class.
    return min(equal, _equal_number(known), key=lambda found: _fullest(found, known))


def _fullest(found: Classes, known: list[float]) -> int:
    """How many values have the commonest colour."""
    return max(Counter(map(found.step, known)).values())


@dataclass(frozen=True)
class Counts:
    """A class for each of a few counts, from the first step of colour to the last."""

    each: tuple[int, ...]

    def step(self, count: int) -> int:
        return 1 + round(self.each.index(count) * (DARKEST - 1) / (len(self.each) - 1))

    def legend(self) -> Iterator[tuple[int, str]]:
        for count in self.each:
            yield self.step(count), formats.number(count)


def counts(values: Iterable[int]) -> Counts | Classes:
    """Each count a class of its own where there are few different ones, so that 3 is seen to be more than 1.

    >>> counts([0, 0, 1, 3]).step(1), counts([0, 0, 1, 3]).step(3)
    (4, 7)
    """
    given = list(values)
    each = sorted(set(given))
    return Counts(tuple(each)) if 1 < len(each) <= MOST else classes(given)


def _equal_width(low: float, high: float) -> Classes:
    # The difference itself may be larger than any number a computer holds.
    scale = 10 ** math.floor(math.log10(high / MOST - low / MOST))
    for factor in ROUND:
        width = factor * scale
        first, last = math.floor(low / width), math.ceil(high / width)
        if last - first <= MOST:
            break
    return Classes(tuple(_rounded(place * width) for place in range(first, last + 1)))


def _equal_number(known: list[float]) -> Classes:
    count = min(5, len(set(known)))
    cuts = {known[round(place * (len(known) - 1) / count)] for place in range(1, count)}
    inner = sorted({_two_digits(cut) for cut in cuts})
    return Classes((known[0], *(cut for cut in inner if known[0] < cut < known[-1]), known[-1]))


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def _rounded(value: float) -> float:
    """Without the dust of binary fractions: 0.30000000000000004 is 0.3."""
    return float(f"{value:.12g}")
