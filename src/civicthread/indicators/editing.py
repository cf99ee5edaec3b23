"""The editor of a query: what it may read, a preview of what it gives, and the guided form that writes it."""

import re
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import formats, policy
from civicthread.core.models import Actor
from civicthread.datahub import queries as datahub
from civicthread.datahub.models import Dataset
from civicthread.indicators import computing, guided, once, places, rolling
from civicthread.indicators.models import MethodVersion

SHOWN_ROWS = 50
ROWS, AREAS = "rows", "areas"
# No name of a column has a hyphen.
ONE_YEAR = "one-year"
WORD = re.compile(r"\w+|\S")
NUMERIC = {"integer", "number"}
NONE = ("", _("none"))
PER = [(1, "1"), (100, "100"), (1_000, "1 000"), (10_000, "10 000"), (100_000, "100 000")]


@dataclass(frozen=True)
class Preview:
    """What a query gives now: its first rows, how many there are, and how many figures have no value."""

    columns: list[dict[str, Any]]
    rows: list[list[str]]
    count: int
    without_value: int


def preview(sql: str, *, level: str, roll_up: str, by: Actor) -> Preview:
    """Run a query on the current versions, as a computation would, and keep nothing.

    Refused with a sentence where it cannot be computed: then neither could the indicator. One person looks at one
    query at a time: the one before ends, wherever its page is waited for.
    """
    policy.require("indicators.compute", by=by)
    query = computing.checked(sql)
    versions = computing.latest_versions(query.tables)
    answer = computing.run(query, versions, owner=_looker(by), seconds=computing.SECONDS_TO_LOOK, alone=True)
    placed = places.placed(computing.figures_of(answer), level=level)
    figures = rolling.rolled(placed, by=rolling.checked(roll_up, query), level=level).figures
    columns = [{"label": c.name, "numeric": c.type in NUMERIC} for c in query.columns]
    rows = [[_shown(value) for value in row.values()] for row in answer.slice(0, SHOWN_ROWS).to_pylist()]
    without_value = sum(figure.value is None for figure, _area in figures.values())
    return Preview(columns, rows, len(figures), without_value)


def stop(*, by: Actor) -> bool:
    """End the query that this person tries out; False where none runs. What is computed for good goes on."""
    policy.require("indicators.compute", by=by)
    return computing.engine().cancel(_looker(by))


def _looker(by: Actor) -> str:
    return f"preview {by.pk}"


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float | int) and not isinstance(value, bool):
        return formats.number(value)
    return str(value)


@dataclass(frozen=True)
class Spot:
    """The line of the text where a mistake stands: what comes before it, the word itself, what comes after."""

    number: int
    before: str
    word: str
    after: str


def spot(sql: str, line: object, column: object) -> Spot | None:
    """Where that line and column lead to; None where the refusal names no place in the text.

    >>> spot("SELECT 1 AS value\\nFROM lamp", 2, 6)
    Spot(number=2, before='FROM ', word='lamp', after='')
    """
    lines = sql.split("\n")
    if not isinstance(line, int) or not isinstance(column, int) or not 0 < line <= len(lines):
        return None
    text = lines[line - 1]
    start = min(max(column - 1, 0), len(text))
    word = WORD.match(text, start)
    end = word.end() if word else len(text)
    return Spot(line, text[:start], text[start:end] or " ", text[end:])


