"""What the page of a dataset shows, gathered in a few queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from civicthread.core import formats, policy
from civicthread.core.addresses import address
from civicthread.core.drawn import Card
from civicthread.core.models import Actor
from civicthread.core.templatetags.components import short
from civicthread.core.templatetags.texts import text
from civicthread.datahub import declaring, queries, tables, words
from civicthread.datahub.models import Alarm, ColumnType, Dataset, DatasetColumn, DatasetVersion, Ingestion
from civicthread.datahub.vocabularies import MEDIA_TYPES

MOST_VERSIONS = 10
SHOWN_ROWS = 10
BREAK = SafeString("<br>")
NUMERIC = {ColumnType.INTEGER, ColumnType.NUMBER}


def card(dataset: Dataset) -> Card:
    """A dataset of the catalogue: who publishes it, what it is, how many rows it holds."""
    state = {}
    if not dataset.is_published:
        state = {"state": dataset.publication, "state_label": dataset.get_publication_display()}
    return Card.of(
        dataset.title,
        dataset.description,
        words=30,
        level=2,
        kind=dataset.publisher.known_as if dataset.publisher else "",
        url=dataset.get_absolute_url(),
        icon="dataset",
        note=_counted(dataset.row_count),  # type: ignore[attr-defined]  # annotated by queries.datasets
        **state,
    )


def _counted(count: int | None) -> str:
    if count is None:
        return gettext("no data yet")
    return ngettext("%(number)s row", "%(number)s rows", count) % {"number": formats.number(count)}


@dataclass(frozen=True)
class File:
    """A file to download, and its address."""

    kind: str
    url: str


@dataclass(frozen=True)
class ShownColumn:
    """A column, and what its cells hold where the reader may know."""

    column: DatasetColumn
    profile: Mapping[str, Any] | None

    @property
    def numeric(self) -> bool:
        return self.column.type in NUMERIC

    @property
    def frequent(self) -> Sequence[Any]:
        """The most frequent values, where there are few different ones."""
        told = self.profile or {}
        return [value for value, _count in told.get("frequent", ())][:5] if self.column.type == "text" else ()

    def told(self) -> SafeString:
        """What the column is called, under which name it is queried, and what it means."""
        column = self.column
        name = text(column.title) if column.title else column.header or column.name
        parts = [name, format_html("<code>{}</code>", column.name)]
        if column.description:
            parts.append(format_html('<span class="quiet">{}</span>', text(column.description)))
        if column.generated:
            parts.append(format_html('<span class="quiet">{}</span>', gettext("added when loading")))
        return format_html_join(BREAK, "{}", ((part,) for part in parts))

    def holds(self) -> SafeString:
        """What its cells are, and in which unit."""
        kind, unit = capfirst(self.column.get_type_display()), self.column.unit
        return (
            format_html('{} <span class="quiet">({})</span>', kind, unit)
            if unit
            else conditional_escape(kind)
        )

    def surveyed(self) -> tuple[str, ...]:
        """How many cells are empty, the lowest and the highest, and how many different ones there are."""
        if not self.profile:
            return ("", "", "")
        told = self.profile
        ends = [short(told.get(name)) for name in ("minimum", "maximum")]
        about = "≈ " if told.get("estimated") else ""
        return (
            formats.number(told.get("nulls")),
            format_html_join(BREAK, "{}", ((end,) for end in ends)),
            about + formats.number(told.get("distinct")),
        )


@dataclass(frozen=True)
class ShownVersion:
    """A version with the addresses that stay its own for good."""

    version: DatasetVersion
    files: tuple[File, ...]


@dataclass(frozen=True)
class Shown:
    """The parts of a dataset's page. Without the right to the rows there are no rows, no profile and no files."""

    may_read_rows: bool
    current: DatasetVersion | None
    columns: tuple[ShownColumn, ...]
    rows: Sequence[Sequence[Any]]
    files: tuple[File, ...]
    versions: tuple[ShownVersion, ...]
    has_older_versions: bool
    loads: tuple[Ingestion, ...]
    has_older_loads: bool
    freshness: queries.Freshness
    alarms: tuple[tuple[Alarm, str], ...]
    source: str
    obtained_from: str
    by_program: bool

    @property
    def surveyed(self) -> bool:
        """Whether the reader may know what the columns hold."""
        return self.may_read_rows and self.current is not None

    @property
    def column_heads(self) -> list[dict[str, Any]]:
        """The heads of the table of columns."""
        heads: list[dict[str, Any]] = [{"label": gettext("Column")}, {"label": gettext("Holds")}]
        if self.surveyed:
            heads += (
                {"label": gettext("Empty cells"), "numeric": True},
                {"label": gettext("Lowest and highest")},
                {"label": gettext("Different values"), "numeric": True},
            )
        return heads

    @property
    def column_rows(self) -> list[list[str]]:
        """The table of columns; as a template it was a quarter of the page's cost."""
        return [
            [line.told(), line.holds(), *(line.surveyed() if self.surveyed else ())] for line in self.columns
        ]

    @property
    def sample(self) -> list[list[tuple[Any, ShownColumn]]]:
        """The first rows, each cell with its column."""
        return [list(zip(row, self.columns, strict=False)) for row in self.rows]


