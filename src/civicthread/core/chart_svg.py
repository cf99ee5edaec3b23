"""From the engine's SVG to one that may stand in our pages: small, without style attributes, in the page's colours."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from civicthread.core.chart_theme import VARIABLES

SVG = "{http://www.w3.org/2000/svg}"
NAME = "chart--"
"""Stands before every id of a kept drawing, until a page gives the drawing a name of its own."""

SHAPES = {f"{SVG}{kind}" for kind in ("path", "line", "rect", "circle")}
FORBIDDEN = {f"{SVG}{kind}" for kind in ("script", "foreignObject", "image", "a", "style")}
NEEDLESS = {"font-family", "pointer-events", "role", "version", "display", "cursor"}
DEFAULTS = {
    "opacity": "1",
    "stroke-width": "1",
    "stroke-miterlimit": "10",
    "stroke-opacity": "1",
    "fill-opacity": "1",
}
LONG_NUMBER = re.compile(r"-?\d+\.\d\d+(e-?\d+)?")
REFERENCE = re.compile(r"url\(#([\w-]+)\)")
NAMED_MARKS = re.compile(r"\b(\w+)_marks\b")


class NotAllowed(ValueError):
    """The drawing holds something that no page of ours may show."""


def polished(svg: str, links: Mapping[str, tuple[str, str]]) -> str:
    """The drawing for our pages. A mark whose description is a key of `links` becomes a link: its address, its name."""
    root = ET.fromstring(svg)  # noqa: S314  # drawn by our own child; expat refuses entity bombs
    _clean(root)
    _link(root, links)
    root.attrib = {name: root.attrib[name] for name in ("viewBox", "width", "height")}
    ET.register_namespace("", SVG[1:-1])
    return ET.tostring(root, encoding="unicode").replace(f' xmlns="{SVG[1:-1]}"', "", 1)


def _clean(element: ET.Element) -> None:
    if not element.tag.startswith(SVG) or element.tag in FORBIDDEN:
        raise NotAllowed(element.tag)
    element.attrib = dict(_attributes(element))
    for child in list(element):
        _clean(child)
        if element.tag != f"{SVG}clipPath" and _draws_nothing(child):
            element.remove(child)
        elif child.tag == f"{SVG}g" and not child.attrib and len(child) == 1:
            element[list(element).index(child)] = child[0]


def _draws_nothing(element: ET.Element) -> bool:
    """Empty groups, and the frames that Vega gives each group: they inherit "no fill" and have no line."""
    if element.tag == f"{SVG}g":
        return len(element) == 0
    return element.tag in SHAPES and all(element.get(name, "none") == "none" for name in ("fill", "stroke"))


def _attributes(element: ET.Element) -> list[tuple[str, str]]:
    given = {**_declarations(element.attrib.pop("style", "")), **element.attrib}
    kept = []
    for name, value in given.items():
        if name.startswith("on") or "href" in name:
            raise NotAllowed(name)
        if (
            name in NEEDLESS
            or DEFAULTS.get(name) == value
            or (name.startswith("aria-") and name != "aria-label")
        ):
            continue
        if name == "class":
            marks = NAMED_MARKS.search(value)
            if marks and not marks[1].startswith(("layer_", "marks")):
                kept.append(("class", f"chart-{marks[1].replace('_', '-')}"))
        else:
            kept.append((name, _value(name, value)))
    return kept


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";") if ":" in part)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _value(name: str, value: str) -> str:
    if name in ("fill", "stroke"):
        value = "none" if value == "transparent" else value
        variable = VARIABLES.get(value.lower())
        return f"var({variable})" if variable else value
    if name == "id":
        return NAME + value
    if name == "font-size":
        return value.removesuffix("px")
    return REFERENCE.sub(rf"url(#{NAME}\1)", LONG_NUMBER.sub(_shorter, value))


def _shorter(number: re.Match[str]) -> str:
    """A tenth of a pixel is finer than a screen shows."""
    return f"{round(float(number[0]), 1):g}"


def _link(element: ET.Element, links: Mapping[str, tuple[str, str]]) -> None:
    """Descriptions have told which mark is which; the table beside the drawing tells it to people."""
    for place, child in enumerate(list(element)):
        _link(child, links)
        described = child.attrib.pop("aria-label", "")
        if described in links:
            # The table holds the same links: the keyboard need not pass them twice.
            address, name = links[described]
            link = ET.Element(f"{SVG}a", {"href": address, "tabindex": "-1"})
            # The pointer reads the name, which may not fit on the drawing.
            ET.SubElement(link, f"{SVG}title").text = name
            link.append(child)
            element[place] = link
