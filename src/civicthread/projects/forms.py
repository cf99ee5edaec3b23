"""Forms of projects."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicthread.ambition.models import Direction, Objective
from civicthread.core.form_fields import PartialDateField, ReferencesField, SourcesField, Words
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.ideas.forms import municipalities
from civicthread.ideas.models import Idea, Need
from civicthread.indicators.models import Indicator
from civicthread.projects import queries
from civicthread.projects.actions import OF_BLOCKS
from civicthread.projects.models import BuildingBlock, Declaration, Fact, Project, Qualifier
from civicthread.projects.queries import Filters
from civicthread.stakeholders.forms import organisation_choices
from civicthread.stakeholders.models import Organisation
from civicthread.territory import places
from civicthread.territory.models import Area

UNKNOWN = ("", _("not known"))
QUALIFIERS = [(value, label or _("exactly")) for value, label in Qualifier.choices]


class FilterForm(forms.Form):
    """What narrows the list of projects. Unknown values are left aside, never an error."""

    query = forms.CharField(label=_("Words"), required=False, max_length=200)
    direction = forms.ChoiceField(label=_("Strategic direction"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", pgettext_lazy("states", "all")), *Project.State.choices],
    )
    nature = forms.ChoiceField(
        label=_("Pilot or structural"),
        required=False,
        choices=[("", pgettext_lazy("kinds", "all")), *Project.Nature.choices],
    )
    area = forms.ChoiceField(label=_("Municipality"), required=False)
    owner = forms.SlugField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        directions = [(direction.code, str(direction.name)) for direction in Direction.objects.all()]
        self.fields["direction"].choices = [("", pgettext_lazy("directions", "all")), *directions]  # type: ignore[attr-defined]
        self.fields["area"].choices = municipalities(pgettext_lazy("municipalities", "all"))  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """The filters that make sense."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "").replace("\0", "") for name in self.fields})


class DeskForm(forms.Form):
    """What narrows the Office's list of sheets."""

    query = Words(label=_("Number or code"), required=False, max_length=60)


