"""Every example that the documentation and the code give is tried."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "methods"
SOURCE = ROOT / "src"
EXAMPLES = sorted(
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in (SOURCE / "civicthread").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)
FORMULAS = sorted(page.name for page in PAGES.glob("*.md") if page.name != "README.md")


@pytest.mark.parametrize("name", FORMULAS)
def test_the_worked_example_of_a_page_computes_what_it_says(name):
    result = doctest.testfile(str(PAGES / name), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_in_the_code_give_what_they_say(name):
    result = doctest.testmod(import_module(name))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", FORMULAS)
def test_a_page_says_what_it_is_for_where_it_comes_from_and_its_limits(name):
    text = (PAGES / name).read_text(encoding="utf-8")
    for heading in ("## What it is for", "## Formula", "## Source", "## Worked example", "## Limits"):
        assert f"\n{heading}\n" in text


def test_each_page_is_listed():
    contents = (PAGES / "README.md").read_text(encoding="utf-8")
    assert [name for name in FORMULAS if f"({name})" not in contents] == []
