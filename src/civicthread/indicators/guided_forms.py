"""The guided form: a few questions, and the query that their answers make."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats, journal
from civicthread.datahub import programme
from civicthread.datahub.models import Dataset
from civicthread.indicators import computing, guided, once, suggesting
from civicthread.indicators.columns import DATES, NUMBERS, Column, Condition, check_value
from civicthread.indicators.models import MethodVersion
from civicthread.territory.published import NAMES

ROWS, AREAS = "rows", "areas"
# No name of a column has a hyphen.
ONE_YEAR = "one-year"
PLACES = frozenset({"text", "integer"})
TIMES = PLACES | DATES
NONE, CHOOSE = ("", _("none")), ("", _("choose"))
# So many spellings are named in a sentence.
NAMED = 10


def _per() -> list[tuple[int, str]]:
    return [(number, formats.number(number)) for number in (1, 100, 1_000, 10_000, 100_000)]


class StartForm(forms.Form):
    """Which rows, and what to make of them."""

    figure = forms.ChoiceField(
        label=_("What do you want to know?"),
        choices=[
            ("count", _("How many rows there are")),
            ("sum", _("The sum of a column")),
            ("ratio", _("One sum over another: a share or a ratio")),
            ("rate", _("How many for so many inhabitants")),
        ],
    )
    dataset = forms.ChoiceField(label=_("In which dataset?"))
    people = forms.ChoiceField(
        label=_("Which dataset says how many people live there?"),
        required=False,
        help_text=_("Only for a rate for so many inhabitants."),
    )

    def __init__(self, *args: Any, datasets: list[Dataset], **options: Any) -> None:
        super().__init__(*args, **options)
        self.datasets = {dataset.code: dataset for dataset in datasets}
        names = [(d.code, f"{d.title} ({d.code})") for d in datasets]
        self.fields["dataset"].choices = names  # type: ignore[attr-defined]
        self.fields["people"].choices = [NONE, *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A rate needs the inhabitants."""
        given = super().clean() or {}
        if given.get("figure") == "rate" and not given.get("people"):
            self.add_error("people", _("Say which dataset holds the inhabitants."))
        return given

    @property
    def chosen(self) -> tuple[str, Dataset, Dataset | None]:
        """The kind of figure, the dataset, and the one of the inhabitants."""
        given = self.cleaned_data
        people = self.datasets[given["people"]] if given["figure"] == "rate" else None
        return given["figure"], self.datasets[given["dataset"]], people


@dataclass(frozen=True)
class Written:
    """The query, how the whole territory follows from it, and what it leaves out, in sentences."""

    sql: str
    roll_up: str
    told: list[str]


