"""An empty city of one's own."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from civicthread.config import city, env
from civicthread.config.speech import gettext as _
from civicthread.config.starting import start_django
from civicthread.territory import boundaries

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# What an address can hold, and a column.
CODE = re.compile(r"[A-Za-z0-9_-]{1,12}")


class Unusable(Exception):  # told to the administrator as one sentence
    """The city cannot be made from what was given."""


def create(
    *, name: str, languages: Sequence[str], required: Sequence[str], administrator: str, areas: Path | None
) -> str:
    """Make the records of a new city; the address at which its administrator chooses a password."""
    if not ADDRESS.fullmatch(administrator):
        raise Unusable(_("“%(text)s” is not an e-mail address.") % {"text": administrator})
    features = _features(areas) if areas else []
    data_dir = env.read().data_dir
    if (data_dir / "city.toml").exists():
        told = _("%(folder)s holds a city already; choose another folder with DATA_DIR.")
        raise Unusable(told % {"folder": data_dir})
    made = _city(name, languages, required)
    city.write(made, data_dir)
    try:
        start_django()
        return _fill(features, administrator)
    except BaseException:
        (data_dir / "city.toml").unlink()
        raise


def _city(name: str, languages: Sequence[str], required: Sequence[str]) -> city.City:
    values = {
        "name": dict.fromkeys(languages, name),
        "languages": languages,
        "required": required or languages,
    }
    try:
        return city.from_mapping(values)
    except ValueError as mistake:
        raise Unusable(str(mistake)) from None


def _features(path: Path) -> list[dict[str, Any]]:
    """The areas in a GeoJSON file: each feature has a polygon, a `code` and a `name` (or `name_fr`, `name_nl` …)."""
    try:
        features = list(json.loads(path.read_text(encoding="utf-8"))["features"])
        codes: set[str] = set()
        for number, feature in enumerate(features, start=1):
            if mistake := _mistake(feature, codes):
                told = _("%(path)s, feature %(number)s: %(mistake)s")
                raise Unusable(told % {"path": path, "number": number, "mistake": mistake})
    except OSError as fault:
        told = _("%(path)s cannot be read (%(reason)s).")
        raise Unusable(told % {"path": path, "reason": fault.strerror}) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        told = _("%(path)s is not a GeoJSON FeatureCollection in UTF-8.")
        raise Unusable(told % {"path": path}) from None
    return features


def _mistake(feature: dict[str, Any], codes: set[str]) -> str:
    """What keeps a feature from being an area, given the codes of those before it; nothing where it is one."""
    properties, geometry = feature["properties"] or {}, feature["geometry"] or {}
    code = str(properties.get("code") or "")
    if geometry.get("type") not in boundaries.KINDS or not code or not _names(properties):
        return _("an area needs a polygon, a code and a name.")
    if not CODE.fullmatch(code):
        return _("a code has at most 12 letters, digits and hyphens, not “%(code)s”.") % {"code": code}
    if code in codes:
        return _("another area has the code “%(code)s” already.") % {"code": code}
    codes.add(code)
    try:
        boundaries.cleaned(geometry)
    except boundaries.UnusableBoundary as mistake:
        return _(str(mistake))
    return ""


def _names(properties: dict[str, Any]) -> dict[str, str]:
    named = {key[5:]: str(value) for key, value in properties.items() if key.startswith("name_") and value}
    return named or ({"": str(properties["name"])} if properties.get("name") else {})


def _fill(features: list[dict[str, Any]], administrator: str) -> str:
    # Django is up only now, so what needs it is imported only now.
    from django.conf import settings  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from civicthread.accounts import actions as accounts  # noqa: PLC0415
    from civicthread.config import installation  # noqa: PLC0415
    from civicthread.core import journal  # noqa: PLC0415
    from civicthread.territory import actions as territory  # noqa: PLC0415
    from civicthread.territory.models import Area  # noqa: PLC0415

    try:
        installation.find_lake()
    except installation.NoLake as mistake:
        raise Unusable(str(mistake)) from None
    installation.make_folders()
    installation.migrate()
    installation.collect_static()
    by = journal.system()
    with transaction.atomic():
        for feature in features:
            names = _names(feature["properties"])
            name = dict.fromkeys(settings.CITY.languages, names[""]) if "" in names else names
            values = {"level": Area.Level.MUNICIPALITY, "name": name, "boundary": feature["geometry"]}
            territory.save_area(Area(code=str(feature["properties"]["code"])), values, by=by)
        return accounts.invite_administrator(administrator, by=by)
