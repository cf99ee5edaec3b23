"""What the dashboard of a city with 500 indicators costs. It asks the city in DATA_DIR, once Django is set up."""

import itertools
import shutil
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from django.utils.translation import override

from benchmarks.apart import processor
from benchmarks.dashboard import REPORTED
from civicthread.ambition.models import Direction
from civicthread.core import chart_specs, charts, documents, journal
from civicthread.dashboard import downloads, report, standing
from civicthread.dashboard.queries import Filters
from civicthread.indicators import actions
from civicthread.indicators.models import Indicator, Target, Value
from civicthread.stakeholders.models import Organisation

INDICATORS, YEARS, ROUNDS = 500, 10, 20


def _city() -> None:
    """A city with directions, organisations and 500 published indicators of ten years."""

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    now, this = timezone.now(), timezone.localdate().year
    texts = [{"fr": f"Mesure {n}", "nl": f"Meting {n}", "en": f"Measure {n}"} for n in range(INDICATORS)]
    for n in range(9):
        Direction.objects.create(code=f"direction-{n}", kind="dimension", position=n, name=texts[n])
    owners = [
        Organisation.objects.create(code=f"office-{n}", name=texts[n], helix="public") for n in range(20)
    ]
    made = Indicator.objects.bulk_create(
        Indicator(
            reference=f"INDI-{n}", code=f"measure-{n}", title=texts[n], description=texts[n], unit=texts[n],
            good="up", status_method="share_of_target", owner=owners[n % 20], direction=f"direction-{n % 9}",
            publication="published", published_at=now,
        )
        for n in range(INDICATORS)
    )  # fmt: skip
    Value.objects.bulk_create(
        Value(
            indicator=one, period=str(year), period_end=date(year, 12, 31), value=float((n * 7 + year * 3) % 90 + 1),
            origin="reported", approval="approved", approved_at=now, recorded_at=now,
        )
        for n, one in enumerate(made)
        for year in range(this - YEARS, this)
    )  # fmt: skip
    Target.objects.bulk_create(
        Target(indicator=one, period=str(this + 4), due=date(this + 4, 12, 31), value=100.0) for one in made
    )


def _median(act: Callable[[], object], clock: Callable[[], float], rounds: int) -> float:
    """Milliseconds by that clock, the median of several rounds."""
    taken = []
    for _ in range(rounds):
        start = clock()
        act()
        taken.append((clock() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Make the city, measure, and print each figure on a line of its own."""

    _city()

    client = Client(headers={"host": "localhost"})
    page, cards = "/fr/dashboard/", "/fr/dashboard/?direction=direction-1"

    def get(address: str) -> None:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code

    def change() -> None:
        one = Indicator.objects.order_by("?").first()
        actions.save_indicator(one, {"symbol": f"u{time.monotonic_ns() % 1000}"}, by=journal.system())

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            get(page)
        return len(found)

    with override_settings(ALLOWED_HOSTS=["*"]):
        for address in (page, cards):
            get(address)
        _tell("queries", queries())
        change()
        _tell("queries_after", queries())
        _tell("cpu", _median(lambda: get(page), time.process_time, ROUNDS))
        _tell("cards", _median(lambda: get(cards), time.process_time, ROUNDS))
        _tell("after", _median(lambda: (change(), get(page)), time.process_time, 5))
        _charts()
        _documents()


def _charts() -> None:

    # No two drawings hold the same figures, or the second would come from memory.
    numbers = (n % 17 + n / 100_000 for n in itertools.count())

    def spark() -> None:
        points = [chart_specs.Point(date(2000 + n, 1, 1), next(numbers)) for n in range(20)]
        charts.draw(chart_specs.sparkline(points), name="s", title="s")

    def course() -> list[chart_specs.Point]:
        return [chart_specs.Point(date(2000 + y, 1, 1), next(numbers)) for y in range(10)]

    def multiples() -> None:
        panels = [chart_specs.Panel(f"Commune {n}", course()) for n in range(19)]
        charts.draw(chart_specs.multiples(panels), name="m", title="m")

    points = [chart_specs.Point(date(2000 + n, 1, 1), float(n)) for n in range(20)]
    spark()
    _tell("spark", _median(spark, time.perf_counter, ROUNDS))
    _tell("multiples", _median(multiples, time.perf_counter, ROUNDS))
    kept = chart_specs.sparkline(points)
    charts.draw(kept, name="s", title="s")
    _tell("kept", _median(lambda: charts.draw(kept, name="s", title="s"), time.perf_counter, ROUNDS))


def _documents() -> None:

    request = RequestFactory().get("/")
    with override("fr"):
        programme = standing.programme()
        some = programme.by_title("fr")[:REPORTED]

        def again() -> None:
            report.pdf(request, Filters(), programme, some)

        def pdf() -> None:
            shutil.rmtree(Path(settings.DATA_DIR, documents.SHELF.name), ignore_errors=True)
            again()

        pdf()
        _tell("pdf", _median(pdf, time.perf_counter, 3))
        _tell("pdf_cpu", _median(pdf, processor, 3))
        _tell("pdf_web", _median(pdf, time.process_time, 3))
        _tell("pdf_again", _median(again, time.perf_counter, 3))
        rows = list(downloads.of_standings(programme.standings))
        lines = [list(row.values()) for row in rows]
        sheet = documents.Sheet("a", list(rows[0]), lines)
        _tell("xlsx", _median(lambda: documents.workbook([sheet], title="a"), time.perf_counter, 3))


def _tell(name: str, value: float) -> None:
    print(f".{name}={value:.3f}", flush=True)
