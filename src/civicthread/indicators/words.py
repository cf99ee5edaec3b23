"""What a grade, and a refusal of a query, say to people."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civicthread.methods.status import Grade

GRADES: Mapping[Grade, str | Promise] = {
    Grade.ACHIEVED: _("target reached"),
    Grade.ON_PACE: _("on pace"),
    Grade.BEHIND: _("behind"),
    Grade.AWAY: _("far behind"),
    Grade.NO_TARGET: _("no target"),
    Grade.NO_RECENT_DATA: _("no recent data"),
    Grade.NOT_MEASURED: _("not measured"),
}
# The states of the style sheet that give each grade its colour and shape.
STATES: Mapping[Grade, str] = {
    Grade.ACHIEVED: "on_target",
    Grade.ON_PACE: "on_pace",
    Grade.BEHIND: "behind",
    Grade.AWAY: "far_behind",
    Grade.NO_TARGET: "unknown",
    Grade.NO_RECENT_DATA: "stale",
    Grade.NOT_MEASURED: "no_data",
}
