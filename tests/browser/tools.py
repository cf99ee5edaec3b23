"""Debian's Chromium, axe and html-validate, as the browser tests use them."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Chromium as root needs no sandbox of its own; without the others it calls home.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
    ),
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (rules) => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
    return found.violations.flatMap(({id, help, nodes}) =>
        nodes.map(({html}) => `${id}: ${html.slice(0, 200)} (${help})`));
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "Chromium is missing: run `make test`, or set CHROMIUM."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


def come_in(context: BrowserContext, client: Client, url: str) -> None:
    """Let a browser be who this client is: someone who signed in, or nobody."""
    context.clear_cookies()
    context.add_cookies([{"name": c.key, "value": c.value, "url": url} for c in client.cookies.values()])


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, at its present size."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(RUN_AXE, RULES)
    return found


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


class Validator:
    """html-validate, started once."""

    def __init__(self) -> None:
        node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
        program = [node, str(Path(__file__).with_name("validate.mjs"))]
        self._running = subprocess.Popen(
            program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def problems(self, name: str, html: str) -> list[str]:
        """What the HTML standard and the rules of accessibility find wrong with a page's source."""
        assert self._running.stdin
        assert self._running.stdout
        self._running.stdin.write(json.dumps({"name": name, "html": html}) + "\n")
        self._running.stdin.flush()
        found: Any = json.loads(self._running.stdout.readline())
        return list(found)

    def close(self) -> None:
        self._running.communicate()
