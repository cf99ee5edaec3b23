"""Components that lists draw by the dozen, written here: as templates they were half of what a list costs.

What they say and how they look is told with the others in templates/components/README.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.template.defaultfilters import capfirst
from django.templatetags.static import static
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from civicthread.core import formats
from civicthread.core.text import Text, brief


def icon(name: str) -> SafeString:
    """An icon of the sprite; it says nothing alone, so a word stands beside it."""
    sprite = static("civicthread/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name)


def dated(value: Any) -> Any:
    """A date as a `<time>` in the reader's language; any other value as it is."""
    if not isinstance(value, date):
        return value
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value))


def fact(label: Any, value: Any = None, *, url: str = "", lang: str = "", number: bool = False) -> SafeString:
    """One fact of a thing: what it is called and what it is, or that it is not published."""
    attributes = SafeString(' class="number"') if number else SafeString("")
    if lang:
        attributes += format_html(' lang="{}"', lang)
    if value is None or value == "":
        told = format_html('<span class="quiet">{}</span>', gettext("not published"))
    else:
        told = localize(dated(value))
        told = format_html('<a href="{}">{}</a>', url, told) if url else told
    return format_html('<div class="fact"><dt>{}</dt><dd{}>{}</dd></div>', label, attributes, told)


@dataclass(frozen=True)
class Card:
    """One thing of a list: its kind, its title with the way to it, a line or two, and its foot."""

    body: str
    title: Any
    url: str
    level: int = 3
    lang: str = ""
    kind: Any = ""
    icon: str = ""
    state: str = ""
    state_label: Any = ""
    note: Any = ""
    meta: Iterable[Any] | None = None

    @classmethod
    def of(cls, title: Text, text: Text, *, words: int, **further: Any) -> Self:
        """The card of a thing, in the best language for the reader, with the first words of its text."""
        shown = title.shown()
        body = brief(str(text), words)
        return cls(body=body, title=shown.text, lang=shown.language if shown.fallback else "", **further)

    def drawn(self) -> SafeString:
        """Its markup."""
        language = format_html(' lang="{}"', self.lang) if self.lang else ""
        parts = ['<article class="card">']
        if self.kind:
            mark = icon(self.icon) if self.icon else ""
            parts.append(f'<p class="eyebrow">{mark}{capfirst(conditional_escape(self.kind))}</p>')
        link = f'<a href="{conditional_escape(self.url)}">{conditional_escape(self.title)}</a>'
        parts.append(f'<h{self.level} class="card-title"{language}>{link}</h{self.level}>')
        if self.body:
            parts.append(f'<p class="card-text"{language}>{conditional_escape(self.body)}</p>')
        parts += (self._foot(), "</article>")
        return mark_safe("".join(parts))  # noqa: S308 - every part is escaped

    def _foot(self) -> str:
        """Where the thing stands, and what else is worth a word."""
        words = [self.note, *(self.meta or ())]
        told = [f"<span>{conditional_escape(dated(word))}</span>" for word in words if word]
        if self.state_label:
            label = capfirst(conditional_escape(self.state_label))
            state = conditional_escape(self.state)
            told.insert(0, f'<span class="status" data-state="{state}">{label}</span>')
        return f'<p class="card-foot">{"".join(told)}</p>' if told else ""


DRAWN: Mapping[str, Callable[..., SafeString]] = {"card": lambda **given: Card(**given).drawn()}
