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
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
# Chromium as root needs no sandbox of its own; without the others it calls home.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
    ),
    # A page lives for a second: what is optimised for a second use is thrown away with it. To compile each function
    # once, simply, in the thread that calls it, saves a seventh of what a visit costs the processor.
    "--js-flags=--no-opt --no-maglev --always-sparkplug --single-threaded",
    # No other host is ever reached: it has no address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (rules) => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
    return found.violations.flatMap(({id, help, nodes}) =>
        nodes.map(({html}) => `${id}: ${html.slice(0, 200)} (${help})`));
}"""


# A page's structure, as axe sees it: its elements, their attributes, and where there are words, not which. Whether
# parts have the same name is told, because no two may; what refers to what is told by the kind of what it means. Cards
# and rows stand in the order of their titles, which differs by language, and some have a part that others lack: each
# kind is told once, and the order of headings for itself.
SHAPE = """() => {
    const worded = new Set(
        ["aria-label", "alt", "title", "placeholder", "content", "value", "aria-description", "label"]);
    const address = new Set(["href", "src", "srcset", "action", "formaction", "datetime", "data-spec"]);
    const linked = new Set(["for", "aria-describedby", "aria-controls", "aria-owns", "headers", "list", "popovertarget",
        "aria-labelledby"]);
    const drawn = new Set(["class", "fill", "role", "id", "href", "tabindex"]);
    const spoken = new Set(["fr", "nl", "en"]);
    const repeated = new Set(["article", "li", "option", "tr"]);
    const every = [...document.querySelectorAll("*")];
    const names = new Map(), meant = new Map();
    const note = (many, key, what) => many.set(key, [...(many.get(key) ?? []), what]);
    const labels = element => element.getAttribute("aria-labelledby").split(" ")
        .map(id => document.getElementById(id)?.textContent ?? "").join(" ");
    const isWords = ({name, value}) => worded.has(name) || (name.startsWith("data-") && value.includes(" "));
    for (const element of every) for (const one of element.attributes) {
        if (isWords(one)) note(names, one.value, one.name);
        if (one.name === "aria-labelledby") note(names, labels(element), one.name);
        if (linked.has(one.name)) one.value.split(" ").forEach(id => note(meant, id, one.name));
        if (one.name === "href" && one.value.startsWith("#")) note(meant, one.value.slice(1), one.name);
    }
    const shared = [...names.keys()].filter(words => names.get(words).length > 1);
    const place = words => words.trim() ? 1 + shared.indexOf(words) || 1e9 : 0;
    const kind = id => {
        const found = document.getElementById(id);
        return found ? [found.localName, found.type ?? "", Boolean(found.textContent.trim())] : 0;
    };
    // Which language a page or a part of it is in is looked at elsewhere; which of several is chosen changes nothing.
    const silent = (element, {name, value}) => name === "selected"
        || (name === "aria-current" && element.hasAttribute("hreflang"))
        || ((name === "lang" || name === "hreflang") && spoken.has(value))
        || (element.closest("svg") && !drawn.has(name) && !name.startsWith("aria"));
    const told = (element, one) => {
        const {name, value} = one;
        if (name === "value" && (element.type === "hidden" || element.localName === "option")) return 1;
        if (isWords(one)) return place(value);
        if (name === "id") return [every.filter(({id}) => id === value).length, [...(meant.get(value) ?? [])].sort()];
        if (name === "aria-labelledby") return [value.split(" ").map(kind), place(labels(element))];
        if (linked.has(name)) return value.split(" ").map(kind);
        if (name === "href" && value.startsWith("#")) return kind(value.slice(1)) || value;
        if (address.has(name) || value.startsWith("/")) return Boolean(value);
        return value;
    };
    const once = shapes => [...new Map(shapes.map(one => [JSON.stringify(one), one])).entries()]
        .sort(([one], [other]) => one < other ? -1 : 1).map(([, one]) => one);
    const inside = element => {
        const found = [...element.childNodes].map(node =>
            node.nodeType === 1 ? [node.localName, shape(node)]
            : node.nodeType === 3 && node.data.trim() ? ["", 1] : 0).filter(Boolean);
        if (element.closest("svg")) return once(found);
        const runs = [];
        for (const [name, one] of found) {
            if (repeated.has(name) && runs.at(-1)?.[0] === name) runs.at(-1)[1].push(one);
            else runs.push([name, [one]]);
        }
        return runs.map(([, shapes]) => once(shapes));
    };
    const shape = element => [
        element.localName,
        [...element.attributes].filter(one => !silent(element, one)).map(one => [one.name, told(element, one)]),
        element.localName === "text" ? 1 : inside(element),
    ];
    const level = one => one.localName.slice(1) + (one.closest("[hidden]") ? "hidden" : "");
    const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading]")].map(level);
    const changes = headings.filter((one, number) => one !== headings[number - 1]);
    return JSON.stringify([shape(document.documentElement), changes]);
}"""
_known: set[tuple[int, int]] = set()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window: the shell made for that, which needs a fifth less work, or the whole."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
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


def shape_of(page: Page) -> int:
    """A page's structure; no width changes it."""
    return hash(page.evaluate(SHAPE))


def new_violations(page: Page, width: int, shape: int) -> list[str]:
    """The same, at a width, unless a page of this very structure had none: other words break no rule of it.

    So a page is looked at once where its languages differ by their words only.
    """
    key = (width, shape)
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
