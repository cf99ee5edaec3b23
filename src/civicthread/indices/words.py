"""What a refusal of a method, a query or a run says to people, in their language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused
from civicthread.indicators import words as indicators
from civicthread.methods.composite import MethodError

# The reasons of `methods.composite`, why rows do not make a method or values no score.
METHODS: Mapping[str, str | Promise] = {
    "goalposts-order": _("The minimum %(low)s must lie under the maximum %(high)s."),
    "direction": _("The direction is 1 or -1, not %(direction)s."),
    "weight": _("%(part)s: a weight is a number from zero up, not %(weight)s."),
    "leaf-or-group": _("%(part)s: an indicator has goalposts, a group has parts; never both or neither."),
    "no-weight": _("%(part)s: at least one of its parts needs a weight above zero."),
    "code-twice": _("%(part)s: this code is used %(uses)s times."),
    "unknown-parts": _("The method has no %(codes)s."),
    "no-code": _("A row has no code."),
    "one-root": _("Exactly one row, the index, has no parent."),
    "lost": _("%(codes)s: not under the index; no such parent, or in a circle."),
    "two-values": _("%(part)s: two values for %(area)s in %(edition)s."),
    "flags": _("%(part)s: direction is 1 or -1, winsorise is yes or no."),
    "not-a-number": _("%(part)s: “%(text)s” is not a number (%(column)s)."),
    "not-finite": _("%(part)s: %(value)s is not a number; a missing value is left out."),
}
# Why a method cannot be kept, or its query gives no scores.
FAILURES: Mapping[str, str | Promise] = {
    "index-no-method": _("Write down the method first, then compute."),
    "index-columns-missing": _(
        "The query must give the columns edition, area, code, value and layer; missing: %(missing)s."
    ),
    "index-not-numeric": _("The column %(name)s must be a number."),
    "index-layer-unknown": _("“%(layer)s” is no layer: measured, proxy, recovered or imputed."),
    "index-row-unclear": _("A row of the result has no edition, no area or no code."),
    "index-dataset-unknown": _("The query names the dataset %(name)s, but does not read it."),
    "index-nothing-fits": _("No row of the result has a code of the method."),
    "index-too-long": _("“%(text)s” is too long for a name: at most %(most)s characters."),
    "index-code-unclear": _("“%(part)s” is not a code: letters, digits, hyphens and underscores."),
    "index-level-missing": _("%(part)s: its row names no level."),
    "index-label-missing": _("%(part)s: its name is missing in %(languages)s."),
    "index-indicator-unknown": _("%(part)s: there is no indicator “%(indicator)s”."),
    "index-too-many-parts": _("A method has at most %(most)s parts."),
    "index-columns-of-file": _("The file must have the columns %(columns)s; missing: %(missing)s."),
    "index-area-twice": _("The area %(part)s stands there twice."),
    "index-nothing-to-reproduce": _("Run %(run)s gave no scores."),
    "index-version-gone": _("The run does not name the version of %(name)s that it read."),
}


def refused(code: str, **facts: Any) -> Refused:
    """The refusal of that code, in the reader's language."""
    return Refused(code, failure(code, facts), **facts)


def failure(code: str, facts: Mapping[str, Any]) -> str:
    """Why there are no scores, in one sentence; the code and facts are kept with a run and told later."""
    if code.startswith("method-"):
        return _of_method(code.removeprefix("method-"), facts)
    if code in FAILURES:
        return str(FAILURES[code]) % facts
    return indicators.failure(code, facts)


def method_refused(error: MethodError) -> Refused:
    """Why rows do not make a method, or values no score."""
    facts = {"part" if name == "code" else name: str(fact)[:200] for name, fact in error.facts.items()}
    return refused(f"method-{error.reason}", **facts)


def _of_method(reason: str, facts: Mapping[str, Any]) -> str:
    sentence = str(METHODS[reason]) % facts
    if "at" not in facts:
        return sentence
    return gettext("%(part)s: %(sentence)s") % {"part": facts["at"], "sentence": sentence}
