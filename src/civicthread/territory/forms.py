"""Forms of the territory."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = 100


class SpellingsForm(forms.Form):
    """How files write an area."""

    spellings = forms.CharField(
        label=_("Also written"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "One on each line. Capitals, accents, hyphens and St for Saint need no line of their own, nor do the "
            "names and codes of the area."
        ),
    )

    def clean_spellings(self) -> list[str]:
        """The lines that say something, none of them longer than a name is."""
        text: str = self.cleaned_data["spellings"]
        found = [line.strip() for line in text.splitlines() if line.strip()]
        if any(len(line) > LONGEST for line in found):
            raise ValidationError(_("Write at most %(most)s signs on a line."), params={"most": LONGEST})
        return found

    @classmethod
    def of(cls, spellings: list[str], posted: Any) -> "SpellingsForm":
        """The form as it stands."""
        return cls(posted, initial={"spellings": "\n".join(spellings)})
