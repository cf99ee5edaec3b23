"""PDF and XLSX files: made of our own pages and tables in a warm, limited child, never in a web worker.

    documents.pdf(render_to_string("dashboard/report.html", facts), style=…, owner="…")
    documents.workbook([Sheet("Figures", ["Code", "Value"], rows)], title="…")

A document that cannot be made just now is refused in one clear sentence, which says whether to try again.
"""

import base64
import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.children.pool import ChildError, ChildTimeout, Pool, Queue, QueueFull
from civicthread.core.chart_theme import VARIABLES
from civicthread.core.errors import Busy, Refused
from civicthread.core.shelf import Shelf

logger = logging.getLogger(__name__)

CHILD: Final = "civicthread.core.documents_child"
MEMORY: Final = 2 << 30
SECONDS: Final = 60.0
QUEUE: Final = Queue(longest=8, per_owner=2, patience=20.0)
POOL: Final = Pool(CHILD, memory_bytes=MEMORY, warm=f"{CHILD}:warm", queue=QUEUE)
SHELF: Final = Shelf("documents", most_bytes=100_000_000)
EDITION: Final = 1
"""Raised when the child changes what a page looks like on paper: documents kept before are not given again."""
SVG: Final = "http://www.w3.org/2000/svg"
VARIABLE: Final = re.compile(r"var\((--[\w-]+)\)")
COLOURS: Final = {variable: colour for colour, variable in VARIABLES.items()}
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its name, its headings, its rows of numbers and texts."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


def pdf(html: str, *, style: str = "", owner: str = "") -> bytes:
    """A whole page (with its title and language) as a tagged PDF; its pictures are data addresses.

    Fifty pages take seconds: a report whose figures did not change since is given as it was made.
    """
    page, look = html.encode(), style.encode()
    told = b"\0".join([b"%d" % EDITION, look, page])
    name = f"{hashlib.sha256(told).hexdigest()}.pdf"
    made = SHELF.read(name)
    if not made:
        made = _made("pdf", page, look, owner=owner)
        SHELF.write(name, made)
    return made


def workbook(sheets: Sequence[Sheet], *, title: str, owner: str = "") -> bytes:
    """The sheets as XLSX."""
    told = [(sheet.name, list(sheet.headings), [list(row) for row in sheet.rows]) for sheet in sheets]
    return _made("workbook", told, title, timezone.now().replace(tzinfo=None).isoformat(), owner=owner)


def picture(svg: str) -> str:
    """A drawing of `core.charts` as a data address: with its own colours, since a page's variables do not reach it."""
    root = ET.fromstring(VARIABLE.sub(_colour, svg))  # noqa: S314  # drawn by our own child
    for parent in root.iter():
        for child in [child for child in parent if child.get("class") == "chart-names-narrow"]:
            parent.remove(child)
    root.set("xmlns", SVG)
    root.set("font-family", "Figtree")
    return f"data:image/svg+xml;base64,{base64.b64encode(ET.tostring(root)).decode()}"


def _colour(found: re.Match[str]) -> str:
    return COLOURS.get(found[1], "currentColor")


def _made(function: str, *given: Any, owner: str) -> bytes:
    try:
        made: bytes = POOL.call(f"{CHILD}:{function}", *given, timeout=SECONDS, owner=owner)
    except QueueFull:
        raise Busy("busy", _("Other documents are being made just now. Try again in a minute.")) from None
    except ChildTimeout:
        raise Refused("too-long", _("This document is too long to be made. Choose fewer figures.")) from None
    except ChildError:
        logger.exception("a document could not be made")
        raise Refused(
            "not-made", _("This document could not be made. Its figures stand on the page.")
        ) from None
    return made
