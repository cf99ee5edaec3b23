"""Figures that wait for approval, each beside what it would change."""

from dataclasses import dataclass

from civicthread.indicators.models import Indicator, Value
from civicthread.indicators.places import Place

JUMP = 0.5


@dataclass(frozen=True)
class Proposal:
    """A figure that waits for approval, the published one it would replace, and the one of the period before."""

    value: Value
    replaces: Value | None
    before: Value | None

    @property
    def is_jump(self) -> bool:
        """Whether it differs implausibly much from the figure it replaces, or from that of the period before."""
        other = self.replaces or self.before
        if other is None or not other.value or self.value.value is None:
            return False
        return abs(self.value.value - other.value) > JUMP * abs(other.value)


def proposals(indicator: Indicator) -> list[Proposal]:
    """What waits for approval, newest period first, each beside what it would change."""
    current = (
        indicator.values.filter(superseded_at__isnull=True).select_related("area").defer("area__boundary")
    )
    published = [v for v in current if v.approval == Value.Approval.APPROVED and v.retained]
    waiting = [v for v in current if v.approval == Value.Approval.PROPOSED]
    places = {Place.of(value): value for value in published}
    found = [
        Proposal(value, places.get(Place.of(value)) if value.retained else None, _before(value, published))
        for value in waiting
    ]
    return sorted(found, key=lambda p: (p.value.period_end, p.value.pk), reverse=True)


def _before(value: Value, published: list[Value]) -> Value | None:
    """The published figure of the same area and breakdown for the latest earlier period."""
    same = (
        other
        for other in published
        if (other.area_id, other.breakdown_key) == (value.area_id, value.breakdown_key)
        and other.period_end < value.period_end
    )
    return max(same, key=lambda other: other.period_end, default=None)
