"""Dates as people type them and as they are kept."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import formats, translation

from civicthread.core import partial_dates
from civicthread.core.errors import Refused
from civicthread.core.form_fields import PartialDateField, SourcesField


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("30/09/2026", "2026-09-30"),
        ("1.2.2026", "2026-02-01"),
        ("30-9-2026", "2026-09-30"),
        ("9/2026", "2026-09"),
        ("2026-09-30", "2026-09-30"),
        ("2026-09", "2026-09"),
        ("2026", "2026"),
    ],
)
def test_a_day_is_typed_as_belgium_writes_it_or_as_programs_do(typed: str, kept: str):
    assert PartialDateField().clean(typed) == partial_dates.understood(typed) == kept


@pytest.mark.parametrize("typed", ["31/02/2026", "09/30/2026", "13/2026", "tomorrow", "30/09/26"])
def test_what_is_no_day_is_refused_as_it_was_typed(typed: str):
    with pytest.raises(ValidationError):
        PartialDateField().clean(typed)
    with pytest.raises(Refused, match=typed):
        partial_dates.understood(typed)


def test_a_form_shows_a_day_as_it_is_typed():
    assert [PartialDateField().prepare_value(kept) for kept in ("2026-09-30", "2026-09", "2026", "")] == [
        "30/09/2026",
        "09/2026",
        "2026",
        "",
    ]


def test_a_source_is_dated_in_the_same_manner():
    found = SourcesField().clean("https://example.org/a | City | 05/2026")
    assert found[0]["date"] == "2026-05"
    assert SourcesField().prepare_value(found) == "https://example.org/a | City | 05/2026"


@pytest.mark.parametrize(("language", "shown"), [("en", "29/11/2026 16:35"), ("fr", "29/11/2026 16:35")])
def test_django_writes_days_and_hours_as_belgium_does(language: str, shown: str):
    with translation.override(language):
        assert (
            formats.date_format(datetime(2026, 11, 29, 16, 35, tzinfo=UTC), "SHORT_DATETIME_FORMAT") == shown
        )
