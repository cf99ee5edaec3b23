"""A catalogue of 250 indicators from 250 small CSV files: what bringing it in and showing it costs.

Every file has 680 rows (20 years, 2 groups, 17 ages); its indicator is the mean by year, in all and by group.
"""

import itertools
import random
import statistics
from pathlib import Path
from typing import Any

from benchmarks.apart import Place, place
from benchmarks.results import Line

FILES, YEARS, GROUPS, AGES = 250, range(2005, 2025), ("f", "m"), range(0, 85, 5)
ROWS = FILES * len(YEARS) * len(GROUPS) * len(AGES)
CHANGES = 5
MEANS = """
SELECT year AS period, NULL AS sex, avg(value) AS value FROM {table} GROUP BY 1
UNION ALL SELECT year, sex, avg(value) FROM {table} GROUP BY 1, 2
"""
COLUMNS = [
    {"name": "year", "type": "integer"},
    {"name": "sex", "type": "text"},
    {"name": "age", "type": "integer"},
    {"name": "value", "type": "number"},
]


def measure(files: int = FILES) -> list[Line]:
    """The lines of the section."""
    with place() as made:
        (made.folder / "files").mkdir()
        for number in range(files):
            write(made.folder / "files", number, seed=number)
        made.spend("benchmarks.catalogue:describe", files)
        done = {
            "import": made.spend("benchmarks.catalogue:bring_in", str(made.folder / "files")),
            "compute": made.spend("benchmarks.catalogue:compute"),
            "approval": made.spend("benchmarks.catalogue:approve"),
            "pages": made.spend("benchmarks.catalogue:pages"),
        }
        changed = [_change(made, number) for number in range(CHANGES)]
    total = sum(done[name].cpu for name in ("import", "compute", "pages"))
    figures = f"{files} indicators from {files} CSV files, {done['pages'].told:,} figures"
    return [
        Line(f"{figures}: import, compute, all pages' data, processor", total, "s", 10),
        *(Line(f"of that: {name}", done[name].cpu, "s") for name in ("import", "compute", "pages")),
        Line("approving all figures, processor", done["approval"].cpu, "s"),
        Line(
            "after a change in one file: load, compute, its page's data", statistics.median(changed), "s", 1
        ),
    ]


def _change(made: Place, number: int) -> float:
    write(made.folder / "files", number, seed=-1 - number)
    return made.spend("benchmarks.catalogue:change", str(made.folder / "files"), number).seconds


def write(folder: Path, number: int, *, seed: int) -> None:
    """One file; the same seed gives the same one."""
    chance = random.Random(seed)
    cells = itertools.product(YEARS, GROUPS, AGES)
    lines = (f"{year},{sex},{age},{chance.gauss(100, 15):.2f}\n" for year, sex, age in cells)
    (folder / f"file_{number}.csv").write_text("year,sex,age,value\n" + "".join(lines), encoding="utf-8")


def describe(files: int) -> None:
    """The datasets and indicators, described once by people: not part of the measure."""
    from civicthread.core import journal  # noqa: PLC0415  # needs Django
    from civicthread.core.text import Text  # noqa: PLC0415
    from civicthread.datahub import actions as datahub  # noqa: PLC0415
    from civicthread.indicators import actions  # noqa: PLC0415
    from civicthread.indicators.models import Indicator  # noqa: PLC0415
    from civicthread.stakeholders.models import Organisation  # noqa: PLC0415

    by, owner = journal.system(), Organisation.objects.create(code="office")
    for number in range(files):
        title = Text.of(dict.fromkeys(("en", "fr", "nl"), f"Figures {number}"))
        values = {
            "code": f"file_{number}",
            "title": title,
            "keys": ["year", "sex", "age"],
            "sort": ["year", "sex", "age"],
        }
        datahub.save_dataset(None, values, columns=COLUMNS, by=by)
        facts: dict[str, Any] = {
            "title": title,
            "description": title,
            "unit": title,
            "symbol": "%",
            "owner": owner,
            "good": Indicator.Good.UP,
            "status_method": Indicator.StatusMethod.NONE,
        }
        made = actions.save_indicator(None, facts, by=by)
        actions.set_method(made, by=by, note=title, sql=MEANS.format(table=f"file_{number}"))


def bring_in(folder: str) -> None:
    from civicthread.core import journal  # noqa: PLC0415
    from civicthread.datahub import actions  # noqa: PLC0415
    from civicthread.datahub.models import Dataset  # noqa: PLC0415

    by = journal.system()
    for dataset in Dataset.objects.order_by("pk"):
        done = actions.ingest(dataset, Path(folder, f"{dataset.code}.csv"), by=by)
        assert done.outcome == "loaded", done.code


def compute() -> None:
    from civicthread.core import journal  # noqa: PLC0415
    from civicthread.indicators import actions  # noqa: PLC0415

    actions.compute_outdated(by=journal.system())


def approve() -> None:
    from civicthread.core import journal  # noqa: PLC0415
    from civicthread.indicators import actions  # noqa: PLC0415
    from civicthread.indicators.models import Indicator  # noqa: PLC0415

    for indicator in Indicator.objects.all():
        actions.approve_values(indicator, by=journal.system())


def pages() -> int:
    """What every page of an indicator reads; how many figures that are."""
    from django.utils import timezone  # noqa: PLC0415

    from civicthread.core import journal  # noqa: PLC0415
    from civicthread.indicators import queries  # noqa: PLC0415

    return sum(
        len(reading.values)
        for indicator in queries.indicators(visible_to=journal.system())
        for reading in queries.readings([indicator], today=timezone.localdate())
    )


def change(folder: str, number: int) -> None:
    """What happens after one file changed: its load, what lies downstream, the data of its page."""
    from django.utils import timezone  # noqa: PLC0415

    from civicthread.core import journal  # noqa: PLC0415
    from civicthread.datahub import actions as datahub  # noqa: PLC0415
    from civicthread.datahub.models import Dataset  # noqa: PLC0415
    from civicthread.indicators import actions, queries  # noqa: PLC0415

    code, by = f"file_{number}", journal.system()
    datahub.ingest(Dataset.objects.get(code=code), Path(folder, f"{code}.csv"), by=by)
    (run,) = actions.compute_outdated(by=by)
    queries.readings([run.method.indicator], today=timezone.localdate())
