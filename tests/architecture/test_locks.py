"""What is installed is written down with hashes, and from no particular place."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT

LOCKS = sorted(ROOT.glob("requirements/*.txt"))
ADDRESS = re.compile(r"\w+://|--(extra-)?index-url|--find-links")
PIN = re.compile(r"^([A-Za-z0-9._-]+(?:\[[^\]]*\])?)==\S+", re.MULTILINE)


def loose(text: str) -> Iterator[str]:
    """Lines of a lock that name a place, and packages without a hash."""
    yield from (
        line for line in text.splitlines() if ADDRESS.search(line) and not line.lstrip().startswith("#")
    )
    for entry in re.split(r"\n(?=\S)", text):
        if (pin := PIN.match(entry)) and "--hash=sha256:" not in entry:
            yield pin[0]
        elif not pin and entry.strip() and not entry.startswith("#"):
            yield entry.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_python_packages_are_locked_with_hashes_and_without_addresses(lock):
    assert list(loose(lock.read_text(encoding="utf-8"))) == []


def test_a_loose_lock_is_found():
    assert list(
        loose(
            "--index-url https://example.org/\nduckdb==2.0.0 \\\n    --hash=sha256:aa\nrich==15.0.0\nnumpy\n"
        )
    ) == [
        "--index-url https://example.org/",
        "--index-url https://example.org/",
        "rich==15.0.0",
        "numpy",
    ]


def test_browser_packages_are_locked_without_addresses():
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') >= 5
