from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from civicthread.core.models import Sequence
from civicthread.core.references import next_reference


def take(_: int) -> str:
    try:
        with transaction.atomic():
            return next_reference("IDEA", 2026)
    finally:
        connection.close()


def take_carelessly(_: int) -> int:
    """What next_reference would be without its lock: read, then write."""
    try:
        last = Sequence.objects.get(prefix="IDEA", year=2026).last
        Sequence.objects.filter(prefix="IDEA", year=2026).update(last=last + 1)
        return last + 1
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_sixteen_people_at_once_get_numbers_without_a_double_or_a_gap():
    with ThreadPoolExecutor(16) as people:
        taken = list(people.map(take, range(96)))
    assert sorted(taken) == [f"IDEA-2026-{number:04d}" for number in range(1, 97)]


@pytest.mark.django_db(transaction=True)
def test_the_race_above_is_a_real_one():
    Sequence.objects.create(prefix="IDEA", year=2026)
    for _ in range(20):
        with ThreadPoolExecutor(16) as people:
            taken = list(people.map(take_carelessly, range(96)))
        if len(set(taken)) < len(taken):
            return
    pytest.fail("sixteen careless people never took the same number")


@pytest.mark.django_db(transaction=True)
def test_a_number_taken_and_rolled_back_is_given_again():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        next_reference("IDEA", 2026)
        raise ZeroDivisionError
    with transaction.atomic():
        assert next_reference("IDEA", 2026) == "IDEA-2026-0001"


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_only_inside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        next_reference("IDEA", 2026)


@pytest.mark.django_db
def test_each_prefix_and_year_counts_for_itself():
    assert [next_reference("IDEA", 2026), next_reference("NEED", 2026), next_reference("IDEA", 2027)] == [
        "IDEA-2026-0001",
        "NEED-2026-0001",
        "IDEA-2027-0001",
    ]
