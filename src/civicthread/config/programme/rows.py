"""Small conversions from the programme's files to the columns of the records."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import Model

from civicthread.config.programme.parts import Conflict, PartialDate, Source

Track = Callable[[Iterable[Any], str], Iterable[Any]]
Row = TypeVar("Row", bound=Model)


def source(given: Source) -> dict[str, str]:
    """Where a statement was published."""
    return {
        "url": given.url,
        "publisher": given.publisher,
        "date": period(given.date),
        "kind": given.kind,
    }


def sources(given: Iterable[Source]) -> list[dict[str, str]]:
    """Where statements were published."""
    return [source(one) for one in given]


def conflicts(given: Iterable[Conflict]) -> list[dict[str, Any]]:
    """Sources that disagree, as pages show them."""
    return [
        {
            "about": conflict.about,
            "reason": conflict.reason,
            "claims": [
                {"statement": claim.statement, "source": source(claim.source), "retained": claim.retained}
                for claim in conflict.claims
            ],
        }
        for conflict in given
    ]


def period(value: PartialDate | None) -> str:
    """A date as precise as its source; empty where there is none."""
    return str(value) if value else ""


def known(model: type[Row]) -> dict[str, Row]:
    """The rows there are, by code."""
    return {row.code: row for row in model._default_manager.all()}  # type: ignore[attr-defined]  # noqa: SLF001
