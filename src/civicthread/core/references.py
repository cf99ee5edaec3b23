"""Reference numbers people can read aloud (IDEA-2026-0042), and codes that stand in addresses (fix-my-street)."""

import re

from django.db import connection, transaction
from django.db.models import F, Model

from civicthread.core.models import Sequence
from civicthread.core.search import folded
from civicthread.core.text import Text

# Words that stand in addresses for something else.
TAKEN = frozenset({"new", "office"})
LONGEST_CODE = 60


def next_reference(prefix: str, year: int) -> str:
    """The next number of that prefix and year. Call inside a transaction: a number taken and rolled back is reused."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "A reference is taken inside the transaction that uses it."
        )
    Sequence.objects.bulk_create([Sequence(prefix=prefix, year=year)], ignore_conflicts=True)
    Sequence.objects.filter(prefix=prefix, year=year).update(last=F("last") + 1)
    last = Sequence.objects.values_list("last", flat=True).get(prefix=prefix, year=year)
    return f"{prefix}-{year}-{last:04d}"


def free_code(model: type[Model], text: Text) -> str:
    """A code made of a text's words that no row of the model has yet. Call inside the transaction that uses it."""
    code = re.sub(r"[^a-z0-9]+", "-", folded(str(text))).strip("-")[: LONGEST_CODE - 6].strip("-")
    code = code or model._meta.model_name or ""  # noqa: SLF001
    rows = model._default_manager.filter(code__startswith=code)  # noqa: SLF001
    taken = TAKEN | set(rows.values_list("code", flat=True))
    number = 2
    free = code
    while free in taken:
        free, number = f"{code}-{number}", number + 1
    return free
