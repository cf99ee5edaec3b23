"""The report on paper and the workbooks: tagged, in the language of their address, without formulas."""

import io
import re
import zlib

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from civicthread.children.pool import ChildTimeout, QueueFull
from civicthread.core import documents, journal
from civicthread.core.documents import Sheet
from civicthread.core.errors import Refused
from civicthread.dashboard import actions, report
from civicthread.indicators import actions as indicators
from tests.factories import indicators as factory

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year


def aimed(**values):
    made = factory.reported(str(NOW - 2), 4, **values)
    indicators.report_value(made, {"period": str(NOW - 1), "value": 5}, by=journal.system())
    indicators.approve_values(made, by=journal.system())
    indicators.set_targets(made, [{"period": str(NOW + 2), "value": 10}], by=journal.system())
    return made


def whole(pdf: bytes) -> bytes:
    """The file with its compressed parts opened."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    opened = []
    for part in parts:
        try:
            # The last sign of a part may be taken for the end of its line: it is only its sum.
            opened.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            opened.append(part)
    return pdf + b"".join(opened)


def sheets(answer) -> dict[str, list[tuple]]:
    assert answer["Content-Type"] == documents.XLSX
    book = load_workbook(io.BytesIO(answer.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_report_is_tagged_titled_and_in_the_language_of_its_address(language):
    aimed()
    answer = Client().get(f"/{language}/dashboard/report.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert f"-{language}.pdf" in answer["Content-Disposition"]
    told = whole(answer.content)
    assert told.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid", b"/DisplayDocTitle", b"/Figure", b"/Alt"):
        assert mark in told, mark
    assert f"/Lang ({language})".encode() in told


def test_the_report_on_nothing_or_on_too_much_is_refused_with_a_sentence(monkeypatch):
    assert Client().get("/en/dashboard/report.pdf").status_code == 409
    aimed(), aimed()
    monkeypatch.setattr(report, "MOST", 1)
    answer = Client().get("/en/dashboard/report.pdf")
    assert answer.status_code == 409
    assert "at most 1 indicators; these are 2" in answer.content.decode()


def test_the_workbook_of_the_report_holds_every_figure():
    made = aimed()
    told = sheets(Client().get("/en/dashboard/report.xlsx"))
    assert told["Indicators"][1][0] == made.code
    assert [row[5] for row in told["Figures"][1:]] == [4, 5]


def test_no_cell_is_a_formula(client):
    made = aimed(title={"fr": "=1+1", "nl": "@SUM(A1)", "en": "+1"})
    rows = sheets(client.get("/fr/dashboard/figures.xlsx"))
    row = dict(zip(*next(iter(rows.values())), strict=True))
    titles = [row[f"Indicateur ({language})"] for language in ("Français", "Nederlands", "English")]
    assert titles == ["'=1+1", "'@SUM(A1)", "'+1"]
    assert row["Valeur"] == 5
    assert row["Code"] == made.code
    assert "'=1+1" in client.get("/fr/dashboard/figures.csv").content.decode()


def test_a_frozen_year_has_its_pages_and_its_workbook(client):
    made = aimed()
    actions.freeze(NOW, by=journal.system())
    assert whole(client.get(f"/nl/dashboard/snapshots/{NOW}.pdf").content).count(b"/StructTreeRoot")
    rows = next(iter(sheets(client.get(f"/nl/dashboard/snapshots/{NOW}.xlsx")).values()))
    assert rows[1][0] == made.code
    assert {"Code", "Indicator (Nederlands)", "Gebied (Français)", "Waarde", "Berekening"} <= {*rows[0]}


def test_a_document_fetches_nothing_and_reads_no_file():
    page = "<html lang='en'><head><title>t</title></head><body><img alt='x' src='file:///etc/passwd'>"
    told = documents.pdf(f"{page}<img alt='y' src='http://127.0.0.1:9/x.png'></body></html>")
    assert b"root:" not in whole(told)
    assert b"/Subtype /Image" not in whole(told)


@pytest.mark.parametrize(
    ("failure", "code", "status"), [(QueueFull, "busy", 503), (ChildTimeout, "too-long", 409)]
)
def test_a_document_that_cannot_be_made_now_is_refused_in_a_sentence(failure, code, status, monkeypatch):
    class Pool:
        def call(self, *_given, **_options):
            raise failure

    monkeypatch.setattr(documents, "POOL", Pool())
    with pytest.raises(Refused) as refused:
        documents.workbook([Sheet("a", ["b"], [])], title="t")
    assert (refused.value.code, refused.value.status) == (code, status)


def test_the_same_page_is_made_once_and_another_one_anew(settings, monkeypatch):
    class Pool:
        made = 0

        def call(self, *_given, **_options):
            Pool.made += 1
            return b"%%PDF %d" % Pool.made

    monkeypatch.setattr(documents, "POOL", Pool())
    told = [documents.pdf("<p>a", style=style) for style in ("", "", "p {}", "")]
    assert told == [b"%PDF 1", b"%PDF 1", b"%PDF 2", b"%PDF 1"]
    settings.DATA_DIR = settings.DATA_DIR / "elsewhere"
    assert documents.pdf("<p>a") == b"%PDF 3"


def test_sheets_get_names_that_a_workbook_may_have():
    long = "Une feuille dont le nom est beaucoup [trop] long: bien/plus"
    book = load_workbook(io.BytesIO(documents.workbook([Sheet(long, ["a"], [["\x0b=1"]])], title="t")))
    assert book.sheetnames == ["Une feuille dont le nom est bea"]
    assert book.active["A2"].value == "'=1"
