"""Third-party browser files: from the npm packages into `static/vendor/`, only what the pages use.

`python -m civicthread.core.frontend` after `npm ci`. The style sheet of Designsystemet loses the rules that
no template can need and the variables that nothing reads, and our own sheets follow it, so that a page loads
one file. The same input always gives the same files.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
DESIGN, THEME, HTMX, FONT = (
    "@digdir/designsystemet-css",
    "@digdir/designsystemet-theme",
    "htmx.org",
    "@fontsource-variable/figtree",
)
# What makes a figure interactive; loaded once a reader asks for it.
VEGA, INTERPRETER = "vega", "vega-interpreter"
LAYERS = {
    "ds.base": ("base", "label"),
    "ds.components": (
        *("link", "button", "input", "field", "fieldset", "validation-message", "error-summary"),
        *("skip-link", "breadcrumbs", "table"),
    ),
}
OWN = (
    "tokens",
    "frame",
    "layout",
    "things",
    "states",
    "parts",
    "figures",
    "charts",
    "dashboard",
    "forms",
    "media",
)
FONTS = {
    "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, "
    "U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
    "latin-ext": "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+1E00-1E9F, U+20A0-20C0",
}
FACE = """@font-face {{ font-family: "Figtree"; font-weight: 300 900; font-display: swap;
src: url("figtree-{subset}.woff2") format("woff2"); unicode-range: {codes}; }}"""


COMMENT = re.compile(r'("[^"]*")|/\*.*?\*/', re.DOTALL)
GROUP = re.compile(r":(is|where|has|not)\(")
CLASS = re.compile(r"\.(ds-[\w-]+)")
ATTRIBUTE = re.compile(r"""\[(data-[\w-]+)(?:=["']?([\w-]+)["']?)?\]""")


class BrowserFilesMissing(Exception):  # says what to do, in one sentence
    """A package that npm should have brought is not there."""


@dataclass(frozen=True)
class Rule:
    """A CSS rule or at-rule: what stands before the braces, and what stands in them."""

    prelude: str
    body: tuple["Rule | str", ...]


Sheet = tuple[Rule | str, ...]


def parse(text: str) -> Sheet:
    """A style sheet as rules and declarations, without comments.

    >>> parse("a { color: red } /* no */ @media print { b { margin: 0 } }")[0]
    Rule(prelude='a', body=('color: red',))
    """
    return tuple(_rules(cut(COMMENT.sub(lambda found: found[1] or "", text), ";{}")))


def cut(text: str, marks: str) -> Iterator[str]:
    """The text cut at marks, which are given too; none counts within quotes or brackets.

    >>> list(cut("a:is(b, c), d", ","))
    ['a:is(b, c)', ',', ' d']
    """
    start = depth = 0
    quoted = ""
    for place, sign in enumerate(text):
        if quoted:
            quoted = "" if sign == quoted else quoted
        elif sign in "\"'":
            quoted = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign in marks and not depth:
            yield text[start:place]
            yield sign
            start = place + 1
    yield text[start:]


def _rules(pieces: Iterator[str]) -> Iterator[Rule | str]:
    for piece, mark in zip(pieces, chain(pieces, [""]), strict=False):
        words = " ".join(piece.split())
        if mark == "{":
            yield Rule(words, tuple(_rules(pieces)))
        elif words:
            yield words
        if mark == "}":
            return


def minified(sheet: Sheet) -> str:
    """The sheet as text, without a space that says nothing."""
    return "".join(_minified_part(part) for part in sheet).replace(";}", "}")


def _minified_part(part: Rule | str) -> str:
    if isinstance(part, Rule):
        return f"{_tight(part.prelude)}{{{minified(part.body)}}}"
    name, _, value = part.partition(":")
    return f"{name}:{_tight(value.strip())};" if value else f"{part};"


def _tight(text: str) -> str:
    return re.sub(r"\s*([,>])\s*", r"\1", text)


def needed_rules(sheet: Sheet, markup: str) -> Sheet:
    """Only the rules whose classes and data attributes occur in the markup.

    >>> needed_rules(parse(".ds-a, .ds-b { x: y } .ds-c { x: y }"), '<p class="ds-b">')
    (Rule(prelude='.ds-b', body=('x: y',)),)
    """
    return tuple(kept for part in sheet if (kept := _needed_part(part, markup)) is not None)


def _needed_part(part: Rule | str, markup: str) -> Rule | str | None:
    if isinstance(part, str) or part.prelude.startswith("@keyframes"):
        return part
    prelude = part.prelude
    if not prelude.startswith("@"):
        prelude = ",".join(one for one in _split(prelude) if _occurs(one, markup))
    body = needed_rules(part.body, markup)
    return Rule(prelude, body) if prelude and body else None


def _split(selectors: str) -> list[str]:
    return [one.strip() for one in cut(selectors, ",") if one != ","]


def _occurs(selector: str, markup: str) -> bool:
    """Whether all that a selector asks for occurs; of a group such as `:is(…)` one alternative must."""
    rest = ""
    while found := GROUP.search(selector):
        inside = _inside(selector[found.end() :])
        if found[1] != "not" and not any(_occurs(one, markup) for one in _split(inside)):
            return False
        rest += selector[: found.start()]
        selector = selector[found.end() + len(inside) + 1 :]
    rest += selector
    attributes = (f'{name}="{value}"' if value else name for name, value in ATTRIBUTE.findall(rest))
    wanted = [*CLASS.findall(rest), *attributes]
    return all(re.search(rf"{re.escape(word)}(?![\w-])", markup) for word in wanted)


def _inside(text: str) -> str:
    """What stands before the bracket that closes one opened earlier."""
    depth = 1
    for place, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if not depth:
            return text[:place]
    raise ValueError(f"A bracket is not closed: {text}")


def without_idle_variables(sheet: Sheet, overridden: Iterable[str] = ()) -> Sheet:
    """The sheet without the custom properties that nothing reads, even indirectly, or that are overridden."""
    dropped = set(overridden)
    while True:
        kept = tuple(_without(sheet, dropped))
        idle = declared(kept) - set(re.findall(r"var\((--[\w-]+)", minified(kept)))
        if not idle:
            return kept
        dropped |= idle


def declared(sheet: Sheet) -> set[str]:
    """The custom properties that a sheet sets."""
    return set(re.findall(r"[{;](--[\w-]+):", minified(sheet)))


def _without(sheet: Sheet, dropped: set[str]) -> Iterator[Rule | str]:
    for part in sheet:
        if isinstance(part, str):
            if part.partition(":")[0].strip() not in dropped:
                yield part
        elif body := tuple(_without(part.body, dropped)):
            yield Rule(part.prelude, body)


def style_sheet(packages: Path, package: Path) -> str:
    """The one style sheet of the site: Designsystemet in its layers, then our own sheets."""
    own = parse("\n".join(_read(package / f"static/civicthread/css/{name}.css") for name in OWN))
    tokens = declared(parse(_read(package / "static/civicthread/css/tokens.css")))
    faces = parse("".join(FACE.format(subset=subset, codes=codes) for subset, codes in FONTS.items()))
    design = needed_rules(_theme(packages) + _components(packages), _markup(package))
    # Our tokens stand in no layer, so they win: what they set need not be sent twice.
    theirs = tuple(_without(design, tokens))
    plain = Rule("@layer ds.civicthread", parse(_read(package / "static/civicthread/css/base.css")))
    # What we say of plain elements gives way to Designsystemet's parts; all else of ours goes before them.
    order = "@layer ds.theme,ds.base,ds.civicthread,ds.components;"
    return order + minified(faces + without_idle_variables((*theirs, plain, *own)))


def _theme(packages: Path) -> Sheet:
    sheet = parse(_read(packages / THEME / "src/themes/designsystemet.css"))
    return tuple(
        Rule(layer.prelude, tuple(rule for rule in layer.body if not _is_light_again(rule)))
        for layer in sheet
        if isinstance(layer, Rule)
    )


def _is_light_again(rule: Rule | str) -> bool:
    # :root is light already; the theme says it a second time for the automatic scheme.
    return isinstance(rule, Rule) and rule.prelude == "@media (prefers-color-scheme: light)"


def _components(packages: Path) -> Sheet:
    folder = packages / DESIGN / "dist/src"
    return tuple(
        Rule(f"@layer {layer}", parse("\n".join(_read(folder / f"{name}.css") for name in names)))
        for layer, names in LAYERS.items()
    )


def _markup(package: Path) -> str:
    """Everything that writes HTML: templates, what is drawn in Python, and scripts."""
    files = [
        *sorted(package.glob("**/templates/**/*.html")),
        package / "core/drawn.py",
        package / "core/templatetags/components.py",
        *sorted(package.glob("static/civicthread/js/*.js")),
    ]
    return "\n".join(_read(file) for file in files)


def _read(file: Path) -> str:
    if not file.is_file():
        raise BrowserFilesMissing(f"{file} is missing: run “npm ci” first.")
    return file.read_text(encoding="utf-8")


def build(packages: Path, package: Path = PACKAGE) -> list[Path]:
    """Write `static/vendor/` from the packages that npm brought; gives the files written."""
    vendor = package / "static/vendor"
    contents = {
        "site.css": style_sheet(packages, package).encode(),
        "htmx.js": _read(packages / HTMX / "dist/htmx.min.js").encode(),
        "vega.js": _read(packages / VEGA / "build/vega.min.js").encode(),
        "vega-interpreter.js": interpreter(packages).encode(),
        "LICENSES.txt": _licences(packages).encode(),
    }
    for subset in FONTS:
        font = packages / FONT / f"files/figtree-{subset}-wght-normal.woff2"
        if not font.is_file():
            raise BrowserFilesMissing(f"{font} is missing: run “npm ci” first.")
        contents[f"figtree-{subset}.woff2"] = font.read_bytes()
    vendor.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (vendor / name).write_bytes(content)
    return [vendor / name for name in contents]


BORROWED = re.compile(r"import (\{[^}]*\}) from 'vega-util';")


def interpreter(packages: Path) -> str:
    """Vega's interpreter of expressions, which needs no `eval`; it takes from Vega what it shares with it."""
    text = _read(packages / INTERPRETER / "build/vega-interpreter.js").partition("//# sourceMappingURL")[0]
    joined, times = BORROWED.subn(r"const \1 = globalThis.vega;", text)
    if times != 1 or re.search(r"^import ", joined, re.MULTILINE):
        raise BrowserFilesMissing(f"{INTERPRETER} needs other modules than before: see core/frontend.py.")
    return joined


def _licences(packages: Path) -> str:
    names = (DESIGN, THEME, HTMX, FONT, VEGA, INTERPRETER)
    return "\n---\n\n".join(f"{name}\n\n{_read(packages / name / 'LICENSE').strip()}\n" for name in names)


def main() -> int:
    try:
        files = build(Path.cwd() / "node_modules")
    except BrowserFilesMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    sys.stdout.write(f"Browser files: {len(files)} in {files[0].parent}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
