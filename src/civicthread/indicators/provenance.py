"""Where published figures come from: the runs that gave them, the dataset versions these read, column by column."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from civicthread.core.models import Actor
from civicthread.core.text import Text
from civicthread.datahub import queries as datahub
from civicthread.datahub.models import Dataset, DatasetColumn
from civicthread.datahub.pages import File, files
from civicthread.indicators.models import MethodVersion, Run, Value

ENGINES = {"duckdb": "DuckDB", "sc": "Spark Connect"}


@dataclass(frozen=True)
class Read:
    """A dataset that a run read, in which version. `dataset` is None where this reader may not see it."""

    code: str
    version: int
    dataset: Dataset | None
    files: tuple[File, ...]


@dataclass(frozen=True)
class Origin:
    """A run, the periods of the published figures it gave, and what it read."""

    run: Run
    periods: tuple[str, ...]
    read: tuple[Read, ...]

    @property
    def engine(self) -> str:
        """The engine under the name people know."""
        return ENGINES.get(self.run.engine, self.run.engine)

    @property
    def anchor(self) -> str:
        """The run's place on the page."""
        return f"run-{self.run.pk}"


@dataclass(frozen=True)
class Ancestor:
    """A column of a dataset that a column of the result is computed from."""

    dataset: str
    name: str
    title: Text
    url: str


@dataclass(frozen=True)
class Line:
    """A column of the result, and the columns it is computed from."""

    output: str
    ancestors: tuple[Ancestor, ...]


@dataclass(frozen=True)
class Provenance:
    """How figures came about: the method, the runs they come from, newest first, and the columns behind them."""

    method: MethodVersion | None
    origins: tuple[Origin, ...]
    lines: tuple[Line, ...]


def provenance(
    method: MethodVersion | None, values: Iterable[Value], *, visible_to: Actor | None
) -> Provenance:
    """The provenance of an indicator's published figures, in at most two queries."""
    periods: dict[Run, list[str]] = {}
    for value in values:
        if value.run and value.period not in periods.setdefault(value.run, []):
            periods[value.run].append(value.period)
    runs = sorted(periods, key=lambda run: -run.pk)
    lineage = method.lineage if method else []
    codes = {code for run in runs for code in run.versions} | {code for _output, code, _name in lineage}
    read = datahub.visible(visible_to).filter(code__in=codes).select_related("publisher") if codes else ()
    datasets = {dataset.code: dataset for dataset in read}
    columns = _columns(datasets, {name for _output, _code, name in lineage})
    origins = (Origin(run, tuple(periods[run]), _read(run, datasets, visible_to)) for run in runs)
    return Provenance(method, tuple(origins), _lines(method, columns) if method else ())


def _columns(datasets: Mapping[str, Dataset], names: Collection[str]) -> dict[tuple[str, str], DatasetColumn]:
    """The columns of these names in those datasets."""
    if not datasets or not names:
        return {}
    of = {dataset.pk: code for code, dataset in datasets.items()}
    found = DatasetColumn.objects.filter(dataset__in=of, name__in=names)
    return {(of[column.dataset_id], column.name): column for column in found}


def column_titles(method: MethodVersion | None, outputs: Collection[str]) -> dict[str, Text]:
    """The titles of these columns of the result that come from a column of the same name in a public dataset.

    One that has another name than what it is computed from says something else.
    """
    lineage = method.lineage if method else []
    same = {code for output, code, name in lineage if output == name and output in outputs}
    public = datahub.visible(None).filter(code__in=same) if same else ()
    columns = _columns({dataset.code: dataset for dataset in public}, outputs)
    return {
        output: columns[code, name].title
        for output, code, name in lineage
        if output == name and (code, name) in columns
    }


def _read(run: Run, visible: Mapping[str, Dataset], reader: Actor | None) -> tuple[Read, ...]:
    return tuple(
        _one_read(code, number, visible.get(code), reader) for code, number in sorted(run.versions.items())
    )


def _one_read(code: str, number: int, dataset: Dataset | None, reader: Actor | None) -> Read:
    may = dataset is not None and datahub.may_read_rows(dataset, reader)
    return Read(code, number, dataset, files(code, number) if may else ())


def _lines(method: MethodVersion, columns: Mapping[tuple[str, str], DatasetColumn]) -> tuple[Line, ...]:
    """The columns of the result in the order of the query, each with those it is computed from."""
    lines: dict[str, list[Ancestor]] = {}
    for output, code, name in method.lineage:
        column = columns.get((code, name))
        url = reverse("datahub:dataset", args=[code]) if column else ""
        ancestor = Ancestor(code, name, column.title if column else Text(), url)
        lines.setdefault(output, []).append(ancestor)
    return tuple(Line(output, tuple(ancestors)) for output, ancestors in lines.items())
