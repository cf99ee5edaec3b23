"""Form fields of the Office: plain words, dates as precise as their source, sources, things named by their numbers."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from civicthread.core import partial_dates
from civicthread.core.text import one_line, readable

MOST_NAMED = 1000


class Words(forms.CharField):
    """What people write: without what no page, mail or feed can carry; on one line where there is one."""

    def to_python(self, value: Any) -> str:
        text = readable(str(value or ""))
        written = text if isinstance(self.widget, forms.Textarea) else one_line(text)
        return super().to_python(written) or ""


class PartialDateField(Words):
    """A year, a month or a day."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("As precise as it is known: 2026, 09/2026 or 30/09/2026."))
        super().__init__(max_length=10, **options)

    def prepare_value(self, value: Any) -> Any:
        return partial_dates.typed(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        return partial_dates.read(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not partial_dates.is_date(value):
            raise ValidationError(partial_dates.UNCLEAR, params={"date": value[:40]})


class SourcesField(forms.CharField):
    """Where something was published: one source a line, `address | publisher | date`; gives what pages show."""

    def __init__(self, *, most: int = 20, **options: Any) -> None:
        self.most = most
        options.setdefault("label", _("Sources"))
        options.setdefault(
            "help_text",
            _("One a line: address | publisher | date. Example: https://example.org/report | City | 05/2026"),
        )
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(required=options.pop("required", False), max_length=8000, **options)

    def prepare_value(self, value: Any) -> Any:
        """The sources as lines; what was typed stays as it was typed."""
        if isinstance(value, str) or value is None:
            return value
        names = ("url", "publisher", "date", "kind")
        return "\n".join(
            " | ".join(_told(source.get(name, "")) for name in names).rstrip("| ") for source in value
        )

    def clean(self, value: Any) -> list[dict[str, str]]:
        lines = [line for line in readable(super().clean(value)).splitlines() if line.strip()]
        if len(lines) > self.most:
            raise ValidationError(_("At most %(most)s sources, please."), params={"most": self.most})
        return [_source(line) for line in lines]


def _told(part: str) -> str:
    return "" if part == "primary" else partial_dates.typed(part)


def _source(line: str) -> dict[str, str]:
    url, publisher, date, kind = ([part.strip() for part in line.split("|")] + [""] * 4)[:4]
    if not _is_web_address(url):
        raise ValidationError(_("“%(address)s” is not the address of a page."), params={"address": url[:200]})
    date = partial_dates.read(date)
    if date and not partial_dates.is_date(date):
        raise ValidationError(partial_dates.UNCLEAR, params={"date": date[:40]})
    if not publisher:
        raise ValidationError(_("Say who published %(address)s."), params={"address": url[:200]})
    secondary = kind == "secondary"
    return {"url": url, "publisher": publisher, "date": date, "kind": "secondary" if secondary else "primary"}


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\s<>\"]", text)
    except ValueError:
        return False


class ReferencesField(forms.CharField):
    """Things named by their reference numbers, or by the codes of those that have codes, in any case of letters.

    The form says among which: `fields["ideas"].among = …`.
    """

    among: QuerySet[Any]

    def __init__(self, *, among: QuerySet[Any], **options: Any) -> None:
        self.among = among
        told = [
            _("Reference numbers, separated by commas or spaces."),
            _("Reference numbers or codes, separated by commas or spaces."),
        ]
        options.setdefault("help_text", told[_has_codes(among)])
        super().__init__(
            required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}), **options
        )

    def prepare_value(self, value: Any) -> Any:
        """The numbers of the things; what was typed stays as it was typed."""
        if isinstance(value, str) or value is None:
            return value
        return ", ".join(thing.reference for thing in value)

    def clean(self, value: Any) -> list[Model]:
        names = {part.upper(): part for part in re.split(r"[\s,;]+", super().clean(value)) if part}
        if len(names) > MOST_NAMED:
            raise ValidationError(_("At most %(most)s at a time, please."), params={"most": MOST_NAMED})
        found = self._named(list(names))
        if unknown := [typed for name, typed in names.items() if name not in found]:
            raise ValidationError(_("There is no %(numbers)s."), params={"numbers": _few(unknown)})
        return list(dict.fromkeys(found[name] for name in names))

    def _named(self, names: list[str]) -> dict[str, Model]:
        """The things of these names, in capitals; where one's code is another's number, the number counts."""
        found = {thing.reference: thing for thing in self.among.filter(reference__in=names)}
        if not _has_codes(self.among):
            return found
        by_code = self.among.annotate(capitals=Upper("code")).filter(capitals__in=names)
        return {thing.capitals: thing for thing in by_code} | found


def _has_codes(among: QuerySet[Any]) -> bool:
    return any(column.name == "code" for column in among.model._meta.fields)  # noqa: SLF001


def _few(numbers: Iterable[str]) -> str:
    return ", ".join(number[:30] for number in list(numbers)[:5])
