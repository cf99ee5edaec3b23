"""Forms of ideas."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from civicthread.ideas.intake import Submission
from civicthread.ideas.models import Idea
from civicthread.ideas.queries import Filters
from civicthread.territory import queries as territory
from civicthread.territory.models import Area


def municipalities() -> list[tuple[str, str]]:
    """The municipalities as choices, by name in the reader's language."""
    areas = [(area.code, str(area.name)) for area in territory.areas(Area.Level.MUNICIPALITY)]
    return [("", _("no particular municipality")), *sorted(areas, key=lambda area: area[1])]  # type: ignore[list-item]


class FilterForm(forms.Form):
    """What narrows the list of ideas. Unknown values are left aside, never an error."""

    query = forms.CharField(label=_("Words"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *Idea.State.choices])
    area = forms.ChoiceField(label=_("Municipality"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("all")), *settings.LANGUAGES]
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["area"].choices = [("", _("all")), *municipalities()[1:]]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """The filters that make sense."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "") for name in self.fields})


class IdeaForm(forms.Form):
    """An idea from the web. `website` is a trap for programs that fill in every field; people never see it."""

    title = forms.CharField(label=_("Your idea in one sentence"), max_length=150)
    text = forms.CharField(
        label=_("Tell more about it"),
        help_text=_("What would change, for whom, and where?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    area = forms.ChoiceField(label=_("Municipality"), required=False, help_text=_("If it concerns one."))
    name = forms.CharField(label=_("Your name"), required=False, max_length=100)
    show_name = forms.BooleanField(label=_("Show my name beside my idea"), required=False)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You confirm your idea with a mail, and hear what becomes of it. It is never shown."),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known_email: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.known_email = known_email
        self.fields["area"].choices = municipalities()  # type: ignore[attr-defined]
        if known_email:
            del self.fields["email"]

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled in the field that people do not see."""
        return bool(self.cleaned_data.get("website"))

    def submission(self) -> Submission:
        """What was given; in the language of the page it was given on, where no other was chosen."""
        given = self.cleaned_data
        return Submission(
            title=given["title"],
            text=given["text"],
            language=given.get("language") or get_language() or settings.LANGUAGE_CODE,
            name=given["name"],
            show_name=given["show_name"] and bool(given["name"]),
            email=given.get("email") or self.known_email,
            phone=given.get("phone", ""),
            area=Area.objects.filter(code=given["area"]).first() if given["area"] else None,
        )


class EntryForm(IdeaForm):
    """An idea that staff writes down for somebody: by telephone, at the counter, by post or on a paper form."""

    channel = forms.ChoiceField(
        label=_("How it reached us"),
        choices=[choice for choice in Idea.Channel.choices if choice[0] != Idea.Channel.WEB],
    )
    language = forms.ChoiceField(label=_("The person's language"), choices=settings.LANGUAGES)
    email = forms.EmailField(label=_("E-mail address of the person"), required=False)
    phone = forms.CharField(label=_("Telephone number of the person"), required=False, max_length=30)
    field_order = ("channel", "language", "title", "text", "area", "name", "show_name", "phone", "email")

    def clean(self) -> dict[str, Any]:
        """Something must tell one person from another, or the same idea could be counted twice."""
        given = super().clean() or {}
        if not (given.get("name") or given.get("phone") or given.get("email")):
            raise ValidationError(_("Give a name, a telephone number or an e-mail address of the person."))
        return given


class ReportForm(forms.Form):
    """What is wrong with an idea."""

    reason = forms.CharField(label=_("What is wrong with it?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    website = forms.CharField(required=False, widget=forms.HiddenInput)


class ClaimForm(forms.Form):
    """The code of a receipt."""

    code = forms.CharField(label=_("Code on your receipt"), max_length=20, help_text=_("Such as K7QF-2MWX-9RTA."))
