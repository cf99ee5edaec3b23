import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F, FloatField
from django.db.models.functions import Cast
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civicthread.core import paging
from civicthread.core.models import OutboxMail, SearchEntry

START = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def make_entries(titles: list[str]) -> None:
    SearchEntry.objects.bulk_create(
        SearchEntry(kind="a.b", object_id=str(n), language="fr", title=t, folded_title=t, url="/", words="")
        for n, t in enumerate(titles)
    )


def walk(queryset, order: str, size: int) -> tuple[list[int], list[int]]:
    """All keys on the way forward, and on the way back."""
    page = paging.page(queryset, order=order, size=size)
    assert page.previous == ""
    forward = [row.pk for row in page.rows]
    while page.next:
        page = paging.page(queryset, order=order, key=page.next, size=size)
        forward += [row.pk for row in page.rows]
    back = [row.pk for row in page.rows]
    while page.previous:
        page = paging.page(queryset, order=order, key=page.previous, size=size)
        back = [row.pk for row in page.rows] + back
    return forward, back


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.text("abcé \U0001f6b2", max_size=4), max_size=30),
    st.integers(1, 7),
    st.sampled_from(["", "-"]),
)
def test_pages_forward_and_back_make_the_whole_list(titles: list[str], size: int, sign: str):
    SearchEntry.objects.all().delete()
    make_entries(titles)
    whole = list(
        SearchEntry.objects.order_by(f"{sign}folded_title", f"{sign}pk").values_list("pk", flat=True)
    )
    assert walk(SearchEntry.objects.all(), f"{sign}folded_title", size) == (whole, whole)


def test_a_list_is_paged_by_date():
    OutboxMail.objects.bulk_create(
        OutboxMail(key=str(n), due_at=START + timedelta(microseconds=n // 3), created_at=START)
        for n in range(20)
    )
    whole = list(OutboxMail.objects.order_by("-due_at", "-pk").values_list("pk", flat=True))
    assert walk(OutboxMail.objects.all(), "-due_at", 3) == (whole, whole)


def test_a_list_is_paged_by_number():
    make_entries([""] * 9)
    rows = SearchEntry.objects.annotate(size=Cast(F("id") % 4, FloatField()) / 3)
    whole = list(rows.order_by("size", "pk").values_list("pk", flat=True))
    assert walk(rows, "size", 2) == (whole, whole)


def test_a_row_that_comes_or_goes_between_two_pages_shifts_nothing():
    make_entries(["a", "b", "d", "e"])
    first = paging.page(SearchEntry.objects.all(), order="folded_title", size=2)
    SearchEntry.objects.filter(title="b").delete()
    make_entries_again = SearchEntry(
        kind="a.b", object_id="9", language="fr", title="c", folded_title="c", url="/"
    )
    make_entries_again.save()
    second = paging.page(SearchEntry.objects.all(), order="folded_title", size=2, key=first.next)
    assert [row.title for row in second.rows] == ["c", "d"]


def key(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


NONSENSE = [
    *(
        "abc",
        "%00",
        "🚲",
        "x" * 1001,
        key(),
        key("+"),
        key("+", "a", "b"),
        key("+", None, 1),
        key("+", [1], 1),
    ),
    *(
        key("+", {"date": "never"}, 1),
        key("+", {"date": 5}, 1),
        key("+", {"number": "x"}, 1),
        key("+", {}, 1),
    ),
    *(
        key("+", {"date": "2026-01-01T00:00:00"}, 1),
        key("+", "not a date", 1),
        key("+", 5, 1),
        key("+", 1e999, 1),
    ),
    *(
        key("+", {"date": "0001-01-01T00:00:00+14:00"}, 1),
        key("+", 2**63, 1),
        key("+", "\ud800", 1),
        key("+", "a", 2**70),
    ),
]


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("order", ["-due_at", "recipient", "attempts"])
def test_a_key_that_makes_no_sense_gives_a_page_and_never_an_error(nonsense: str, order: str):
    OutboxMail.objects.create(key="1", due_at=START, created_at=START, recipient="a@example.org")
    assert len(paging.page(OutboxMail.objects.all(), order=order, key=nonsense).rows) <= 1


def test_a_key_of_another_list_gives_the_first_page():
    OutboxMail.objects.create(key="1", due_at=START, created_at=START)
    assert len(paging.page(OutboxMail.objects.all(), order="-due_at", key=key("+", "velo", 1)).rows) == 1