def shown(dataset: Dataset, *, reader: Actor | None, today: date) -> Shown:
    """What this reader may see of a dataset."""
    may = queries.may_read_rows(dataset, reader)
    keeps = policy.may("datahub.keep", reader)
    versions = list(queries.versions(dataset).defer("profile", "sample")[: MOST_VERSIONS + 1])
    loads = tuple(queries.ingestions(dataset)[: MOST_VERSIONS + 1])
    current = queries.version(dataset) if versions else None
    rule = tables.small_cells(dataset)
    up_to_date = current is not None and current.shown_with == (rule.digest() if rule else "")
    profile = current.profile if current and may and up_to_date else {}
    columns = tuple(ShownColumn(column, profile.get(column.name)) for column in dataset.columns.all())
    return Shown(
        may_read_rows=may,
        current=current,
        columns=columns,
        rows=_rows(current, columns) if current and may and up_to_date else (),
        files=files(dataset.code) if current and may else (),
        versions=with_files(dataset, versions[:MOST_VERSIONS], may_read_rows=may),
        has_older_versions=len(versions) > MOST_VERSIONS,
        loads=loads[:MOST_VERSIONS],
        has_older_loads=len(loads) > MOST_VERSIONS,
        freshness=queries.freshness_of(dataset, today),
        alarms=_alarms(dataset) if keeps else (),
        source=host(dataset.source_url),
        obtained_from=host(dataset.obtained_from),
        by_program=declaring.is_programme_table(dataset),
    )


def with_files(
    dataset: Dataset, versions: Iterable[DatasetVersion], *, may_read_rows: bool
) -> tuple[ShownVersion, ...]:
    """Versions with their files, for those who may have the rows."""
    return tuple(
        ShownVersion(version, files(dataset.code, version.number) if may_read_rows else ())
        for version in versions
    )


def _alarms(dataset: Dataset) -> tuple[tuple[Alarm, str], ...]:
    """What only those who keep the data need to know; that it is not up to date, everyone is told."""
    found = queries.open_alarms(dataset).exclude(kind=Alarm.Kind.STALE)
    return tuple((alarm, words.alarm(alarm.kind, alarm.facts)) for alarm in found)


def _rows(current: DatasetVersion, columns: tuple[ShownColumn, ...]) -> list[list[Any]]:
    """The kept rows in the order of the declared columns, whatever order the lake has them in."""
    stored = current.sample.get("columns", [])
    places = [stored.index(c.column.name) if c.column.name in stored else None for c in columns]
    return [
        [None if place is None else row[place] for place in places] for row in current.sample.get("rows", [])
    ]


def host(url: str) -> str:
    """Whose address it is, short enough to be read.

    >>> host("https://www.irceline.be/nl/data")
    'irceline.be'
    """
    return (urlsplit(url).hostname or "").removeprefix("www.")


def files(code: str, version: int | None = None) -> tuple[File, ...]:
    """The files of a dataset: of its current version, or of one for good."""
    if version is None:
        return tuple(File(kind, address("data:file", code, kind)) for kind in MEDIA_TYPES)
    return tuple(File(kind, address("data:version", code, version, kind)) for kind in MEDIA_TYPES)
