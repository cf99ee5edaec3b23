"""Numbers, dates and periods as administrations write them."""

import datetime as dt

import pytest

from civicthread.lake.ingest import ingest
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.suggest import suggest
from tests.lake.reading import rows_of

BLANK, THIN = "\u00a0", "\u202f"


@pytest.fixture
def brought(lake, write):
    """Suggest how a column of values is read, load it so, and give the suggestion and the values."""

    def bring(*values, name="v"):
        path = write(f"who;{name}\n" + "".join(f"r{number};{value}\n" for number, value in enumerate(values)))
        found = suggest(path)
        table = lake.table("read")
        table.create(found.schema)
        assert ingest(table, path, schema=found.schema, dialect=found.dialect).rejected == 0
        order = [column.name for column in found.schema.columns].index("v") if name == "v" else 1
        return found, [row[order] for row in rows_of(table)]

    return bring


def notes_of(found):
    return {note.code: note.params for note in found.notes}


@pytest.mark.parametrize(
    ("values", "read", "unit"),
    [
        (["€ 7.335.481", "€ 12.000", "€ 5"], [7335481, 12000, 5], "€"),
        (["7 335,50 €", f"12{THIN}000,25{BLANK}€", "5 EUR"], [7335.5, 12000.25, 5], "€"),
        (["EUR 1.234,50", "€-3,00", "-€ 4,00", "7"], [1234.5, -3, -4, 7], "€"),
        (["€ 12,-", "€ 3,50"], [12, 3.5], "€"),
        (["−5", "3", "−1"], [-5, 3, -1], ""),
        (["−5,5", "3,25"], [-5.5, 3.25], ""),
        (["- 5", "3"], [-5, 3], ""),
        (["(2 000,00)", "3 000,50"], [-2000, 3000.5], ""),
        (["(€ 2.000)", "€ 3.000", "€ (1.000)"], [-2000, 3000, -1000], "€"),
        (["12 %", f"3,5{BLANK}%", f"−1{THIN}%"], [12, 3.5, -1], "%"),
        ([f"1{BLANK}234", f"5{THIN}678", "12 345", "7"], [1234, 5678, 12345, 7], ""),
        (["1.234.567", "1.200"], [1234567, 1200], ""),
        (["€ 1,234", "€ 5"], [1234, 5], "€"),
        (["1’234", "5’678"], [1234, 5678], ""),
        ([f"{BLANK}12", f"13{BLANK}"], [12, 13], ""),
    ],
)
def test_amounts_are_numbers_however_they_are_written(brought, values, read, unit):
    found, stored = brought(*values)
    assert stored == read
    assert found.schema.column("v").unit == unit


def test_what_was_read_as_negative_or_as_money_is_said(write):
    notes = notes_of(suggest(write("who;v\na;(2 000,00)\nb;€ 3 000,50\n")))
    assert notes["brackets"] == {"example": "(2 000,00)"}
    assert notes["euro"] == {"column": "v", "example": "€ 3 000,50"}


def test_brackets_are_negative_only_where_it_is_declared(read):
    schema = TableSchema((Column("v", "number"),))
    done, _ = read("v\n5\n(3)\n", schema)
    assert done.rejected == 1
    assert read("v\n5\n(4)\n", schema, brackets=True)[1] == [(5.0,), (-4.0,)]


@pytest.mark.parametrize(
    ("values", "example"),
    [
        (["12", "13", "14", "n.c."], "n.c."),
        (["€/m²", "12,5", "13,25", "14,75"], "€/m²"),
        (["$ 5", "$ 7", "£ 6"], "$ 5"),
        (["12", "13 (1)", "14"], "13 (1)"),
    ],
)
def test_why_a_column_of_numbers_stays_text_is_said(write, values, example):
    found = suggest(write("who;v\n" + "".join(f"r{n};{value}\n" for n, value in enumerate(values))))
    assert found.schema.column("v").type == "text"
    assert notes_of(found)["not_all_numbers"] == {"column": "v", "example": example}


@pytest.mark.parametrize(
    "values", [["01000", "02000"], ["12-14", "3 bus 2", "A"], ["02 123 45 67", "02 765 43 21"]]
)
def test_codes_and_telephones_are_no_numbers_gone_wrong(write, values):
    found = suggest(write("who;v\n" + "".join(f"r{n};{value}\n" for n, value in enumerate(values))))
    assert "not_all_numbers" not in notes_of(found)


DAY, NEXT = dt.date(2024, 10, 27), dt.date(2024, 3, 4)


