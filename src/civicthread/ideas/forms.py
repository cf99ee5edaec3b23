"""Forms of ideas."""

from collections.abc import Collection, Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from civicthread.core.form_fields import Words
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.ideas.intake import Submission
from civicthread.ideas.models import Idea, Need
from civicthread.ideas.queries import Filters
from civicthread.territory import places
from civicthread.territory.models import Area

NEWEST, TITLE, LONGEST = "newest", "title", "longest"
ORDERS = {NEWEST: ("-received_at", _("Newest first")), TITLE: ("sort_title", _("By title"))}
TRAP = {"autocomplete": "off", "tabindex": "-1"}


def municipalities(none: Any) -> list[tuple[str, Any]]:
    """The municipalities as choices, by name in the reader's language, after the word for none of them."""
    areas = [(area.code, str(area.name)) for area in places.gazetteer().of_level(Area.Level.MUNICIPALITY)]
    return [("", none), *sorted(areas, key=lambda area: area[1])]


class FilterForm(forms.Form):
    """What narrows and sorts the list of ideas. Unknown values are left aside, never an error."""

    query = forms.CharField(label=_("Words"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", pgettext_lazy("states", "all")), *Idea.State.choices]
    )
    area = forms.ChoiceField(label=_("Municipality"), required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", pgettext_lazy("languages", "all")), *settings.LANGUAGES],
    )
    order = forms.ChoiceField(required=False, choices=[(key, "") for key in ORDERS], widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["area"].choices = municipalities(pgettext_lazy("municipalities", "all"))  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """The filters that make sense."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "") for name in self.fields if name != "order"})

    def sorted_by(self) -> str:
        """What the list is sorted by."""
        return self.cleaned_data.get("order") or NEWEST


class IdeaForm(forms.Form):
    """An idea from the web. `website` is a trap for programs that fill in every field; people never see it."""

    title = Words(label=_("Your idea in one sentence"), max_length=150)
    text = Words(
        label=_("Tell more about it"),
        help_text=_("What would change, for whom, and where?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    area = forms.ChoiceField(label=_("Municipality"), required=False, help_text=_("If it concerns one."))
    place = Words(
        label=_("Place"),
        required=False,
        max_length=150,
        help_text=_("A street, a square, a stop. The place is shown with your idea."),
    )
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    name = Words(label=_("Your name"), required=False, max_length=100)
    show_name = forms.BooleanField(label=_("Show my name beside my idea"), required=False)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You confirm your idea with a mail, and hear what becomes of it. It is never shown."),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs=TRAP))

    def __init__(self, *args: Any, known_email: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.known_email = known_email
        self.fields["area"].choices = municipalities(_("no particular municipality"))  # type: ignore[attr-defined]
        if known_email:
            del self.fields["email"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        """A point alone tells its municipality; one outside the territory is a mistake."""
        given = super().clean() or {}
        longitude, latitude = given.get("longitude"), given.get("latitude")
        if longitude is None or latitude is None:
            return given | {"longitude": None, "latitude": None}
        area = places.area_at(longitude, latitude)
        if area is None:
            typed = cast("QueryDict", self.data).copy()
            typed["longitude"] = typed["latitude"] = ""
            self.data = typed
            self.add_error(
                "place", _("Your position lies outside the territory. Describe the place in words instead.")
            )
        elif not given.get("area"):
            given["area"] = area.code
        # A few metres are precise enough for an idea.
        return given | {"longitude": round(longitude, 4), "latitude": round(latitude, 4)}

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
            area=Area.objects.defer("boundary").filter(code=given["area"]).first() if given["area"] else None,
            place=given["place"],
            longitude=given["longitude"],
            latitude=given["latitude"],
        )


FEWEST_DIGITS = 6
"""Of a telephone number; an extension alone reaches nobody from outside."""


class EntryForm(IdeaForm):
    """An idea that staff writes down for somebody: by telephone, at the counter, by post or on a paper form."""

    channel = forms.ChoiceField(
        label=_("How it reached us"),
        choices=[choice for choice in Idea.Channel.choices if choice[0] != Idea.Channel.WEB],
    )
    language = forms.ChoiceField(label=_("The person's language"), choices=settings.LANGUAGES)
    title = Words(label=_("The idea in one sentence"), max_length=150)
    text = Words(
        label=_("The idea"),
        help_text=_("In the person's own words."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    name = Words(
        label=_("Name of the person"),
        required=False,
        max_length=100,
        help_text=_("Give at least one of the three: a name, a telephone number, an e-mail address."),
    )
    show_name = forms.BooleanField(
        label=_("The person wants their name shown beside the idea"), required=False
    )
    email = forms.EmailField(
        label=_("E-mail address of the person"),
        required=False,
        help_text=_("With an address, the person hears by mail what becomes of the idea."),
    )
    phone = Words(label=_("Telephone number of the person"), required=False, max_length=30)
    field_order = (
        "channel",
        "language",
        "title",
        "text",
        "area",
        "place",
        "name",
        "show_name",
        "phone",
        "email",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["website"]
        self.fields["place"].help_text = _("A street, a square, a stop. The place is shown with the idea.")

    def clean_phone(self) -> str:
        """A number somebody can be called at; what else is noted beside it stays."""
        phone: str = self.cleaned_data["phone"]
        if phone and sum(sign.isdigit() for sign in phone) < FEWEST_DIGITS:
            raise ValidationError(
                _("A telephone number has at least %(fewest)s digits.") % {"fewest": FEWEST_DIGITS}
            )
        return phone

    def clean(self) -> dict[str, Any]:
        """Something must tell one person from another, or the same idea could be counted twice."""
        given = super().clean()
        told = any(given.get(name) or self.has_error(name) for name in ("name", "phone", "email"))
        if not told:
            raise ValidationError(_("Give a name, a telephone number or an e-mail address of the person."))
        return given


class ReportForm(forms.Form):
    """What is wrong with an idea."""

    reason = Words(
        label=_("What is wrong with it?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs=TRAP))


class ClaimForm(forms.Form):
    """The code of a receipt."""

    code = forms.CharField(
        label=_("Code on your receipt"),
        max_length=20,
        help_text=_("Such as K7QF-2MWX-9RTA. Case does not matter."),
    )


class QueueForm(forms.Form):
    """What narrows and sorts the Office's queue."""

    WAITING, ALL = "", "all"
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(WAITING, _("to be answered")), (ALL, pgettext_lazy("states", "all")), *Idea.State.choices],
    )
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("", _("waiting longest")), (NEWEST, _("newest first"))]
    )
    reported = forms.BooleanField(label=_("Only what someone reported"), required=False)


