import math
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from civicthread.core import formats


@pytest.mark.parametrize(
    ("count", "shown"), [(900, "900 octets"), (12_500, "12,5 ko"), (200_000_000, "200 Mo"), (10**9, "1 Go")]
)
def test_the_size_of_a_file_is_told_in_the_readers_words(count: int, shown: str):
    with translation.override("fr"):
        assert formats.size(count).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("language", "shown"), [("fr", "12\u202f345,678"), ("nl", "12.345,678"), ("en", "12,345.678")]
)
def test_numbers_are_written_as_their_readers_write_them(language: str, shown: str):
    with translation.override(language):
        assert formats.number(12345.678) == shown


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (-0.4, 0, "0"),
        (0.1, None, "0,1"),
        (7, 2, "7,00"),
        (1e30, 1, None),
    ],
)
def test_numbers_are_rounded_half_up(value: float, decimals: int | None, shown: str | None):
    written = formats.number(value, decimals)
    assert written == (shown or "1" + "\u202f000" * 10 + ",0")


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (100.0, 1, "100"),
        (62.54, 1, "62,5"),
        (1.996, 2, "2"),
        (1.7, 2, "1,7"),
        (1_218_255, 0, "1.218.255"),
        (-0.04, 1, "0"),
        (7, 2, "7"),
        (None, 1, ""),
        (math.inf, 1, "inf"),
    ],
)
def test_a_figure_that_stands_alone_has_no_noughts_behind_it(value: float | None, decimals: int, shown: str):
    with translation.override("nl"):
        assert formats.figure(value, decimals) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2024, "2024"),
        (148870.123456789, "148870,123456789"),
        (25.0, "25"),
        (-0.5, "-0,5"),
        (1e-7, "1e-07"),
        (math.nan, "nan"),
        (True, "ja"),
        (False, "nee"),
        ("4.35", "4.35"),
    ],
)
def test_cells_of_somebodys_table_keep_their_digits_together(value: object, shown: str):
    with translation.override("nl"):
        assert formats.datum(value) == shown


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_any_number_can_be_written(value: float, decimals: int):
    written = formats.number(value, decimals).replace("\u202f", "").replace(",", ".").replace("−", "-")
    assert math.isclose(float(written), value, rel_tol=1e-9, abs_tol=0.5 * 10**-decimals + 1e-12)


def test_numbers_of_numpy_are_numbers():
    assert formats.number(np.float64(1234.5)) == "1\u202f234,5"


def test_what_is_no_number_is_shown_as_it_is():
    assert formats.number(math.inf) == "inf"
    assert formats.number(None) == formats.percent(None) == formats.money(None) == formats.day(None) == ""


def test_shares_are_written_as_per_cent():
    assert formats.percent(0.625) == "63\u00a0%"
    assert formats.percent(0.625, 1) == "62,5\u00a0%"


@pytest.mark.parametrize(
    ("language", "shown"),
    [("fr", "1\u202f234,50\u00a0€"), ("nl", "€\u00a01.234,50"), ("en", "€1,234.50")],
)
def test_money_is_written_as_its_readers_write_it(language: str, shown: str):
    with translation.override(language):
        assert formats.money(Decimal("1234.5")) == shown


def test_whole_amounts_have_no_cents():
    assert formats.money(2_000_000) == "2\u202f000\u202f000\u00a0€"


@pytest.mark.parametrize(
    ("language", "shown"),
    [("fr", "1er\u00a0juin 2026"), ("nl", "1\u00a0juni 2026"), ("en", "1\u00a0June 2026")],
)
def test_dates_are_written_in_words(language: str, shown: str):
    with translation.override(language):
        assert formats.day(date(2026, 6, 1)) == shown


def test_a_moment_is_shown_on_its_day_in_the_city():
    assert formats.day(datetime(2026, 5, 31, 22, 30, tzinfo=UTC)) == "1er\u00a0juin 2026"


def test_months_are_written_in_words():
    assert formats.month(date(2026, 6, 1)) == "juin 2026"


@pytest.mark.parametrize(("reader", "name"), [("fr", "néerlandais"), ("nl", "Nederlands"), ("en", "Dutch")])
def test_a_language_is_called_as_its_readers_call_it_within_a_sentence(reader, name):
    with translation.override(reader):
        assert ", ".join([formats.language("nl")]) == name
