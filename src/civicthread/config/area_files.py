"""The areas of a city in a GeoJSON file, read before anything is made."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from civicthread.config.speech import Unusable
from civicthread.config.speech import gettext as _
from civicthread.territory import boundaries

# What an address can hold, and a column.
CODE = re.compile(r"[A-Za-z0-9_-]{1,12}")

Feature = dict[str, Any]


def read(path: Path, languages: Sequence[str]) -> list[Feature]:
    """The areas in a GeoJSON file: each feature has a polygon, a `code` and a `name` (or `name_fr`, `name_nl` …)."""
    try:
        features = list(json.loads(path.read_text(encoding="utf-8"))["features"])
        codes: set[str] = set()
        for number, feature in enumerate(features, start=1):
            if mistake := _mistake(feature, codes, languages):
                told = _("%(path)s, feature %(number)s: %(mistake)s")
                raise Unusable(told % {"path": path, "number": number, "mistake": mistake})
    except OSError as fault:
        told = _("%(path)s cannot be read (%(reason)s).")
        raise Unusable(told % {"path": path, "reason": fault.strerror}) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        told = _("%(path)s is not a GeoJSON FeatureCollection in UTF-8.")
        raise Unusable(told % {"path": path}) from None
    if not features:
        told = _("%(path)s holds no area; a city may begin without areas.")
        raise Unusable(told % {"path": path})
    return features


def _mistake(feature: Feature, codes: set[str], languages: Sequence[str]) -> str:
    """What keeps a feature from being an area, given the codes of those before it; nothing where it is one."""
    properties, geometry = feature["properties"] or {}, feature["geometry"] or {}
    code = str(properties.get("code") or "")
    if geometry.get("type") not in boundaries.KINDS:
        return _("an area needs a boundary, a Polygon or a MultiPolygon.")
    if not code or not names(properties, languages):
        ways = ", ".join(["name", *(f"name_{language}" for language in languages)])
        return _("an area needs a property “code” and one for its name (%(ways)s).") % {"ways": ways}
    if not CODE.fullmatch(code):
        return _("a code has at most 12 letters, digits and hyphens, not “%(code)s”.") % {"code": code}
    if code in codes:
        return _("another area has the code “%(code)s” already; each needs its own.") % {"code": code}
    codes.add(code)
    try:
        boundaries.cleaned(geometry)
    except boundaries.UnusableBoundary as mistake:
        return _(str(mistake))
    return ""


def names(properties: dict[str, Any], languages: Sequence[str]) -> dict[str, str]:
    """What an area is called in each language of the city that has a name for it; one name serves all."""
    told = {language: str(properties.get(f"name_{language}") or "").strip() for language in languages}
    if any(told.values()):
        return {language: name for language, name in told.items() if name}
    name = str(properties.get("name") or "").strip()
    return dict.fromkeys(languages, name) if name else {}