class ToAuthorForm(forms.Form):
    """What the author of an idea reads: also in the language they wrote in."""

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, TranslatedFormField):
                field.also = (language,)


class AnswerForm(ToAuthorForm):
    """The official answer. `number` is the one the answering person saw coming."""

    number = forms.IntegerField(min_value=1, max_value=1000, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("What becomes of the idea"), widget=forms.RadioSelect)
    text = TranslatedFormField(
        label=_("Answer"),
        rows=8,
        help_text=_(
            "Thank, say what was decided and why, and what happens next. The author reads it in their language."
        ),
    )

    def __init__(self, *args: Any, states: Collection[str], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(state.value, capfirst(state.label)) for state in Idea.State if state in states]
        self.fields["state"].choices = offered  # type: ignore[attr-defined]
        if len(offered) == 1:
            self.initial["state"] = offered[0][0]
            self.fields["state"].help_text = _("A project took it up: your answer leaves it there.")


class MergeForm(ToAuthorForm):
    """Under which need an idea is regrouped, and what its author is told."""

    number = forms.IntegerField(min_value=1, max_value=1000, widget=forms.HiddenInput)
    need = forms.ModelChoiceField(label=_("Need"), queryset=Need.objects.none(), empty_label=None)
    text = TranslatedFormField(
        label=_("Answer"), rows=5, help_text=_("The author reads it in their language.")
    )

    def __init__(self, *args: Any, published: QuerySet[Need], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["need"].queryset = published  # type: ignore[attr-defined]


class HideForm(ToAuthorForm):
    """Why an idea is hidden."""

    because = TranslatedFormField(
        label=_("Why it is hidden"),
        rows=4,
        help_text=_("Everyone who follows the address of the idea reads this, and so does its author."),
    )


class NeedForm(forms.Form):
    """What several ideas ask for."""

    title = TranslatedFormField(label=_("The need in one sentence"), max_length=200)
    description = TranslatedFormField(label=_("Description"), rows=6)

    @classmethod
    def of(cls, need: Need | None, data: Mapping[str, Any] | None) -> "NeedForm":
        """The form on a need, or on a new one."""
        return cls(data, initial={"title": need.title, "description": need.description} if need else None)
