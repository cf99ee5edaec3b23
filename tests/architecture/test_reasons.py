"""An exception to a house rule names the rule, and says why where it weighs."""

import io
import re
import tokenize
from collections.abc import Iterator

from tests.architecture.tree import modules, name_of, text_of

EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore)\b(?P<rest>.*)")
# What stands before the reason: the codes, in either notation.
CODES = re.compile(r"^\s*(:\s*[A-Z]+[0-9]+(\s*,\s*[A-Z]+[0-9]+)*|\[[a-z, -]+\])")
# Budgets and the broadest nets: whoever steps over one of these says why.
WEIGHTY = {"C901", "PLR0911", "PLR0912", "PLR0913", "PLR0915", "PLR0917", "BLE001"}


def unexplained(name: str, text: str) -> Iterator[str]:
    """Exceptions that name no code, and weighty ones that give no reason."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT or not (found := EXCEPTION.search(token.string)):
            continue
        codes = CODES.match(found["rest"])
        reason = found["rest"][codes.end() :].strip(" #-:()") if codes else ""
        weighty = codes is None or WEIGHTY.intersection(re.findall(r"[A-Z]+[0-9]+", codes[0]))
        if weighty and not reason:
            yield f"{name}:{token.start[0]}: {token.string}"


def test_every_exception_has_a_reason():
    assert [line for path in modules() for line in unexplained(name_of(path), text_of(path))] == []


def test_an_exception_without_a_reason_is_found():
    assert list(unexplained("x.py", "def f(): ...  # noqa: PLR0913\n")) == ["x.py:1: # noqa: PLR0913"]
    assert list(unexplained("x.py", "import os  # noqa\n")) == ["x.py:1: # noqa"]
    assert list(unexplained("x.py", "x = f()  # type: ignore\n")) == ["x.py:1: # type: ignore"]
    assert list(unexplained("x.py", "def f(): ...  # noqa: PLR0913  # an entry has this many parts\n")) == []
    assert list(unexplained("x.py", "text = '# noqa'\n")) == []
