"""Small counts in what is published: hidden, with as many others as it takes."""

import random

import duckdb
import pytest

from civicthread.lake.ingest import ingest
from civicthread.lake.schema import Column, TableSchema
from civicthread.lake.smallcells import publish
from civicthread.lake.suppression import SmallCells

KEYS = ("area", "sex")


def schema(*counts, keys=KEYS):
    return TableSchema(
        (*(Column(key, "text") for key in keys), *(Column(name, "number") for name in counts)),
        keys=keys,
        sort=keys,
    )


@pytest.fixture
def published(lake, write, tmp_path):
    """Load rows and give them back as they are published."""

    def made(text, rule, keys=KEYS):
        counts = text.splitlines()[0].split(",")[len(keys) :]
        shape = schema(*counts, keys=keys)
        table = lake.table("people")
        table.create(shape)
        done = ingest(table, write(text), schema=shape)
        target = tmp_path / "published.parquet"
        version = publish(table.version(done.version), rule, target, keys=keys)
        with duckdb.connect() as connection:
            return connection.execute("SELECT * FROM read_parquet(?)", [list(version.files)]).fetchall()

    return made


def test_a_small_count_is_hidden_and_named_and_zero_is_not(published):
    rows = published("area,sex,n\nA,F,4\nA,M,0\nB,F,5\nB,M,\n", SmallCells(5, ("n",)))
    assert rows == [
        ("A", "F", None, "n"),
        ("A", "M", 0, None),
        ("B", "F", 5, None),
        ("B", "M", None, None),
    ]


def test_a_total_column_does_not_give_a_hidden_count_back(published):
    text = "area,sex,young,middle,old,all\nA,x,3,40,50,93\nB,x,20,30,40,90\n"
    rows = published(text, SmallCells(5, ("young", "middle", "old"), total="all"))
    assert rows[0] == ("A", "x", None, None, 50, 93, "middle young"), "the smallest other part is hidden too"
    assert rows[1] == ("B", "x", 20, 30, 40, 90, None)


def test_two_hidden_counts_that_add_up_to_a_small_one_are_not_enough(published):
    text = "area,sex,a,b,c,all\nA,x,1,2,30,33\n"
    rows = published(text, SmallCells(5, ("a", "b", "c"), total="all"))
    assert rows[0][2:6] == (None, None, None, 33)


def test_where_there_is_only_one_part_its_total_is_hidden(published):
    rows = published(
        "area,sex,n\nA,F,3\nA,T,3\nB,F,7\nB,M,\nB,T,7\n", SmallCells(5, ("n",), totals={"sex": "T"})
    )
    assert [row[2] for row in rows] == [None, None, 7, None, 7]


def test_a_total_row_does_not_give_a_hidden_count_back(published):
    text = "area,sex,n\nA,F,3\nA,M,40\nA,T,43\nA,X,8\nB,F,10\nB,M,20\nB,T,30\n"
    rows = published(text, SmallCells(5, ("n",), totals={"sex": "T"}))
    assert {row[:2]: row[2] for row in rows} == {
        ("A", "F"): None,
        ("A", "M"): 40,
        ("A", "T"): 43,
        ("A", "X"): None,
        ("B", "F"): 10,
        ("B", "M"): 20,
        ("B", "T"): 30,
    }


def test_a_share_of_a_hidden_count_is_hidden_with_it(published):
    text = "area,sex,n,share\nA,F,3,0.3\nA,M,7,0.7\n"
    rows = published(text, SmallCells(5, ("n",), hidden_with=("share",)))
    assert rows == [("A", "F", None, None, "n share"), ("A", "M", 7, 0.7, None)]


def test_crossing_totals_leave_no_sum_with_one_hidden_cell(published):
    """Random tables of area and sex, totals in both directions: nobody can subtract."""
    number = random.Random(7)
    areas, sexes = "ABCDEF", "FMX"
    cells = {(a, s): number.choice((0, 1, 2, 3, 9, 25, 60)) for a in areas for s in sexes}
    for a in areas:
        cells[a, "T"] = sum(cells[a, s] for s in sexes)
    for s in (*sexes, "T"):
        cells["T", s] = sum(cells[a, s] for a in areas)
    text = "area,sex,n\n" + "".join(f"{a},{s},{n}\n" for (a, s), n in cells.items())
    rows = published(text, SmallCells(5, ("n",), totals={"sex": "T", "area": "T"}))
    shown = {row[:2]: row[2] for row in rows}
    small = {place for place, n in cells.items() if 0 < n < 5}
    assert small
    assert all(shown[place] is None for place in small)
    assert all(shown[place] in (None, n) for place, n in cells.items())
    lines = [[(a, s) for s in (*sexes, "T")] for a in (*areas, "T")]
    lines += [[(a, s) for a in (*areas, "T")] for s in (*sexes, "T")]
    for *parts, total in lines:
        hidden = [place for place in (*parts, total) if shown[place] is None]
        assert len(hidden) != 1, hidden
        if hidden and shown[total] is not None:
            assert sum(cells[place] for place in hidden) >= 5


def test_the_same_rule_always_publishes_the_same(published):
    rule = SmallCells(5, ("n",), totals={"sex": "T"})
    assert rule.digest() == SmallCells.from_dict(rule.as_dict()).digest()
    assert rule.digest() != SmallCells(6, ("n",), totals={"sex": "T"}).digest()
