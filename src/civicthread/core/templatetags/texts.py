"""Texts, numbers and dates in templates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from civicthread.core import formats, policy
from civicthread.core.models import Actor
from civicthread.core.text import Text, brief

register = template.Library()
register.filter(brief)


@register.filter
def text(value: Text | dict[str, str] | str | None) -> str | SafeString:
    """The best text for the reader; one in another language is marked with its `lang`."""
    if isinstance(value, dict):
        value = Text.of(value)
    if not isinstance(value, Text):
        return "" if value is None else value
    shown = value.shown()
    return (
        format_html('<span lang="{}">{}</span>', shown.language, shown.text) if shown.fallback else shown.text
    )


@register.filter
def plain(value: Text | dict[str, str] | str | None) -> str:
    """The best text without markup, for attributes and titles."""
    return "" if value is None else str(Text.of(value) if isinstance(value, dict) else value)


@register.filter
def lang(value: Text | str | None) -> str:
    """The language of the text a reader gets, where it is not the page's."""
    shown = value.shown() if isinstance(value, Text) else None
    return shown.language if shown and shown.fallback else ""


@register.filter
def in_words(value: str, language: str) -> str | SafeString:
    """A citizen's own words, marked with their language where it is not the page's."""
    return value if language == get_language() else format_html('<span lang="{}">{}</span>', language, value)


@register.filter
def breakable(code: str) -> SafeString:
    """A code that may go on in the next line after each of its underscores, not in the middle of a word."""
    return format_html_join(mark_safe("_<wbr>"), "{}", ((part,) for part in code.split("_")))


@register.filter
def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """A number as Belgium writes it."""
    return formats.number(value, decimals)


@register.filter
def percent(value: float | Decimal | None, decimals: int = 0) -> str:
    """A share as per cent."""
    return formats.percent(value, decimals)


@register.filter
def money(value: float | Decimal | None, currency: str = "€") -> str:
    """An amount of money."""
    return formats.money(value, currency)


@register.filter
def size(value: int) -> str:
    """How large a file is."""
    return formats.size(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """A date in words."""
    return formats.day(value)


@register.filter
def month(value: date | None) -> str:
    """A month in words."""
    return formats.month(value)


@register.filter
def period(value: str) -> str:
    """A period in words, as precise as it is written."""
    return formats.period(value)


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], verb: str, on: Any = None) -> bool:
    """Whether the reader may do this: `{% may "projects.change" project as may_change %}`."""
    actor: Actor | None = context.get("actor")
    return policy.may(verb, actor, on)


@register.simple_tag(takes_context=True)
def desk(context: dict[str, Any], name: str) -> str:
    """The address of that screen of the Office, for whoever may use it; an empty list leads them there."""
    verb = next(verb for screen, _label, verb in settings.STAFF_NAVIGATION if screen == name)
    return reverse(name) if may(context, verb) else ""
