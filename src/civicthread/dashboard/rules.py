"""Who may do what with the dashboard: everyone reads it; its board, the Office and the stewards see what waits."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff, steward
from civicthread.core.models import Actor
from civicthread.core.policy import Rule, anyone, either
from civicthread.stakeholders.models import Body, Mandate

BOARDS = (Body.Kind.GOVERNMENT, Body.Kind.BOARD, Body.Kind.COMMITTEE)


def sits_on_a_board(by: Actor | None, on: Any) -> bool:  # noqa: ARG001
    """Whether this person holds a seat today in a body that steers the programme, in person or for an organisation."""
    if by is None:
        return False
    today = timezone.localdate()
    running = Q(since__lte=today) & (Q(until__isnull=True) | Q(until__gte=today))
    spoken_for = by.representations.filter(until__isnull=True).values("organisation")
    held = Q(actor=by) | Q(actor__isnull=True, organisation__in=spoken_for)
    return Mandate.objects.filter(running, held, body__kind__in=BOARDS).exists()


RULES = (
    Rule("dashboard.read", anyone),
    Rule("dashboard.read_board", either(steward, staff, sits_on_a_board)),
    Rule("dashboard.freeze", staff, _("Yearly figures frozen")),
)
