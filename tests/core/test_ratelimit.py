"""Limits hold across threads and tell nothing about whom they count."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import RequestFactory

from civicthread.core import ratelimit
from civicthread.core.ratelimit import HOUR, TooMany, client_address, limit


def let_through(attempt, threads=16) -> int:
    """How many of so many threads, all starting at once, `attempt` lets through."""
    start, passed = threading.Barrier(threads), []

    def run():
        start.wait()
        try:
            attempt()
            passed.append(1)
        except TooMany:
            pass
        finally:
            connections.close_all()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return len(passed)


@pytest.mark.django_db(transaction=True)
def test_exactly_as_many_as_allowed_get_through_at_once():
    assert let_through(lambda: limit("ideas.submit 192.0.2.1", 5, HOUR)) == 5


@pytest.mark.django_db(transaction=True)
def test_counting_by_read_and_write_would_let_more_through():
    """The negative control: the same race with the obvious counter."""
    meet = threading.Barrier(16)

    def count():
        used = cache.get("count", 0)
        meet.wait()
        if used >= 5:
            raise TooMany
        cache.set("count", used + 1)

    assert let_through(count) > 5


@pytest.mark.django_db
def test_another_key_and_another_stretch_start_at_zero(monkeypatch):
    now = 1_800_000_000.0
    monkeypatch.setattr(ratelimit.time, "time", lambda: now)
    limit("a", 1, timedelta(minutes=1))
    limit("b", 1, timedelta(minutes=1))
    with pytest.raises(TooMany):
        limit("a", 1, timedelta(minutes=1))
    now += 60
    limit("a", 1, timedelta(minutes=1))


@pytest.mark.django_db
def test_the_cache_holds_no_address():
    limit("sign-in someone@example.org 192.0.2.7", 3, HOUR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_shared_cache")
        rows = str(cursor.fetchall())
    assert "rate:" in rows
    assert "example.org" not in rows
    assert "192.0.2.7" not in rows


@pytest.mark.django_db
def test_a_flood_of_other_keys_does_not_wipe_a_count():
    limit("victim", 1, HOUR)
    for number in range(400):  # Django's own limit is 300 entries
        limit(f"attacker {number}", 1, HOUR)
    with pytest.raises(TooMany):
        limit("victim", 1, HOUR)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "nonsense", "unknown"),
        (1, "", "192.0.2.1"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::"),
    ],
)
def test_forwarded_addresses_count_only_behind_trusted_proxies(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == address


def test_a_stretch_is_an_hour_at_most():
    with pytest.raises(ValueError, match="hour"):
        limit("a", 1, timedelta(hours=2))
