"""The source tree as the house rules look at it."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "civicthread"


@cache
def levels() -> dict[str, int]:
    """How high each app stands: the ladder that import-linter keeps, core at 0."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "ladder")
    return {
        app.strip(" ()"): level for level, layer in enumerate(reversed(layers)) for app in layer.split("|")
    }


@cache
def apps() -> tuple[str, ...]:
    """The apps that exist."""
    return tuple(sorted(path.parent.name for path in PACKAGE.glob("*/apps.py")))


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the program; migrations are written by Django."""
    return tuple(sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts))


@cache
def templates() -> tuple[Path, ...]:
    """Every template: what stands below a folder called templates."""
    return tuple(
        sorted(
            path
            for path in PACKAGE.rglob("*")
            if "templates" in path.parts and path.suffix in {".html", ".txt", ".xml"} and path.is_file()
        )
    )


def name_of(path: Path) -> str:
    """A file as messages name it."""
    return str(path.relative_to(PACKAGE)) if path.is_relative_to(PACKAGE) else path.name


def template_name(path: Path) -> str:
    """A template as code names it."""
    parts = path.relative_to(PACKAGE).parts
    return "/".join(parts[parts.index("templates") + 1 :])


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


@dataclass(frozen=True)
class Function:
    """A function or method of a module."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    method: bool

    @property
    def length(self) -> int:
        return (self.node.end_lineno or 0) - self.node.lineno + 1

    @property
    def positional(self) -> list[str]:
        names = [argument.arg for argument in (*self.node.args.posonlyargs, *self.node.args.args)]
        return names[1:] if self.method and names[:1] in (["self"], ["cls"]) else names

    @property
    def keywords(self) -> list[str]:
        return [argument.arg for argument in self.node.args.kwonlyargs]


def functions(module: ast.Module) -> Iterator[Function]:
    """All functions of a module, those of classes and those inside functions too."""
    for node in ast.walk(module):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Function(child.name, child, isinstance(node, ast.ClassDef))