@pytest.mark.parametrize(
    ("values", "read", "form"),
    [
        (["27/10/2024", "4/3/2024"], [DAY, NEXT], "dd/mm/yyyy"),
        (["27/10/24", "04/03/24"], [DAY, NEXT], "dd/mm/yy"),
        (["27.10.24", "04.03.24"], [DAY, NEXT], "dd.mm.yy"),
        (["27.10.2024", "4.3.2024"], [DAY, NEXT], "dd.mm.yyyy"),
        (["27-10-2024", "04-03-2024"], [DAY, NEXT], "dd-mm-yyyy"),
        (["10/27/2024", "03/04/2024"], [DAY, NEXT], "mm/dd/yyyy"),
        (["10/27/24", "3/4/24"], [DAY, NEXT], "mm/dd/yy"),
        (["27/10/2024 00:00", "04/03/2024"], [DAY, NEXT], "dd/mm/yyyy"),
        (["27/10/2024", "2024-03-04"], [DAY, NEXT], "dd/mm/yyyy"),
        (
            ["20/03/2024 00:30", "04/03/2024 7:05:10"],
            [dt.datetime(2024, 3, 20, 0, 30), dt.datetime(2024, 3, 4, 7, 5, 10)],  # noqa: DTZ001
            "dd/mm/yyyy",
        ),
    ],
)
def test_dates_are_read_as_they_are_written_and_it_is_said_how(brought, values, read, form):
    found, stored = brought(*values)
    assert stored == read
    assert notes_of(found)["dates_read"] == {"example": values[0], "form": form}


def test_the_day_comes_first_unless_nothing_but_the_month_can(write):
    found = suggest(write("who;a;b\nx;03/04/2024;10/27/2024\ny;05/06/2024;11/30/2024\n"))
    assert found.dialect.date_format == "%m/%d/%Y"
    found = suggest(write("who;a;b\nx;03/04/2024;27/10/2024\ny;05/06/2024;30/11/2024\n"))
    assert found.dialect.date_format == "%d/%m/%Y"


def test_dates_that_are_not_read_are_said(write):
    found = suggest(write("who;a;b\nx;31/12/2024;12/31/2024\ny;30/11/2024;11/30/2024\n"))
    assert [column.type for column in found.schema.columns] == ["text", "date", "text"]
    assert notes_of(found)["not_all_dates"] == {"column": "b", "example": "12/31/2024"}


@pytest.mark.parametrize(
    "values", [["1.2.10", "1.3.11"], ["12.34.5", "1.2.3"], ["31/31/2024", "1/1/2024"], ["10/2", "3/4"]]
)
def test_chapters_and_impossible_days_are_no_dates(write, values):
    found = suggest(write("who;v\n" + "".join(f"r{n};{value}\n" for n, value in enumerate(values))))
    assert (found.dialect.date_format, found.schema.column("v").type) == ("", "text")


@pytest.mark.parametrize(
    "name",
    [
        *"an année annee jaar year mois maand month trimestre kwartaal quarter".split(),
        *"semestre week semaine schooljaar exercice".split(),
    ],
)
def test_columns_called_like_a_time_are_the_period(write, name):
    found = suggest(write(f"area;{name};n\nA;2023;1\nA;2024;2\nB;2023;3\nB;2024;4\n"))
    assert found.period == found.schema.columns[1].name
    assert "no_time_column" not in notes_of(found)


@pytest.mark.parametrize(
    "periods",
    [
        "202401 202402",
        "2024-T1 2024-T2",
        "2024Q1 2024Q2",
        "T1-2024 T2-2024",
        "01/2024 02/2024",
        "K1/2024 K2/2024",
        "2024-01 2024-02",
        "2024-W01 2024-W02",
        "2024M01 2024M02",
        "2023/24 2024/25",
        "S1-2024 S2-2024",
    ],
)
def test_columns_that_hold_periods_are_the_period_whatever_they_are_called(write, periods):
    first, second = periods.split()
    found = suggest(write(f"area;v;n\nA;{first};1\nA;{second};2\nB;{first};3\nB;{second};4\n"))
    assert found.period == "v"
    assert found.schema.keys == ("area", "v")


@pytest.mark.parametrize("values", ["1000 1030", "202413 202499", "21001 21002", "T1 T2", "T9-2024 T8-2024"])
def test_other_numbers_and_codes_are_no_periods(write, values):
    first, second = values.split()
    assert suggest(write(f"area;v;n\nA;{first};1\nB;{second};2\n")).period == ""


def test_the_period_is_the_time_that_tells_rows_apart(write):
    text = "area;annee;mis_a_jour;n\nA;2023;2025-01-01;1\nA;2024;2025-01-01;2\nB;2023;2025-01-01;3\n"
    assert suggest(write(text)).period == "annee"
    assert suggest(write("year;area;n\n2023;A;1\n2024;A;2\n2023;B;3\n")).period == "year"
    assert suggest(write("kind;area;n\nx;A;1\ny;A;2\nx;B;3\n")).period == ""