class GuidedForm(forms.Form):
    """Which columns; only those questions that the kind of figure needs."""

    summed = forms.ChoiceField(label=_("The sum of"), help_text=_("For a share: what is counted."))
    over = forms.ChoiceField(label=_("Over the sum of"))
    period = forms.ChoiceField(label=_("The period stands in"))
    by = forms.ChoiceField(
        label=_("A date counts for its"),
        choices=[("year", _("year")), ("quarter", _("quarter")), ("month", _("month")), ("day", _("day"))],
    )
    area = forms.ChoiceField(
        label=_("One figure for each"),
        required=False,
        help_text=_(
            "A column that names areas. The whole territory is computed beside them. Rows of what is no area of this "
            "city, such as “Total”, are left out: you see which."
        ),
    )
    whole = forms.ChoiceField(
        label=_("The whole territory is"),
        required=False,
        choices=[
            (ROWS, _("counted from all rows: an area without rows is one where nothing happened")),
            (AREAS, _("the areas added up: an area without rows is missing, and then there is no figure")),
        ],
        widget=forms.RadioSelect,
        help_text=_("Only where there is one figure for each area."),
    )
    inhabitants = forms.ChoiceField(label=_("The number of inhabitants stands in"))
    people_area = forms.ChoiceField(
        label=_("Their area stands in"),
        required=False,
        help_text=_("Names or codes, in whatever language: the areas they mean are compared."),
    )
    people_period = forms.ChoiceField(
        label=_("Their year stands in"),
        help_text=_(
            "A figure is divided by the inhabitants of its year, else of the latest year before it: "
            "a note then says which."
        ),
    )
    per = forms.TypedChoiceField(label=_("For how many"), choices=_per, coerce=int)
    only = forms.ChoiceField(label=_("Only the rows where"), required=False)
    equals = forms.CharField(label=_("is"), required=False, max_length=200)

    def __init__(
        self, *args: Any, figure: str, dataset: Dataset, people: Dataset | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        prefetch_related_objects([dataset, *([people] if people else [])], "columns")
        self.dataset, self.people = dataset, people
        self.columns = {c.name: Column(c.name, c.type) for c in dataset.columns.all()}
        there = {c.name: Column(c.name, c.type) for c in people.columns.all()} if people else {}
        self.people_columns = there
        asked = {
            "count": set(),
            "sum": {"summed"},
            "ratio": {"summed", "over", "per"},
            "rate": {"summed", "inhabitants", "people_area", "people_period", "per"},
        }[figure]
        for name in {"summed", "over", "inhabitants", "people_area", "people_period", "per"} - asked:
            del self.fields[name]
        self._offer(dataset)
        if people:
            self._offer_people(dataset, people)

    def _offer(self, dataset: Dataset) -> None:
        area = once.area_column(dataset)
        # A table with one row for each area lacks a figure where it lacks a row; a register of events does not.
        is_register = area not in dataset.keys
        self._choices("period", _named(dataset, TIMES), suggesting.period(dataset))
        self._choices("area", [NONE, *_named(dataset, PLACES)], area)
        self._choices("only", [NONE, *_named(dataset)], "")
        amounts: list[tuple[str, Any]] = [*_named(dataset, NUMBERS)]
        first = suggesting.summed(dataset, area=area)
        if self.people:
            summed = self.fields["summed"]
            summed.required, summed.help_text = False, _("The rows themselves, or the numbers in a column.")
            amounts, first = [("", _("the rows, counted")), *amounts], "" if is_register else first
        self._choices("summed", amounts, first)
        self._choices("over", amounts, "")
        self.initial.setdefault("whole", ROWS if is_register else AREAS)
        self.initial.setdefault("per", 1_000 if self.people else 100)

    def _offer_people(self, dataset: Dataset, people: Dataset) -> None:
        area = once.column_like(dataset, people, self.initial["area"])
        one_year = ONE_YEAR if people.reference_period else ""
        self._choices("inhabitants", _named(people, NUMBERS), suggesting.inhabitants(people, area=area))
        self._choices("people_area", [NONE, *_named(people, PLACES)], area)
        self._choices("people_period", _years_of(people), people.period_column or one_year)

    def _choices(self, name: str, offered: list[tuple[str, Any]], first: str) -> None:
        """What may be chosen, and what stands there first: where nothing suggests itself, a question."""
        if name not in self.fields:
            return
        is_asked = not first and self.fields[name].required and "" not in dict(offered)
        self.fields[name].choices = [CHOOSE, *offered] if is_asked else offered  # type: ignore[attr-defined]
        self.initial.setdefault(name, first)

    def clean(self) -> dict[str, Any]:
        """A rate by area needs the areas of the inhabitants; no column has two parts; a condition needs a value."""
        given = super().clean() or {}
        if self.people and given.get("area") and not given.get("people_area"):
            self.add_error("people_area", _("Say where the area of the inhabitants stands."))
        for names in (("summed", "over", "period", "area"), ("inhabitants", "people_area", "people_period")):
            for name in _chosen_again(given.get(name) for name in names):
                field = [part for part in names if given.get(part) == name][-1]
                self.add_error(field, _("This column is chosen above already."))
        if given.get("only") and not self.errors:
            _require_value(self.columns[given["only"]], given["equals"])
        return given

    def written(self, *, level: str) -> Written:
        """The query of what was chosen; refused where the tables would count a territory twice."""
        level = level or self.dataset.area_level
        chosen, people = self._choices_made(), self.people
        rows = once.of_figures(chosen, self.dataset, level=level)
        chosen = replace(chosen, counted=rows.counted, apart=rows.apart)
        there = once.Rows()
        if chosen.people and people:
            there = once.of_people(chosen.people, people, level=rows.level or level, total=chosen.total)
            chosen = replace(chosen, people=replace(chosen.people, counted=there.counted))
        if chosen.area and rows.level and once.written_differently(rows, there):
            programme.publish_tables(by=journal.system(), codes=[NAMES])
            chosen = replace(chosen, names=guided.Names(NAMES, rows.level))
        return Written(guided.query(chosen), self._roll_up, _told(rows, chosen))

    def _choices_made(self) -> guided.Choices:
        given = self.cleaned_data
        only = self.columns[given["only"]] if given["only"] else None
        return guided.Choices(
            table=self.dataset.code,
            period=self.columns[given["period"]],
            by=given["by"],
            area=self.columns.get(given["area"]),
            summed=given.get("summed", ""),
            over=given.get("over", ""),
            people=self._people(given),
            per=given.get("per", 1),
            conditions=(Condition(only, given["equals"]),) if only else (),
            total=self._roll_up == MethodVersion.RollUp.NONE,
        )

    @property
    def _roll_up(self) -> str:
        """How the whole territory follows from the areas, where it is not counted from the rows."""
        given = self.cleaned_data
        if not given["area"] or given["whole"] != AREAS:
            return str(MethodVersion.RollUp.NONE)
        is_ratio = bool(given.get("over")) or self.people is not None
        return str(MethodVersion.RollUp.RATIO if is_ratio else MethodVersion.RollUp.SUM)

    def _people(self, given: dict[str, Any]) -> guided.People | None:
        if self.people is None:
            return None
        return guided.People(
            table=self.people.code,
            inhabitants=given["inhabitants"],
            area=self.people_columns.get(given["people_area"]) if given["area"] else None,
            period=self.people_columns.get(given["people_period"]),
            notes=_year_notes(),
        )


def _told(rows: once.Rows, choices: guided.Choices) -> list[str]:
    """Which rows do not count, or not everywhere."""
    told = []
    if rows.nowhere and choices.area:
        kept = ngettext(
            "%(count)s row has no area: it counts in the whole territory only.",
            "%(count)s rows have no area: they count in the whole territory only.",
            rows.nowhere,
        )
        left = ngettext(
            "%(count)s row has no area and is left out.",
            "%(count)s rows have no area and are left out.",
            rows.nowhere,
        )
        told.append((kept if choices.total else left) % {"count": formats.number(rows.nowhere)})
    if rows.unknown:
        count = sum(spelling.rows for spelling in rows.unknown)
        names = [gettext("“%(text)s”") % {"text": spelling.text} for spelling in rows.unknown]
        more = [f"… (+{len(names) - NAMED})"] if len(names) > NAMED else []
        sentence = ngettext(
            "%(count)s row is left out, as this city has no such area: %(names)s.",
            "%(count)s rows are left out, as this city has no such areas: %(names)s.",
            count,
        )
        told.append(sentence % {"count": formats.number(count), "names": ", ".join([*names[:NAMED], *more])})
    return told


def _chosen_again(names: Iterable[str | None]) -> set[str]:
    seen = [name for name in names if name]
    return {name for name in seen if seen.count(name) > 1}


def _years_of(people: Dataset) -> list[tuple[str, Any]]:
    """Where the year of the inhabitants may stand: nowhere else than where the table says, so that no two years add."""
    times = _named(people, TIMES)
    if people.period_column:
        return [(name, title) for name, title in times if name == people.period_column]
    return [*times, (ONE_YEAR, _("nowhere: the same numbers hold for every period"))]


def _year_notes() -> tuple[tuple[str, str], ...]:
    """The columns of notes in each language, with the words before a year."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append((f"{computing.NOTE}_{code}", gettext("Inhabitants of")))
    return tuple(found)


def _named(dataset: Dataset, types: frozenset[str] | None = None) -> list[tuple[str, str]]:
    """The columns of these types, with what they are called."""
    return [
        (column.name, f"{column.title} ({column.name})" if column.title else column.name)
        for column in dataset.columns.all()
        if types is None or column.type in types
    ]


def _require_value(column: Column, value: str) -> None:
    try:
        check_value(column, value)
    except ValueError:
        raise ValidationError({"equals": _("Give a value that the column can hold.")}) from None
