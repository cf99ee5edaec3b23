"""Small enough to read: files, functions, views. (How many parameters a function takes is ruff's to count.)"""

import ast
from collections.abc import Iterator

from tests.architecture.tree import Function, functions, modules, name_of, parsed, text_of

FILE, FUNCTION, VIEW = 400, 50, 25


def too_long(name: str, text: str) -> Iterator[str]:
    """Files, functions and views over their budget."""
    lines = text.count("\n")
    if lines > FILE:
        yield f"{name}: {lines} lines"
    most = VIEW if name.endswith(("/views.py", "/staff.py")) else FUNCTION
    for function in functions(ast.parse(text)):
        if function.length > most:
            yield f"{name}: {function.name} has {function.length} lines"


def unclear_actions(name: str, found: Iterator[Function]) -> Iterator[str]:
    """Actions name everything but the thing they are done to and its new values."""
    for function in found:
        if not function.name.startswith("_") and len(function.positional) > 2:
            yield f"{name}: {function.name}"


def test_files_and_functions_are_short():
    assert [line for path in modules() for line in too_long(name_of(path), text_of(path))] == []
    assert list(too_long("core/long.py", "x = 1\n" * 401)) == ["core/long.py: 401 lines"]
    view = "def page(request):\n" + "    x = 1\n" * 25
    assert list(too_long("portal/views.py", view)) == ["portal/views.py: page has 26 lines"]
    assert list(too_long("portal/forms.py", view)) == []


def test_actions_name_what_they_are_given():
    found = [
        line
        for path in modules()
        if path.name == "actions.py"
        for line in unclear_actions(name_of(path), functions(parsed(path)))
    ]
    assert found == []
    assert list(unclear_actions("x", functions(ast.parse("def give(idea, text, language, *, by): ...")))) == [
        "x: give"
    ]
