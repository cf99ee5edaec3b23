"""docs/methods/sql.md lists exactly what is allowed, and its examples run."""

import re
from pathlib import Path

import pytest

from civicthread.lake.sql import ALLOWED, SqlRefused, check
from tests.lake.sql.conftest import TABLES

PAGE = (Path(__file__).parents[3] / "docs" / "methods" / "sql.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
TWO = {"corr": "amount, votes", "regexp_matches": "area, 'a'"}
REFUSED = re.findall(r"`([a-z_]+)`", PAGE.partition("### What is refused")[2].partition("\n## ")[0])


def listed() -> list[str]:
    """The functions in the first column of the tables of functions."""
    sections = "".join(re.findall(r"### Functions .*?(?=\n###? )", PAGE, re.DOTALL))
    rows = [line for line in sections.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in dict.fromkeys(re.findall(r"`(\w+)\(", row.split(" | ")[0]))]


def test_the_page_lists_exactly_the_allowed_functions():
    assert sorted(listed()) == sorted(ALLOWED)


@pytest.mark.parametrize("name", REFUSED)
def test_what_it_says_is_refused_is_refused(name):
    with pytest.raises(SqlRefused) as refused:
        check(f"SELECT {name}({TWO.get(name, 'amount')}) AS value FROM ideas", TABLES)
    assert refused.value.code in {"not_repeatable", "rounding", "engines_differ", "unknown_function"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_its_examples_run_on_both_engines(example, versions, duck, sail):
    query = check(example, TABLES)
    assert {"period", "area", "value"} == {column.name for column in query.columns}
    assert duck.run(query, versions).equals(sail.run(query, versions))
