"""Charts: a Vega-Lite spec becomes an SVG drawing for the page, in the reader's language and the page's colours.

    {"svg": charts.draw(chart_specs.line(course), name="lamps", title=_("Lamps that adapt"))}

Drawn in a warm child that may be killed, then kept in memory and on disk: the same spec is never drawn twice. A
chart that cannot be drawn is one sentence on the page; its table stands beside it all the same.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from civicthread.children.pool import ChildError, Pool, Queue
from civicthread.core import chart_svg, chart_theme

logger = logging.getLogger(__name__)

CHILD = "civicthread.core.charts_child"
# Addresses the engine reserves; what it may really use is limited in the child.
ADDRESSES = 96 << 30
SECONDS = 5.0
PATIENCE = 10.0
SILENCE = 30
"""Seconds until a chart that failed is tried again, so that a page does not wait for it at every reading."""

MOST_BYTES = 50_000_000
"""What the drawings on disk may take together; the longest unread go first."""

EDITION = 1
"""Raised when `chart_svg` or the engine changes what a spec looks like: drawings kept before are not used again."""


def draw(
    spec: Mapping[str, Any],
    *,
    name: str,
    title: str | Promise,
    description: str | Promise = "",
    links: Mapping[str, str] | None = None,
) -> SafeString:
    """The drawing, with `name` (unique on the page) before its ids.

    A mark whose description channel gives a key of `links` becomes a link for the pointer. Such a drawing is hidden
    from screen readers, because its links must stand in the table beside it; any other is one image with its title
    and description.
    """
    svg = _drawing(_order(spec, links or {}))
    if not svg:
        sentence = gettext("This figure could not be drawn just now. Its table holds the same values.")
        return format_html('<p class="figure-missing">{}</p>', sentence)
    opening, _, rest = svg.partition(">")
    told, words = (' aria-hidden="true"', "") if links else _words(name, title, description)
    named = rest.replace(chart_svg.NAME, f"{name}-")
    return mark_safe(f'{opening} class="chart"{told}>{words}{named}')  # noqa: S308  # polished, words escaped


def start() -> None:
    """Warm the child up before the first reader comes."""
    _pool().start()


def _words(name: str, title: str | Promise, description: str | Promise) -> tuple[str, str]:
    """The attributes and the words that make the drawing one image which says what it shows."""
    words = format_html('<title id="{}-title">{}</title>', name, title)
    if description:
        words += format_html('<desc id="{}-desc">{}</desc>', name, description)
    ids = f"{name}-title {name}-desc" if description else f"{name}-title"
    return format_html(' role="img" aria-labelledby="{}"', ids), words


def _order(spec: Mapping[str, Any], links: Mapping[str, str]) -> str:
    """Everything the drawing depends on, as text."""
    whole = {"config": chart_theme.CONFIG, **spec}
    language = get_language() or settings.LANGUAGE_CODE
    return json.dumps([EDITION, language, whole, links], sort_keys=True, separators=(",", ":"))


def _drawing(order: str) -> str:
    """The drawing from memory, from disk, or new; empty when it cannot be drawn."""
    key = hashlib.sha256(order.encode()).hexdigest()
    kept: str | None = caches["local"].get(f"chart-{key}")
    if kept is not None:
        return kept
    svg = _read(key)
    if not svg:
        svg = _draw(order)
        _write(key, svg)
    caches["local"].set(f"chart-{key}", svg, None if svg else SILENCE)
    return svg


def _draw(order: str) -> str:
    _, language, spec, links = json.loads(order)
    locales = chart_theme.number_locale(language), chart_theme.time_locale(language)
    try:
        return chart_svg.polished(_pool().call(f"{CHILD}:svg", spec, *locales, timeout=SECONDS), links)
    except (ChildError, chart_svg.NotAllowed):
        logger.exception("a chart could not be drawn")
        return ""


@cache
def _pool() -> Pool:
    return Pool(CHILD, memory_bytes=ADDRESSES, warm=f"{CHILD}:warm", queue=Queue(patience=PATIENCE))


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "charts"


def _read(key: str) -> str:
    path = _folder() / f"{key}.svg"
    try:
        svg = path.read_text(encoding="utf-8")
        os.utime(path)
    except OSError:
        return ""
    return svg


def _write(key: str, svg: str) -> None:
    """Keep a drawing, whole or not at all. A full disk costs time at the next reading, not the page."""
    if not svg:
        return
    try:
        _folder().mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=_folder(), suffix=".new", encoding="utf-8", delete=False) as file:
            file.write(svg)
        Path(file.name).replace(_folder() / f"{key}.svg")
        _forget_oldest()
    except OSError:
        logger.exception("a chart could not be kept on disk")


def _forget_oldest() -> None:
    kept = sorted(_kept(), key=lambda found: -found[0].st_mtime)
    total = 0
    for status, path in kept:
        total += status.st_size
        if total > MOST_BYTES:
            path.unlink(missing_ok=True)


def _kept() -> Iterator[tuple[os.stat_result, Path]]:
    for entry in os.scandir(_folder()):
        try:
            yield entry.stat(), Path(entry.path)
        except FileNotFoundError:
            continue
