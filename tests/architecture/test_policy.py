"""Every door has a rule, and everything done is written down."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import clear_url_caches, path

from civicthread.core import checks, policy
from tests.architecture.test_grammar import EXTRAS
from tests.architecture.tree import PACKAGE, functions, modules, name_of, parsed

# Where actions stand that made an actions.py too long.
SPLIT = {Path(name).stem for name, reason in EXTRAS.items() if "too long for actions.py" in reason}


def calls_of(node: ast.AST) -> Iterator[str]:
    """What a function calls, as written: "journal.record", "_save"."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            yield ast.unparse(part.func)


def doors_to_actions(module: ast.Module) -> set[str]:
    """The names by which a module knows actions that stand elsewhere: modules and functions."""
    return {
        alias.asname or alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in {"actions", *SPLIT} or (node.module or "").endswith(".actions")
    }


def silent_actions(name: str, module: ast.Module) -> list[str]:
    """Public functions of an actions.py that neither journal nor call what does."""
    bodies = {f.name: set(calls_of(f.node)) for f in functions(module) if not f.method}
    doors = doors_to_actions(module)
    telling = {
        function
        for function, calls in bodies.items()
        if any(call == "journal.record" or call.partition(".")[0] in doors for call in calls)
    }
    while more := {function for function, calls in bodies.items() if calls & telling} - telling:
        telling |= more
    return [
        f"{name}: {function}"
        for function in bodies
        if not function.startswith("_") and function not in telling
    ]


def anonymous_actions(name: str, module: ast.Module) -> list[str]:
    """Public functions of an actions.py that do not say, by name, who acts."""
    public = (f for f in functions(module) if not f.method and not f.name.startswith("_"))
    return [f"{name}: {function.name}" for function in public if "by" not in function.keywords]


def actions() -> list[tuple[str, ast.Module]]:
    return [(name_of(path), parsed(path)) for path in modules() if path.name == "actions.py"]


def test_every_action_is_journaled():
    assert [line for name, module in actions() for line in silent_actions(name, module)] == []
    sample = ast.parse(
        "def tell(x, *, by): _write(x)\n"
        "def _write(x): journal.record('a.b', x)\n"
        "def hush(x, *, by): x.save()\n"
        "def pass_on(x, *, by): tell(x, by=by)\n"
    )
    assert silent_actions("ideas/actions.py", sample) == ["ideas/actions.py: hush"]


def test_every_action_says_who_acts():
    assert [line for name, module in actions() for line in anonymous_actions(name, module)] == []
    assert anonymous_actions("x", ast.parse("def close(call): ...\ndef _note(): ...")) == ["x: close"]
    assert anonymous_actions("x", ast.parse("def close(call, by): ...")) == ["x: close"], (
        "by is given by name"
    )


def test_every_app_with_actions_has_rules():
    assert [name for name, _ in actions() if not (PACKAGE / name).with_name("rules.py").exists()] == []


def test_every_address_has_a_rule():
    assert checks.every_url_has_a_rule() == []


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A small site of one's own."""
    module = ModuleType("small_site")
    module.urlpatterns = []
    monkeypatch.setitem(__import__("sys").modules, "small_site", module)
    with override_settings(ROOT_URLCONF="small_site"):
        clear_url_caches()
        yield module
    clear_url_caches()


def test_an_address_without_a_rule_refuses_to_start(addresses: ModuleType):
    def page(request):
        return HttpResponse()

    def other(request):
        return HttpResponse()

    other.verb = "ideas.unheard_of"
    addresses.urlpatterns += [path("page", page), path("other", other)]
    assert [problem.id for problem in checks.every_url_has_a_rule()] == [
        "civicthread.E001",
        "civicthread.E002",
    ]


def test_an_api_operation_without_a_rule_refuses_to_start(addresses: ModuleType):
    from ninja import NinjaAPI

    api = NinjaAPI(urls_namespace="small", docs_url=None, openapi_url=None)

    @api.get("/page")
    def page(request):
        return {}

    @api.post("/page")
    @policy.guard("core.read")
    def guarded(request):
        return {}

    addresses.urlpatterns.append(path("api/", api.urls))
    assert [problem.id for problem in checks.every_url_has_a_rule()] == ["civicthread.E001"]