def tables(*, visible_to: Actor) -> list[Dataset]:
    """The datasets a query may read, with their columns."""
    return list(datahub.datasets(visible_to=visible_to).prefetch_related("columns").order_by("code"))


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
        help_text=_("A column that names areas. The whole territory is computed beside them."),
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
        help_text=_("Written the same way as in the first dataset."),
    )
    people_period = forms.ChoiceField(
        label=_("Their year stands in"),
        help_text=_(
            "A figure is divided by the inhabitants of its year, else of the latest year before it: "
            "a note then says which."
        ),
    )
    per = forms.TypedChoiceField(label=_("For how many"), choices=PER, coerce=int)
    only = forms.ChoiceField(label=_("Only the rows where"), required=False)
    equals = forms.CharField(label=_("is"), required=False, max_length=200)

    def __init__(
        self, *args: Any, figure: str, dataset: Dataset, people: Dataset | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.dataset, self.people = dataset, people
        self.columns = {c.name: guided.Column(c.name, c.type) for c in dataset.columns.all()}
        there = {c.name: guided.Column(c.name, c.type) for c in people.columns.all()} if people else {}
        self.people_columns = there
        self._offer(dataset, people)
        self.initial.setdefault("per", 1_000 if people else 100)
        asked = {
            "count": set(),
            "sum": {"summed"},
            "ratio": {"summed", "over", "per"},
            "rate": {"summed", "inhabitants", "people_area", "people_period", "per"},
        }[figure]
        for name in {"summed", "over", "inhabitants", "people_area", "people_period", "per"} - asked:
            del self.fields[name]
        if people:
            summed = self.fields["summed"]
            summed.required, summed.help_text = False, _("The rows themselves, or the numbers in a column.")
            summed.choices = [("", _("the rows, counted")), *_named(dataset, NUMERIC)]  # type: ignore[attr-defined]

    def _offer(self, dataset: Dataset, people: Dataset | None) -> None:
        names, times = _named(dataset), _named(dataset, {"text", "integer", "date", "timestamp"})
        self._choices(
            summed=_named(dataset, NUMERIC),
            over=_named(dataset, NUMERIC),
            period=times,
            area=[NONE, *_named(dataset, {"text", "integer"})],
            only=[NONE, *names],
        )
        if people:
            times = _named(people, {"text", "integer", "date", "timestamp"})
            self._choices(
                inhabitants=_named(people, NUMERIC),
                people_area=[NONE, *_named(people, {"text", "integer"})],
                people_period=_years_of(people, times),
            )
            self.initial.setdefault(
                "people_period", people.period_column or (ONE_YEAR if people.reference_period else "")
            )
            self.initial.setdefault("people_area", once.area_column(people))
        self.initial.setdefault(
            "period", dataset.period_column or ("period" if dataset.reference_period else "")
        )
        area = once.area_column(dataset)
        self.initial.setdefault("area", area)
        # A table with one row for each area lacks a figure where it lacks a row; a register of events does not.
        self.initial.setdefault("whole", AREAS if area in dataset.keys else ROWS)

    def _choices(self, **choices: list[tuple[str, Any]]) -> None:
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A rate by area needs the areas of the inhabitants; a condition needs a value its column can hold."""
        given = super().clean() or {}
        if self.people and given.get("area") and not given.get("people_area"):
            self.add_error("people_area", _("Say where the area of the inhabitants stands."))
        if given.get("only") and not self.errors:
            _require_value(self.columns[given["only"]], given["equals"])
        return given

    def choices(self, *, level: str) -> guided.Choices:
        """What was chosen, for the query; refused where the tables would count a territory twice."""
        given = self.cleaned_data
        only = self.columns[given["only"]] if given["only"] else None
        chosen = guided.Choices(
            table=self.dataset.code,
            period=self.columns[given["period"]],
            by=given["by"],
            area=given["area"],
            summed=given.get("summed", ""),
            over=given.get("over", ""),
            people=self._people(given),
            per=given.get("per", 1),
            conditions=(guided.Condition(only, given["equals"]),) if only else (),
            total=self.roll_up == MethodVersion.RollUp.NONE,
        )
        people = chosen.people
        if people and self.people:
            counted = once.of_people(people, self.people, level=level)
            people = replace(people, counted=counted if chosen.total else None)
        counted = once.of_figures(chosen, self.dataset, level=level) if chosen.total else None
        return replace(chosen, people=people, counted=counted)

    @property
    def roll_up(self) -> str:
        """How the whole territory follows from the areas, where it is not counted from the rows."""
        given = self.cleaned_data
        if not given["area"] or given["whole"] != AREAS:
            return str(MethodVersion.RollUp.NONE)
        is_ratio = bool(given.get("over")) or self.people is not None
        return str(MethodVersion.RollUp.RATIO if is_ratio else MethodVersion.RollUp.SUM)

    def _people(self, given: dict[str, Any]) -> guided.People | None:
        if self.people is None:
            return None
        period = given["people_period"]
        return guided.People(
            table=self.people.code,
            inhabitants=given["inhabitants"],
            area=given["people_area"] if given["area"] else "",
            period=self.people_columns.get(period),
            notes=_year_notes(),
        )


def _years_of(people: Dataset, times: list[tuple[str, str]]) -> list[tuple[str, Any]]:
    """Where the year of the inhabitants may stand: nowhere else than where the table says, so that no two years add."""
    if people.period_column:
        return [(name, title) for name, title in times if name == people.period_column]
    asked = [] if people.reference_period else [("", _("choose"))]
    return [*asked, *times, (ONE_YEAR, _("nowhere: the same numbers hold for every period"))]


def _year_notes() -> tuple[tuple[str, str], ...]:
    """The columns of notes in each language, with the words before a year."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append((f"{computing.NOTE}_{code}", gettext("Inhabitants of")))
    return tuple(found)


def _named(dataset: Dataset, types: set[str] | None = None) -> list[tuple[str, str]]:
    """The columns of these types, with what they are called."""
    return [
        (column.name, f"{column.title} ({column.name})" if column.title else column.name)
        for column in dataset.columns.all()
        if types is None or column.type in types
    ]


def _require_value(column: guided.Column, value: str) -> None:
    try:
        guided.check_value(column, value)
    except ValueError:
        raise ValidationError({"equals": _("Give a value that the column can hold.")}) from None
