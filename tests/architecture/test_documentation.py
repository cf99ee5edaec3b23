"""What an administrator can set or run is explained in docs/operate/."""

import re
from collections.abc import Iterable

import typer

from civicthread.config import cli, env
from tests.architecture.tree import PACKAGE, ROOT

OPERATE = ROOT / "docs" / "operate"
# Set by the program itself for the programs it starts.
INTERNAL = {"DJANGO_SETTINGS_MODULE", "CIVICTHREAD_PARENT"}


def untold(names: Iterable[str], text: str) -> list[str]:
    """Names that a text does not explain: each starts a line of its table, as `NAME` or `NAME ARGUMENT`."""
    told = {
        name
        for row in re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
        for name in re.findall(r"`([\w-]+)", row)
    }
    return [name for name in names if name not in told]


def commands() -> list[str]:
    """The subcommands of `civicthread` and Django's own that we added."""
    group = typer.main.get_command(cli.app)
    added = PACKAGE.glob("*/management/commands/[a-z]*.py")
    return [*group.commands] + [path.stem for path in added]  # type: ignore[attr-defined]


def test_every_setting_is_explained():
    assert untold(env.names(), (OPERATE / "settings.md").read_text(encoding="utf-8")) == []
    assert untold(["PORT", "SPEED"], "| `PORT` | where to listen |") == ["SPEED"]


def test_every_variable_the_program_reads_is_a_setting():
    read = re.compile(r"\bos\.environ(?:\.get\(|\.setdefault\(|\[)\s*\"(\w+)\"")
    found = {
        name for path in PACKAGE.rglob("*.py") for name in read.findall(path.read_text(encoding="utf-8"))
    }
    assert found - INTERNAL - set(env.names()) == set()


def test_every_command_is_explained():
    assert "demo" in commands()
    assert untold(commands(), (OPERATE / "commands.md").read_text(encoding="utf-8")) == []
    assert untold(["demo", "fly"], "| `demo FOLDER` | opens it; do not `fly` |") == ["fly"]


def test_the_handbook_has_an_index_of_all_its_pages_and_every_link_leads_somewhere():
    handbook = ROOT / "docs" / "handbook"
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (handbook / "README.md").read_text()))
    assert linked == {page.name for page in handbook.glob("*.md")} - {"README.md"}
    for page in handbook.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text()):
            assert (handbook / target).exists(), (page.name, target)