class SheetForm(forms.Form):
    """A project's sheet: everything its lead answers for."""

    title = TranslatedFormField(label=_("Title"), max_length=200)
    summary = TranslatedFormField(
        label=_("Summary"), rows=3, max_length=600, help_text=_("What it changes, for whom. Lists show it.")
    )
    description = TranslatedFormField(label=_("Description"), required=False, rows=8, max_length=8000)
    owner = forms.ChoiceField(label=_("Carried by"), required=False)
    partners = forms.MultipleChoiceField(
        label=_("Partners"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_partners = TranslatedFormField(
        label=_("Other partners"),
        required=False,
        max_length=500,
        help_text=_("Those that are not in the registry."),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[UNKNOWN, *Project.State.choices])
    state_as_of = PartialDateField(label=_("State known since"), required=False)
    nature = forms.ChoiceField(
        label=_("Pilot or structural"), required=False, choices=[UNKNOWN, *Project.Nature.choices]
    )
    start = PartialDateField(label=_("Start"), required=False)
    end = PartialDateField(label=_("End"), required=False)
    budget = forms.DecimalField(
        label=_("Budget in euros"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
        help_text=_("As published. Leave it empty if it is not."),
    )
    budget_kind = forms.ChoiceField(
        label=_("What the amount is"), required=False, choices=[UNKNOWN, *Project.BudgetKind.choices]
    )
    budget_qualifier = forms.ChoiceField(label=_("How sure it is"), required=False, choices=QUALIFIERS)
    budget_covers = TranslatedFormField(label=_("What the budget covers"), required=False, max_length=500)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    sources = SourcesField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = organisation_choices(_("not known"))
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]
        self.fields["partners"].choices = choices[1:]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, project: Project | None, data: Any) -> "SheetForm":
        """The form on a project's sheet, or on a new one."""
        return cls(data, initial=_sheet(project) if project else None)

    def clean_owner(self) -> Organisation | None:
        return Organisation.objects.filter(code=self.cleaned_data["owner"]).first()

    def clean_partners(self) -> list[Organisation]:
        return list(Organisation.objects.filter(code__in=self.cleaned_data["partners"]))


def _sheet(project: Project) -> dict[str, Any]:
    plain = {
        name: getattr(project, name) for name in SheetForm.base_fields if name not in ("owner", "partners")
    }
    owner = project.owner.code if project.owner else ""
    return plain | {"owner": owner, "partners": list(project.partners.values_list("code", flat=True))}


class JoinForm(forms.Form):
    """What joins a project to the programme: what it serves, what it answers, what measures it, where it is."""

    directions = forms.ModelMultipleChoiceField(
        label=_("Strategic directions"),
        queryset=Direction.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    objectives = forms.ModelMultipleChoiceField(
        label=_("Objectives it serves"),
        queryset=Objective.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ideas = ReferencesField(
        label=_("Ideas it answers"),
        among=Idea.objects.none(),
        help_text=_(
            "Reference numbers, separated by commas or spaces. Once the project is public, their authors hear of it."
        ),
    )
    needs = ReferencesField(label=_("Needs it answers"), among=Need.objects.all())
    indicators = ReferencesField(label=_("Indicators that measure it"), among=Indicator.objects.all())
    areas = forms.MultipleChoiceField(
        label=_("Municipalities"),
        required=False,
        help_text=_("None: the whole territory."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["directions"].queryset = Direction.objects.all()  # type: ignore[attr-defined]
        self.fields["objectives"].queryset = Objective.objects.all()  # type: ignore[attr-defined]
        areas = places.gazetteer().of_level(Area.Level.MUNICIPALITY)
        choices = sorted(((area.code, str(area.name)) for area in areas), key=lambda choice: choice[1])
        self.fields["areas"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def of(cls, project: Project, data: Any) -> "JoinForm":
        """The form on a project."""
        names = ("directions", "objectives", "ideas", "needs", "indicators")
        initial: dict[str, Any] = {name: list(getattr(project, name).all()) for name in names}
        form = cls(data, initial=initial | {"areas": list(project.areas.values_list("code", flat=True))})
        # An idea that was hidden after it was joined stays joined until somebody takes it off.
        known = Q(visibility=Idea.Visibility.PUBLIC) | Q(pk__in=[idea.pk for idea in initial["ideas"]])
        form.fields["ideas"].among = Idea.objects.filter(known)  # type: ignore[attr-defined]
        return form

    def clean_areas(self) -> list[Area]:
        return list(Area.objects.defer("boundary").filter(code__in=self.cleaned_data["areas"]))


class FactForm(forms.Form):
    """A published figure or statement about a project."""

    label = TranslatedFormField(label=_("What is said"), max_length=300)
    value = forms.FloatField(label=_("Value"), required=False, localize=True)
    text = TranslatedFormField(
        label=_("Words"),
        required=False,
        max_length=500,
        help_text=_("Where the source gives words instead of a number."),
    )
    unit = TranslatedFormField(label=_("Unit"), required=False, max_length=60)
    period = PartialDateField(label=_("Period"), required=False)
    qualifier = forms.ChoiceField(label=_("How sure it is"), choices=QUALIFIERS)
    kind = forms.ChoiceField(label=_("Kind of figure"), choices=Fact.Kind.choices)
    source = SourcesField(label=_("Source"), most=1, required=True)
    note = TranslatedFormField(label=_("Note"), required=False, rows=3, max_length=1000)

    @classmethod
    def of(cls, fact: Fact | None, data: Any) -> "FactForm":
        """The form on a figure, or on a new one."""
        if fact is None:
            return cls(data)
        plain = {name: getattr(fact, name) for name in cls.base_fields if name != "source"}
        value = int(fact.value) if fact.value is not None and fact.value.is_integer() else fact.value
        return cls(data, initial=plain | {"value": value, "source": [fact.source]})

    def clean_source(self) -> dict[str, str]:
        return dict(self.cleaned_data["source"][0])

    def clean(self) -> dict[str, Any]:
        """Either a number or words."""
        given = super().clean() or {}
        if not self.errors and (given["value"] is None) == (not given["text"]):
            self.add_error("value", _("Give either a value or words."))
        return given


class DeclarationForm(forms.Form):
    """What is declared on one question of the conditions: nobody's guess, so with its source and date."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[UNKNOWN, ("yes", _("yes")), ("no", _("no"))],
        widget=forms.RadioSelect,
        help_text=_("As long as no source says so, leave it at “not known”: it is never counted as a no."),
    )
    blocks = forms.ModelMultipleChoiceField(
        label=_("Building blocks it uses"),
        queryset=BuildingBlock.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = TranslatedFormField(label=_("Note"), required=False, rows=3, max_length=500)
    source = SourcesField(
        label=_("Source"),
        most=1,
        help_text=_("address | publisher | date. Example: https://example.org/report | City | 05/2026"),
    )

    @classmethod
    def of(cls, question: "queries.Question", data: Any) -> "DeclarationForm":
        """The form on one question."""
        answers = {None: "", True: "yes", False: "no"}
        initial = {
            "answer": answers[question.answer],
            "blocks": [block.code for block in question.blocks],
            "note": question.note,
            "source": [question.source] if question.source else [],
        }
        form = cls(data, initial=initial)
        if kind := OF_BLOCKS.get(Declaration.About(question.about)):
            form.fields["blocks"].queryset = queries.blocks().filter(kind=kind)  # type: ignore[attr-defined]
        else:
            del form.fields["blocks"]
        return form

    def clean_answer(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["answer"])

    def clean_source(self) -> dict[str, str]:
        return dict(self.cleaned_data["source"][0]) if self.cleaned_data["source"] else {}


class BlockForm(forms.Form):
    """A building block: what several projects can use instead of making it again."""

    name = TranslatedFormField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=BuildingBlock.Kind.choices)
    provider = forms.ChoiceField(label=_("Provided by"), required=False)
    sources = SourcesField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["provider"].choices = organisation_choices(_("not known"))  # type: ignore[attr-defined]

    @classmethod
    def of(cls, block: BuildingBlock | None, data: Any) -> "BlockForm":
        """The form on a building block, or on a new one."""
        if block is None:
            return cls(data)
        provider = block.provider.code if block.provider else ""
        return cls(
            data,
            initial={"name": block.name, "kind": block.kind, "provider": provider, "sources": block.sources},
        )

    def clean_provider(self) -> Organisation | None:
        return Organisation.objects.filter(code=self.cleaned_data["provider"]).first()
