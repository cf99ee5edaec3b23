"""Which small counts may not be published, as a steward declares it; `smallcells` hides them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

SUPPRESSED: Final = "suppressed"
"""The column that names the hidden cells of a row."""


@dataclass(frozen=True)
class SmallCells:
    """What a steward declares: the columns that hold counts, the smallest count that may be published, and what
    adds up. `total` is the column that is the sum of the other counts of its row; `totals` names, for a column of
    categories, the code of the row that is the sum of the others; `hidden_with` are columns that would give a
    hidden count back, such as its share, and are hidden in the same rows.
    """

    below: int
    counts: tuple[str, ...]
    total: str = ""
    totals: Mapping[str, str] = field(default_factory=dict)
    hidden_with: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON.

        >>> rule = SmallCells(5, ("n",), totals={"sex": "T"})
        >>> SmallCells.from_dict(rule.as_dict()) == rule
        True
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The rule that `as_dict` wrote, before or after a trip through JSON."""
        lists = {name: tuple(values.get(name, ())) for name in ("counts", "hidden_with")}
        return cls(**{**values, **lists})

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the rule names."""
        found = (*self.counts, self.total, *self.totals, *self.hidden_with)
        return tuple(dict.fromkeys(name for name in found if name))

    def digest(self) -> str:
        """A short name for this rule: another rule publishes other files."""
        return hashlib.sha256(json.dumps(self.as_dict(), sort_keys=True).encode()).hexdigest()[:16]
