"""What the chart child runs: a Vega-Lite spec becomes SVG text. Nothing of Django is known here."""

import resource
from typing import Any

# The engine reserves tens of gigabytes of addresses that it never uses, so a limit on addresses cannot hold its
# real memory. This one counts what it may write to: about 600 MB of it stand ready after the first chart, of
# which 90 MB are in use.
WRITABLE_BYTES = 1 << 30
SMALLEST = {
    "data": {"values": [{"v": 1}]},
    "mark": "bar",
    "encoding": {"x": {"field": "v", "type": "quantitative"}},
}


def warm() -> None:
    """Limit the memory, then draw once: the first chart costs a second, the next ones milliseconds."""
    resource.setrlimit(resource.RLIMIT_DATA, (WRITABLE_BYTES, WRITABLE_BYTES))
    svg(SMALLEST, {}, {})


def svg(spec: dict[str, Any], number_locale: dict[str, Any], time_locale: dict[str, Any]) -> str:
    """The drawing as SVG text. Nothing is fetched from anywhere; a spec that cannot be drawn raises ValueError."""
    import vl_convert  # noqa: PLC0415  # after the limit stands

    drawn: str = vl_convert.vegalite_to_svg(
        spec,
        allowed_base_urls=[],
        format_locale=number_locale or None,
        time_format_locale=time_locale or None,
    )
    return drawn


def vega(spec: dict[str, Any]) -> dict[str, Any]:
    """The same spec in Vega's own, longer words: what the browser's Vega draws."""
    import vl_convert  # noqa: PLC0415  # after the limit stands

    compiled: dict[str, Any] = vl_convert.vegalite_to_vega(spec)
    return compiled
