"""Input of editorial screens."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats
from civicthread.core.text import Text


class WithdrawForm(forms.Form):
    """Why a text is withdrawn, in each language; the required ones must be given."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for language, _name in settings.LANGUAGES:
            self.fields[f"because_{language}"] = forms.CharField(
                label=_("Reason, in %(language)s") % {"language": formats.language(language)},
                widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
                max_length=500,
                required=language in settings.CITY.required,
            )

    def because(self) -> Text:
        """The reason as one text."""
        return Text.of(
            {language: self.cleaned_data[f"because_{language}"] for language, _name in settings.LANGUAGES}
        )
