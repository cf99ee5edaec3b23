"""Reference numbers people can read aloud: IDEA-2026-0042."""

from django.db import connection, transaction
from django.db.models import F

from civicthread.core.models import Sequence


def next_reference(prefix: str, year: int) -> str:
    """The next number of that prefix and year. Call inside a transaction: a number taken and rolled back is reused."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A reference is taken inside the transaction that uses it.")
    Sequence.objects.bulk_create([Sequence(prefix=prefix, year=year)], ignore_conflicts=True)
    Sequence.objects.filter(prefix=prefix, year=year).update(last=F("last") + 1)
    last = Sequence.objects.values_list("last", flat=True).get(prefix=prefix, year=year)
    return f"{prefix}-{year}-{last:04d}"
