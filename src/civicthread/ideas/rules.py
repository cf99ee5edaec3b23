"""Who may do what with ideas."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff
from civicthread.core.models import Actor
from civicthread.core.policy import Rule, anyone, either, signed_in, system
from civicthread.ideas.models import Idea

State = Idea.State


def author(by: Actor | None, on: Any) -> bool:
    """Whose idea it is (of anything at all: any signed-in person has the right over their own)."""
    return by is not None and (on is None or on.author_id == by.pk)


def _regrouped(changes: Mapping[str, Any]) -> str | Promise:
    merged = changes["state"][1] == State.MERGED
    return _("Idea merged into a need") if merged else _("Idea taken out of a need")


def _followed(changes: Mapping[str, Any]) -> str | Promise:
    former, after = changes["state"]
    if after == State.DELIVERED:
        return _("Idea delivered")
    if after != State.IN_PROJECT:
        return _("Idea no longer in a project")
    return _("Idea not delivered yet") if former == State.DELIVERED else _("Idea taken up by a project")


RULES = (
    Rule("ideas.read", anyone),
    Rule("ideas.submit", anyone, _("Idea received")),
    Rule("ideas.confirm", anyone, _("Idea received")),
    Rule("ideas.enter", staff, _("Idea received")),
    Rule("ideas.record_past", system, _("Idea received")),
    Rule("ideas.discard_unconfirmed", system),
    Rule("ideas.read_contact", staff),
    Rule("ideas.claim", signed_in, _("Idea claimed")),
    Rule("ideas.take_back", author, _("Idea taken back")),
    Rule("ideas.forget_author", staff),
    Rule("ideas.support", signed_in),
    Rule("ideas.report", anyone),
    Rule("ideas.analyse", staff, _("Idea in analysis")),
    Rule("ideas.answer", staff, _("Idea answered")),
    Rule("ideas.save_need", staff, _("Need updated")),
    Rule("ideas.publish_need", staff, _("Need published")),
    Rule("ideas.withdraw_need", staff, _("Need withdrawn")),
    Rule("ideas.merge", staff, _regrouped),
    Rule("ideas.follow_project", either(staff, system), _followed),
    Rule("ideas.moderate", staff),
    Rule("ideas.hide", staff),
    Rule("ideas.show", staff),
)
