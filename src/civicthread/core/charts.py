"""Charts: a Vega-Lite spec becomes an SVG drawing for the page, in the reader's language and the page's colours.

    {"svg": charts.draw(chart_specs.line(course), name="lamps", title=_("Lamps that adapt"))}

Drawn in a warm child that may be killed, then kept in memory and on disk: the same spec is never drawn twice. A
chart that cannot be drawn is one sentence on the page; its table stands beside it all the same.

After a click the browser makes the same spec interactive: `explored` gives it what Vega needs for that.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from civicthread.children.pool import ChildError, Pool, Queue
from civicthread.core import chart_svg, chart_theme
from civicthread.core.shelf import Shelf

logger = logging.getLogger(__name__)

CHILD = "civicthread.core.charts_child"
# Addresses the engine reserves; what it may really use is limited in the child.
ADDRESSES = 96 << 30
SECONDS = 5.0
POOL = Pool(CHILD, memory_bytes=ADDRESSES, warm=f"{CHILD}:warm", queue=Queue(patience=10.0))
SILENCE = 30
"""Seconds until a chart that failed is tried again, so that a page does not wait for it at every reading."""

SHELF = Shelf("charts", most_bytes=50_000_000)

EDITION = 2
"""Raised when `chart_svg` or the engine changes what a spec looks like: drawings kept before are not used again."""


def draw(
    spec: Mapping[str, Any],
    *,
    name: str,
    title: str | Promise,
    description: str | Promise = "",
    links: Mapping[str, tuple[str, str]] | None = None,
) -> SafeString:
    """The drawing, with `name` (unique on the page) before its ids.

    A mark whose description channel gives a key of `links` (address and name) becomes a link for the pointer. Such a
    drawing is hidden from screen readers, because its links must stand in the table beside it; any other is one image
    with its title and description.
    """
    order = _order(spec, links or {})
    svg = _drawing(order)
    if not svg:
        sentence = gettext("This figure could not be drawn just now. Its table holds the same values.")
        return format_html('<p class="figure-missing">{}</p>', sentence)
    opening, _, rest = svg.partition(">")
    told, words = (' aria-hidden="true"', "") if links else _words(name, title, description)
    # A map of links is interactive as it is; a drawing in its place would lose them.
    told += "" if links else format_html(' data-spec="{}"', reverse("core:chart", args=[_key(order)]))
    named = rest.replace(chart_svg.NAME, f"{name}-")
    return mark_safe(f'{opening} class="chart"{told}>{words}{named}')  # noqa: S308  # polished, words escaped


def explored(key: str) -> dict[str, Any] | None:
    """What the browser needs to draw a chart that a page showed, so that one can ask it for its values.

    The key is made from all that the chart holds: who can name it has seen it already, so no more is asked. None:
    no such chart is kept.
    """
    order = SHELF.read(f"{key}.json")
    if not order:
        return None
    _, language, spec, _ = json.loads(order)
    try:
        vega = POOL.call(f"{CHILD}:vega", spec, timeout=SECONDS)
    except ChildError:
        logger.exception("a chart could not be made ready for exploring")
        return None
    locales = {"number": chart_theme.number_locale(language), "time": chart_theme.time_locale(language)}
    return {"spec": chart_theme.in_page_colours(vega), **locales}


def _words(name: str, title: str | Promise, description: str | Promise) -> tuple[str, str]:
    """The attributes and the words that make the drawing one image which says what it shows."""
    words = format_html('<title id="{}-title">{}</title>', name, title)
    if description:
        words += format_html('<desc id="{}-desc">{}</desc>', name, description)
    ids = f"{name}-title {name}-desc" if description else f"{name}-title"
    return format_html(' role="img" aria-labelledby="{}"', ids), words


def _order(spec: Mapping[str, Any], links: Mapping[str, tuple[str, str]]) -> str:
    """Everything the drawing depends on, as text."""
    whole = {"config": chart_theme.CONFIG, **spec}
    language = get_language() or settings.LANGUAGE_CODE
    return json.dumps([EDITION, language, whole, links], sort_keys=True, separators=(",", ":"))


def _key(order: str) -> str:
    return hashlib.sha256(order.encode()).hexdigest()


def _drawing(order: str) -> str:
    """The drawing from memory, from disk, or new; empty when it cannot be drawn."""
    key = _key(order)
    kept: str | None = caches["local"].get(f"chart-{key}")
    if kept is not None:
        return kept
    svg = SHELF.read(f"{key}.svg").decode()
    if not svg:
        svg = _draw(order)
        if svg:
            SHELF.write(f"{key}.json", order.encode())
            SHELF.write(f"{key}.svg", svg.encode())
    caches["local"].set(f"chart-{key}", svg, None if svg else SILENCE)
    return svg


def _draw(order: str) -> str:
    _, language, spec, links = json.loads(order)
    locales = chart_theme.number_locale(language), chart_theme.time_locale(language)
    try:
        return chart_svg.polished(POOL.call(f"{CHILD}:svg", spec, *locales, timeout=SECONDS), links)
    except (ChildError, chart_svg.NotAllowed):
        logger.exception("a chart could not be drawn")
        return ""
