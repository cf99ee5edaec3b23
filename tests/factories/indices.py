"""Composite indices for tests, made by the product's own actions on real tables of a small lake."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

from civicthread.core import journal
from civicthread.core.text import Text
from civicthread.datahub.models import Dataset
from civicthread.indices import actions, reading, scoring
from civicthread.indices.models import CompositeIndex
from tests.factories import datahub

_numbers = count(1)
NOTE = Text.of({"fr": "La moyenne.", "nl": "Het gemiddelde.", "en": "The mean."})
BECAUSE = Text.of({"fr": "La méthode a changé.", "nl": "De methode is veranderd."})
# light (2/3): lit (1, 0 to 100), dark (1, 0 to 10, less is better); wifi (1/3): 0 to 50, cut to it.
METHOD = """level,code,parent,weight,min,max,direction,winsorise,label_fr,label_nl,label_en
index,city,,1,,,,,La ville,De stad,The city
group,light,city,2,,,,,La lumière,Het licht,Light
indicator,wifi,city,1,0,50,1,yes,Le wifi,De wifi,Wifi
indicator,lit,light,1,0,100,1,no,Allumées,Aan,Lit
indicator,dark,light,1,0,10,-1,no,Éteintes,Uit,Dark
"""
ROWS = """edition,area,code,value
2023,A,lit,50
2023,A,dark,5
2023,A,wifi,25
2023,B,lit,80
2023,B,dark,1
2023,B,wifi,60
2024,A,lit,60
2024,A,dark,4
2024,A,wifi,30
2024,B,lit,90
2024,B,dark,
2024,B,wifi,10
"""
IMPUTED = "edition,area,code,value\n2024,B,dark,2\n"
AREAS = "code,label_fr,label_nl,label_en,ranked\nA,Ville A,Stad A,Town A,yes\nB,Ville B,Stad B,Town B,yes\n"
SQL = "SELECT edition, area, code, value, 'measured' AS layer FROM cells"
BOTH = (
    "SELECT edition, area, code, value, 'measured' AS layer, 'cells' AS dataset FROM cells "
    "UNION ALL SELECT edition, area, code, value, 'imputed' AS layer, 'filled' AS dataset FROM filled"
)
COLUMNS = (
    *(
        {"name": name, "type": "text", "nullable": False, "title": {"fr": name, "nl": name, "en": name}}
        for name in ("edition", "area", "code")
    ),
    {"name": "value", "type": "number", "title": {"fr": "Valeur", "nl": "Waarde", "en": "Value"}},
)
KEYS = ["edition", "area", "code"]


def rows(text: str = METHOD) -> list[dict[str, str]]:
    """The rows of a method file."""
    return reading.rows_of(text, reading.COLUMNS)


def cells(folder: Path, text: str = ROWS, code: str = "cells") -> Dataset:
    """A dataset of values, with its first rows."""
    made = datahub.dataset(code, columns=COLUMNS, keys=KEYS, sort=KEYS, period_column="edition")
    datahub.load(made, folder, text)
    return made


def described() -> Dataset:
    """The dataset of values without rows: enough for tests that read no lake."""
    known = Dataset.objects.filter(code="cells").first()
    return known or datahub.dataset("cells", columns=COLUMNS, keys=KEYS, sort=KEYS, period_column="edition")


def index(*, sql: str = SQL, method: str = METHOD, area: str = "A", **values: Any) -> CompositeIndex:
    """A described index with its method and areas, without scores."""
    number = next(_numbers)
    told = {
        "title": {"fr": f"Indice {number}", "nl": f"Index {number}", "en": f"Index no {number}"},
        "description": {"fr": "Des lampes.", "nl": "Lampen.", "en": "Lamps."},
        "area": area,
        **values,
    }
    made = actions.save_index(None, told, by=journal.system())
    actions.set_areas(made, reading.areas(reading.rows_of(AREAS, ("code",))), by=journal.system())
    if sql:
        actions.set_method(made, rows(method), sql=sql, note=NOTE, by=journal.system())
    return made


def computed(**values: Any) -> CompositeIndex:
    """An index whose scores wait for approval."""
    made = index(**values)
    actions.compute(made, by=journal.system())
    return made


def noted(**values: Any) -> CompositeIndex:
    """An index whose scores wait for approval, without a lake: they are those of `ROWS`."""
    described()
    made = index(**values)
    method = made.methods.get()
    read = [
        {**row, "value": float(row["value"]) if row["value"] else None, "layer": "measured"}
        for row in reading.rows_of(ROWS, KEYS)
    ]
    tree = scoring.tree_of(method.parts.all(), missing=method.missing)
    found = tuple(scoring.scored(tree, scoring.cells_of(read, ("cells",))))
    done = scoring.Scores(found, "duckdb", method.sql_sha256, {"cells": 1}, scoring.digest(found))
    actions._note_run(made, method, done, after=None, by=journal.system())
    return made


def standing(**values: Any) -> CompositeIndex:
    """The same, approved and published."""
    made = noted(**values)
    actions.approve_run(made, by=journal.system())
    return actions.publish_index(made, by=journal.system())


def published(**values: Any) -> CompositeIndex:
    """A published index with approved scores."""
    made = computed(**values)
    actions.approve_run(made, by=journal.system())
    return actions.publish_index(made, by=journal.system())


def linked(codes: Iterable[str], indicator: str) -> str:
    """The method with an indicator named for some of its parts."""
    lines = METHOD.splitlines()
    named = [f"{line},{indicator if line.split(',')[1] in set(codes) else ''}" for line in lines[1:]]
    return "\n".join([f"{lines[0]},indicator", *named]) + "\n"
