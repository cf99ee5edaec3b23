"""A form field for a text in every language of the city: one tab per language, the required ones marked."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats
from civicthread.core.text import State, Text, Version, as_text, readable


class TranslatedWidget(forms.Widget):
    """One control per language, named `<field>_<language>`; the bound field draws them together."""

    use_fieldset = True

    def __init__(self, control: forms.Widget) -> None:
        super().__init__()
        self.control = control

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        given = {
            code: self.control.value_from_datadict(data, files, f"{name}_{code}")
            for code, _ in settings.LANGUAGES
        }
        return {code: readable(text or "").strip() for code, text in given.items()}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:  # noqa: ARG002
        return not any(f"{name}_{code}" in data for code, _language in settings.LANGUAGES)


class TranslatedBoundField(BoundField):
    """The field on its form. It draws itself, legend and errors included (`components/field.html` asks)."""

    draws_itself = True
    field: "TranslatedFormField"

    @property
    def data(self) -> Text:
        """What was typed, as an edit of what stood there; a tick says that a text left behind still holds."""
        return as_text(self.initial or {}).changed(super().data, reviewed=self._ticked)

    @property
    def _ticked(self) -> set[str]:
        """The languages of which the person says that the text still holds."""
        return {code for code, _name in settings.LANGUAGES if self._tick(code) in self.form.data}

    def _tick(self, code: str) -> str:
        return f"{self.html_name}_{code}_holds"

    @cached_property
    def errors_by_language(self) -> dict[str, list[str]]:
        """What is wrong with the text in each language."""
        found: dict[str, list[str]] = {}
        for error in self.errors.as_data():
            found.setdefault(error.code or "", []).extend(map(str, error.messages))
        return found

    @property
    def id_for_label(self) -> str:
        """The control the error summary leads to: the first that is wrong."""
        codes = [code for code, _name in settings.LANGUAGES]
        return f"{self.auto_id}_{next((code for code in codes if code in self.errors_by_language), codes[0])}"

    def as_widget(self, *_: Any, **__: Any) -> SafeString:
        """All languages, in `components/translated_field.html`."""
        facts = {
            "id": self.auto_id,
            "label": self.label,
            "hint": self.help_text,
            "required": self.field.required,
            "translations": [self._translation(code, name) for code, name in settings.LANGUAGES],
        }
        return render_to_string("components/translated_field.html", facts)

    def _translation(self, code: str, name: str) -> dict[str, Any]:
        told = as_text(self.value() or {}).get(code)
        there = told if told and told.text else None
        control_id, required = f"{self.auto_id}_{code}", self.field.needs(code)
        return {
            "code": code,
            "name": name,
            "required": required,
            "state": there.state if there else "missing" if required else "no_data",
            "state_label": there.state.label
            if there
            else gettext("missing")
            if required
            else gettext("none yet"),
            "control_id": control_id,
            "control": self._control(code, told.text if told else "", control_id),
            "errors": self.errors_by_language.get(code, []),
            "holds": self._holds(code, there) if there else None,
        }

    def _holds(self, code: str, told: Version) -> dict[str, Any] | None:
        """The tick that a text left behind still holds; it stays while the form is drawn again for another fault."""
        ticked = code in self._ticked
        if told.state != State.OUTDATED and not ticked:
            return None
        label = gettext("The text in %(language)s still holds as it stands") % {
            "language": formats.language(code)
        }
        return {"name": self._tick(code), "id": f"{self.auto_id}_{code}_holds", "label": label, "on": ticked}

    def _control(self, code: str, text: str, control_id: str) -> SafeString:
        described = [f"{self.auto_id}_helptext"] if self.help_text else []
        attrs = {"id": control_id, "lang": code, "class": "ds-input", "maxlength": self.field.max_length}
        if code in self.errors_by_language:
            described.append(f"{control_id}_error")
            attrs["aria-invalid"] = "true"
        if described:
            attrs["aria-describedby"] = " ".join(described)
        widget = self.field.widget
        return SafeString(widget.control.render(f"{self.html_name}_{code}", text, attrs))


class TranslatedFormField(forms.Field):
    """A text per language; gives a Text. `required` asks for the languages the city requires.

    `rows` lines are shown at once; one line is a plain input. A form says in `also` which other languages somebody
    needs: the one of the person the text is written to.
    """

    bound_field_class = TranslatedBoundField
    widget: TranslatedWidget
    also: Collection[str] = ()

    def __init__(self, *, rows: int = 1, max_length: int = 5000, **options: Any) -> None:
        control = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
        super().__init__(widget=TranslatedWidget(control), **options)
        self.max_length = max_length

    def needs(self, code: str) -> bool:
        """Whether the text must stand in that language."""
        return self.required and (code in settings.CITY.required or code in self.also)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another text was typed; none is the same as an empty one."""
        return as_text(initial or {}) != as_text(data or {})

    def validate(self, value: Text) -> None:
        """Every language that official text must have, and none too long."""
        errors = []
        for code, _name in settings.LANGUAGES:
            text = value[code].text if code in value else ""
            if not text and self.needs(code):
                asks = (
                    _("Write it in %(language)s too.")
                    if value
                    else _("It is needed: write it in %(language)s.")
                )
                errors.append(ValidationError(asks, code, {"language": formats.language(code)}))
            if len(text) > self.max_length:
                message = ngettext_lazy(
                    "At most %(most)s character, please.",
                    "At most %(most)s characters, please.",
                    self.max_length,
                )
                errors.append(ValidationError(message, code, {"most": self.max_length}))
        if errors:
            raise ValidationError(errors)
