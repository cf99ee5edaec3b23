"""Two steps of installing run at once; each must begin after what it stands on."""

import re
from collections.abc import Iterator

from tests.architecture.tree import ROOT

FIRST = ".venv/.bootstrap"
RULE = re.compile(r"^(\.venv/\.[a-z-]+):(.*)$", re.MULTILINE)


def early(makefile: str) -> Iterator[str]:
    """Stamps that could be set before the folder that they lie in is made."""
    stands_on = {stamp: needs.split() for stamp, needs in RULE.findall(makefile)}

    def begins_after(stamp: str) -> bool:
        needs = stands_on.get(stamp, [])
        return FIRST in needs or any(begins_after(need) for need in needs)

    yield from (stamp for stamp in stands_on if stamp != FIRST and not begins_after(stamp))


def test_each_stamp_is_set_after_the_environment_was_made():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(RULE.findall(makefile)) >= 5
    assert list(early(makefile)) == []


def test_an_early_stamp_is_found():
    assert list(
        early(
            ".venv/.bootstrap: lock\n\ttouch\n"
            ".venv/.base: .venv/.bootstrap\n"
            ".venv/.dev: .venv/.base\n"
            ".venv/.gettext: .ci/system-packages\n"
        )
    ) == [".venv/.gettext"]
