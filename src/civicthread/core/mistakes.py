"""What is wrong with what a program sent, in the words of the reader's language."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja.errors import ValidationError

LONGEST_TOLD = 60
NUMBER, WHOLE, TRUTH = _("Write a number."), _("Write a whole number."), _("Write true or false.")
# What pydantic finds, as it names it; the names in brackets are those it fills in.
FOUND: dict[str, str | Promise] = {
    "missing": _("This is missing."),
    "string_type": _("Write this as text."),
    "string_unicode": _("Write this as text."),
    "string_too_long": _("Write at most %(max_length)s signs."),
    "string_pattern_mismatch": _("This is not written as expected: %(pattern)s"),
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_parsing": NUMBER,
    "float_type": NUMBER,
    "bool_parsing": TRUTH,
    "bool_type": TRUTH,
    "greater_than_equal": _("The least is %(ge)s."),
    "less_than_equal": _("The most is %(le)s."),
    "enum": _("Write one of these: %(expected)s."),
    "literal_error": _("Write one of these: %(expected)s."),
}


def wrong(field: str, message: str | Promise) -> ValidationError:
    """What an operation raises when one of its parameters makes no sense."""
    return ValidationError([{"type": "told", "loc": ("query", field), "msg": str(message)}])


def named(field: str, code: str, found: QuerySet[Any]) -> None:
    """Tell that a code names nothing (`found` is what it names): an empty list would say something else."""
    if code and not found.exists():
        raise named_nothing(field, code)


def named_nothing(field: str, code: str) -> ValidationError:
    """What is told of a code that names nothing."""
    return wrong(field, _("Nothing here is named %(code)s.") % {"code": code})


def unknown(names: set[str]) -> ValidationError:
    """What is raised where parameters are given that nobody reads: a misspelt filter would give everything."""
    message = str(_("This address takes no such parameter."))
    return ValidationError(
        [{"type": "told", "loc": ("query", name[:LONGEST_TOLD]), "msg": message} for name in sorted(names)]
    )


def told(mistakes: ValidationError) -> list[dict[str, str]]:
    """Each value that is missing or wrong, by the name under which it was sent."""
    return [{"field": _field(*mistake["loc"]), "message": _message(mistake)} for mistake in mistakes.errors]


def _field(place: str, *path: str | int) -> str:
    """The values of a body stand at its top: the name that the program has for the whole is its own affair."""
    named = path[1:] if place == "body" else path
    return ".".join(str(part) for part in named) or place


def _message(mistake: dict[str, Any]) -> str:
    facts = dict(mistake.get("ctx", {}))
    if "expected" in facts:
        facts["expected"] = facts["expected"].replace(" or ", ", ")
    words = FOUND.get(mistake["type"])
    return str(words) % facts if words else mistake["msg"]
