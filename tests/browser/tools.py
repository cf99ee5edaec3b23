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
    # No other host is ever reached: it has no address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (rules) => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
    return found.violations.flatMap(({id, help, nodes}) =>
        nodes.map(({html}) => `${id}: ${html.slice(0, 200)} (${help})`));
}"""


# A page's structure, as axe sees it: its elements, their attributes, and where there are words, not which. Names of
# parts are told by the place where the same words stand first, because no two parts may have one name.
SHAPE = """() => {
    const worded = new Set(
        ["aria-label", "alt", "title", "placeholder", "content", "value", "aria-description", "label"]);
    const address = new Set(["href", "src", "srcset", "action", "formaction", "datetime", "data-spec"]);
    const linked = new Set(
        ["id", "for", "aria-describedby", "aria-controls", "aria-owns", "headers", "list", "popovertarget"]);
    const drawn = new Set(["class", "fill", "role", "id", "href", "tabindex"]);
    const spoken = new Set(["fr", "nl", "en"]);
    const first = new Map();
    const place = words => {
        if (!words.trim()) return 0;
        if (!first.has(words)) first.set(words, first.size + 1);
        return first.get(words);
    };
    // Which language a page or a part of it is in is looked at elsewhere; which of several is chosen changes nothing.
    const silent = (element, {name, value}) => name === "selected"
        || (name === "aria-current" && element.hasAttribute("hreflang"))
        || ((name === "lang" || name === "hreflang") && spoken.has(value))
        || (element.ownerSVGElement && !drawn.has(name) && !name.startsWith("aria"));
    const told = (element, {name, value}) => {
        if (worded.has(name) || (name.startsWith("data-") && value.includes(" "))) return place(value);
        if (linked.has(name)) return value.split(" ").map(place);
        if (name === "aria-labelledby") {
            const names = value.split(" ").map(id => document.getElementById(id)?.textContent ?? "");
            return [value.split(" ").map(place), place(names.join(" "))];
        }
        if (address.has(name) || value.startsWith("/")) return value.startsWith("#") ? value : Boolean(value);
        return value;
    };
    const shape = element => [
        element.localName,
        [...element.attributes].filter(one => !silent(element, one)).map(one => [one.name, told(element, one)]),
        element.localName === "text" ? 1 : [...element.childNodes].map(node =>
            node.nodeType === 1 ? shape(node) : node.nodeType === 3 && node.data.trim() ? 1 : 0).filter(Boolean),
    ];
    return JSON.stringify(shape(document.documentElement));
}"""
_known: set[tuple[int, int]] = set()


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


def new_violations(page: Page, width: int) -> list[str]:
    """The same, at a width, unless a page of this very structure had none: other words break no rule of it.

    So a page is looked at once where its languages differ by their words only.
    """
    shape: str = page.evaluate(SHAPE)
    key = (width, hash(shape))
    if key in _known:
        return []
    found = violations(page)
    if not found:
        _known.add(key)
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
