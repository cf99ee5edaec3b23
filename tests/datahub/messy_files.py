"""Files as Belgian administrations really send them: what becomes of each without anybody correcting it."""

import io
import json
from collections.abc import Sequence
from typing import NamedTuple

from openpyxl import Workbook


class Messy(NamedTuple):
    """A file by its name and content; the rows it gives, how many are set aside, and codes of the notes it brings."""

    name: str
    content: bytes
    rows: Sequence[Sequence[object]]
    aside: int = 0
    notes: frozenset[str] = frozenset()


class Refused(NamedTuple):
    """A file that cannot be read; what is said of it, in part."""

    name: str
    content: bytes
    sentence: str


def workbook(merged: Sequence[str] = (), **sheets: list[list[object]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for cells in merged:
        book.worksheets[-1].merge_cells(cells)
    book.save(out)
    return out.getvalue()


MESSY = {
    "windows-1252, semicolons, decimal commas": Messy(
        "Densité.csv",
        "Commune;Année;Population;Densité\r\nForêt;2023;57.013;8.980,5\r\nUccle;2023;86.215;3.760,25\r\n".encode(
            "cp1252"
        ),
        [["Forêt", 2023, 57013, 8980.5], ["Uccle", 2023, 86215, 3760.25]],
        notes=frozenset({"period_in_key"}),
    ),
    "a byte-order mark, euro, brackets": Messy(
        "budget.csv",
        "Commune;An;Montant\nForest;2023;€ 7.335.481\nUccle;2023;€ 12.500\nIxelles;2023;(€ 2.000)\n".encode(
            "utf-8-sig"
        ),
        [["Forest", 2023, 7335481], ["Ixelles", 2023, -2000], ["Uccle", 2023, 12500]],
        notes=frozenset({"euro", "brackets", "period_in_key"}),
    ),
    "Unicode text of Excel, months": Messy(
        "maanden.txt",
        "Gemeente\tMaand\tAantal\r\nVorst\t202401\t1 234\r\nUkkel\t202401\t2 345\r\nVorst\t202402\t1 111\r\n".encode(
            "utf-16"
        ),
        [["Ukkel", 202401, 2345], ["Vorst", 202401, 1234], ["Vorst", 202402, 1111]],
    ),
    "lines above the headings": Messy(
        "amendes.csv",
        (
            "Direction Mobilité;;;\nExtrait le;12/03/2024;;\n;;;\nCommune;Trimestre;Amendes;Montant\n"
            "Forest;T1 2024;12;1.250,00\nUccle;T1 2024;7;980,50\nForest;T2 2024;3;1.000,00\n"
        ).encode("cp1252"),
        [["Forest", "T1 2024", 12, 1250.0], ["Forest", "T2 2024", 3, 1000.0], ["Uccle", "T1 2024", 7, 980.5]],
        notes=frozenset({"lines_before"}),
    ),
    "a total and a source at the end": Messy(
        "logements.csv",
        "Commune;Année;n\nForest;2022;15\nUccle;2022;9\nIxelles;2022;4\nTotal;;28\nSource : IBSA;;\n".encode(),
        [["Forest", 2022, 15], ["Ixelles", 2022, 4], ["Uccle", 2022, 9]],
        aside=2,
        notes=frozenset({"rows_at_the_end", "period_in_key"}),
    ),
    "a source on a line of its own": Messy(
        "logements.csv",
        "Commune;Année;n\nForest;2022;15\nUccle;2022;9\n\nBron: BISA\n".encode(),
        [["Forest", 2022, 15], ["Uccle", 2022, 9]],
        aside=1,
        notes=frozenset({"period_in_key"}),
    ),
    "empty rows everywhere": Messy(
        "vides.csv",
        (";;\nCommune;Année;n\n;;\nForest;2022;15\n;;\nUccle;2022;9\n" + ";;\n" * 50).encode(),
        [["Forest", 2022, 15], ["Uccle", 2022, 9]],
        notes=frozenset({"lines_before", "period_in_key"}),
    ),
    "units below the headings": Messy(
        "prix.csv",
        "Commune;Année;Surface;Prix\n;;m²;€/m²\nForest;2022;150;3.200,50\nUccle;2022;90;3.900,75\n".encode(),
        [["Forest", 2022, 150, 3200.5], ["Uccle", 2022, 90, 3900.75]],
        aside=1,
        notes=frozenset({"units_row", "period_in_key"}),
    ),
    "quoted line ends": Messy(
        "remarques.csv",
        'Commune;Année;Remarque\nForest;2022;"première ligne\nseconde; ligne"\nUccle;2022;"dit ""petit"""\n'.encode(),
        [["Forest", 2022, "première ligne\nseconde; ligne"], ["Uccle", 2022, 'dit "petit"']],
        notes=frozenset({"period_in_key"}),
    ),
    "separators behind the headings": Messy(
        "export.csv",
        "Commune;Année;n;;;\nForest;2022;15;;;\nUccle;2022;9;;;\n".encode(),
        [["Forest", 2022, 15], ["Uccle", 2022, 9]],
        notes=frozenset({"columns_empty", "period_in_key"}),
    ),
    "tabs in a .csv": Messy(
        "tabs.csv",
        "Commune\tAnnée\tPart\nForest\t2022\t12,5 %\nUccle\t2022\t9 %\n".encode(),
        [["Forest", 2022, 12.5], ["Uccle", 2022, 9.0]],
        notes=frozenset({"period_in_key"}),
    ),
    "sep=; in the first line": Messy(
        "sep.csv",
        "sep=;\r\nCommune;Année;n\r\nForest;2022;−1,5\r\nUccle;2022;9\r\n".encode(),
        [["Forest", 2022, -1.5], ["Uccle", 2022, 9.0]],
        notes=frozenset({"lines_before", "period_in_key"}),
    ),
    "several sheets, merged cells": Messy(
        "jaarboek.xlsx",
        workbook(
            ["A4:A5"],
            Leesmij=[["Dit bestand …"]],
            Gegevens=[
                ["Titel"],
                [],
                ["Gemeente", "Jaar", "Bedrag"],
                ["Vorst", 2022, "€ 1.250,50"],
                [None, 2023, "n.v.t."],
                ["Ukkel", 2022, "€ 980,00"],
                ["Ukkel", 2023, "€ 990,00"],
            ],
        ),
        [["Ukkel", 2022, 980.0], ["Ukkel", 2023, 990.0], ["Vorst", 2022, 1250.5], ["Vorst", 2023, None]],
        notes=frozenset({"merged_cells", "lines_before", "sheet", "euro", "null_words"}),
    ),
    "days of a message, in two digits": Messy(
        "meldingen.csv",
        b"Nr;Datum;Tijdstip\n1;27/10/24;28/10/24 00:30\n2;28/10/24;29/10/24 7:05\n",
        [[1, "2024-10-27", "2024-10-28T00:30:00"], [2, "2024-10-28", "2024-10-29T07:05:00"]],
        notes=frozenset({"dates_read"}),
    ),
    "an export of Opendatasoft": Messy(
        "stations.json",
        json.dumps(
            [
                {"id": "a", "annee": 2024, "geo_point_2d": {"lon": 4.35, "lat": 50.85}},
                {"id": "b", "annee": 2024, "geo_point_2d": {"lon": 4.4, "lat": 50.8}},
            ]
        ).encode(),
        [["a", 2024, 4.35, 50.85], ["b", 2024, 4.4, 50.8]],
        notes=frozenset({"members", "period_in_key"}),
    ),
}

REFUSED = {
    "an old workbook": Refused(
        "oud.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .xlsx"
    ),
    "an OpenDocument sheet": Refused(
        "tabel.ods", workbook(a=[["a"]])[:300], "save its table as .xlsx or CSV"
    ),
    "a page": Refused("export.csv", b"<html><body>Login</body></html>", "a page or message in HTML"),
    "headings in two lines": Refused(
        "genre.csv",
        b";2022;;2023;\nCommune;H;F;H;F\nForest;1;2;3;4\n",
        "give every column one name, in one row",
    ),
    "merged headings": Refused(
        "genre.xlsx",
        workbook(["A1:B1"], a=[["Commune", None, "An"], ["Forest", 1, 2022], ["Uccle", 2, 2022]]),
        "The headings are merged (A1:B1)",
    ),
    "a heading twice": Refused("dubbel.csv", b"Commune;n;n\nForest;1;2\n", "give each column its own name"),
    "a formula never computed": Refused(
        "formule.xlsx", workbook(a=[["Commune", "n"], ["Forest", "=1+1"]]), "open and save the workbook"
    ),
}
