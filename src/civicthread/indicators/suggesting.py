"""Which columns the guided form chooses beforehand: by what is declared, by types, keys and names."""

import re
from collections.abc import Iterator

from civicthread.datahub.models import Dataset
from civicthread.indicators.columns import DATES, NUMBERS
from civicthread.lake.schema import TIME_NAME

PEOPLE = re.compile(r"popul|habit|inwon|bevolk|people|person|total|totaal")


def period(dataset: Dataset) -> str:
    """The column of the period: as declared, else a date, else one that is called like a time; or none."""
    if dataset.period_column or dataset.reference_period:
        return dataset.period_column or "period"
    columns = list(dataset.columns.all())
    dates = [column.name for column in columns if column.type in DATES]
    named = [column.name for column in columns if TIME_NAME.search(column.name)]
    return next(iter(dates + named), "")


def summed(dataset: Dataset, *, area: str) -> str:
    """The first column of amounts; or none."""
    return next(_amounts(dataset, area), "")


def inhabitants(dataset: Dataset, *, area: str) -> str:
    """The column that counts people: by its name, else the first of amounts."""
    amounts = list(_amounts(dataset, area))
    return next((name for name in amounts if PEOPLE.search(name)), next(iter(amounts), ""))


def _amounts(dataset: Dataset, area: str) -> Iterator[str]:
    """The numbers that are neither a key, nor a time, nor the code of an area."""
    others = {*dataset.keys, area, period(dataset)}
    for column in dataset.columns.all():
        if column.type in NUMBERS and column.name not in others and not TIME_NAME.search(column.name):
            yield column.name
