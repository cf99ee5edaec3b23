"""The browser files are built from the npm packages, always the same, within the weight of a page."""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from civicthread.core import frontend

PACKAGES = frontend.PACKAGE.parent.parent / "node_modules"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of what the build reads of our own, so that the checkout is left alone."""
    copy = tmp_path / "civicthread"
    shutil.copytree(frontend.PACKAGE / "templates", copy / "templates")
    shutil.copytree(frontend.PACKAGE / "static/civicthread", copy / "static/civicthread")
    shutil.copytree(frontend.PACKAGE / "core/templatetags", copy / "core/templatetags")
    shutil.copy(frontend.PACKAGE / "core/drawn.py", copy / "core/drawn.py")
    return copy


def squeezed(path: Path) -> int:
    content = path.read_bytes()
    return len(content) if path.suffix == ".woff2" else len(gzip.compress(content, 6))


def test_the_same_packages_always_give_the_same_files(package):
    first = {path.name: path.read_bytes() for path in frontend.build(PACKAGES, package)}
    assert {path.name: path.read_bytes() for path in frontend.build(PACKAGES, package)} == first


def test_a_first_load_keeps_its_weight(package):
    files = {path.name: squeezed(path) for path in frontend.build(PACKAGES, package)}
    assert files["site.css"] <= 25_000
    assert files["figtree-latin.woff2"] + files["figtree-latin-ext.woff2"] <= 45_000
    assert files["htmx.js"] <= 18_000
    asked_for = {"vega.js", "vega-interpreter.js"}  # only once a reader explores a figure
    assert sum(files[name] for name in asked_for) <= 190_000
    assert sum(size for name, size in files.items() if name not in asked_for) <= 90_000


def test_the_style_sheet_asks_no_other_host_and_reads_only_variables_that_it_sets(package):
    frontend.build(PACKAGES, package)
    css = (package / "static/vendor/site.css").read_text()
    assert not re.search(r"url\(\"?(https?:)?//|@import", css)
    readings = set(re.findall(r"var\((--(?!_)[\w-]+)\)", css))
    assert readings - set(re.findall(r"[{;](--[\w-]+):", css)) == set()


def test_classes_that_the_templates_use_keep_their_rules(package):
    frontend.build(PACKAGES, package)
    css = (package / "static/vendor/site.css").read_text()
    for name in (
        "ds-button",
        "ds-input",
        "ds-field",
        "ds-table",
        "ds-error-summary",
        "ds-skip-link",
        "ds-sr-only",
    ):
        assert f".{name}" in css
    assert ".ds-card" not in css
    assert ".ds-avatar" not in css


def test_a_missing_package_is_one_clear_sentence_and_writes_nothing(package, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(frontend.BrowserFilesMissing, match="npm ci"):
        frontend.build(tmp_path / "node_modules", package)
    assert not (package / "static/vendor").exists()
    assert frontend.main() == 1
    assert "run “npm ci” first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("selector", "kept"),
    [
        (".ds-a", True),
        (".ds-b", False),
        (".ds-a .ds-b", False),
        (".ds-a:not(.ds-b)", True),
        (":is(.ds-b, .ds-a) > p", True),
        (":is(.ds-b:has(p)) > p", False),
        (".ds-a[data-x]", True),
        ('.ds-a[data-x="1"]', True),
        ('.ds-a[data-x="2"]', False),
        (".ds-a:has([data-y])", False),
        ("p", True),
    ],
)
def test_a_rule_stays_when_the_markup_can_need_it(selector, kept):
    sheet = frontend.parse(f"{selector} {{ color: red }}")
    assert bool(frontend.needed_rules(sheet, '<p class="ds-a" data-x="1">')) is kept


def test_a_style_sheet_survives_parsing_and_writing():
    css = (
        '@layer a{@media (min-width:1px){b:is(i,u)>a{x:url("data:a;b,{}");--y:min(1px,calc(2px * (1 + 1)))}}}'
    )
    assert frontend.minified(frontend.parse(css)) == css


def test_a_variable_read_only_by_an_idle_variable_goes_with_it():
    sheet = frontend.parse(":root { --a: 1; --b: var(--a); --c: 2 } p { x: var(--c) }")
    assert frontend.minified(frontend.without_idle_variables(sheet)) == ":root{--c:2}p{x:var(--c)}"
