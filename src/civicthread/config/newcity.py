"""An empty city of one's own."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from civicthread.config import city, env, holding
from civicthread.config.speech import Unusable
from civicthread.config.speech import gettext as _
from civicthread.config.starting import start_django
from civicthread.territory import boundaries

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# What an address can hold, and a column.
CODE = re.compile(r"[A-Za-z0-9_-]{1,12}")


def create(
    *, name: str, languages: Sequence[str], required: Sequence[str], administrator: str, areas: Path | None
) -> str:
    """Make the records of a new city, whole or not at all; where its administrator chooses a password."""
    if not name:
        raise Unusable(_("A city needs a name: give it with --name."))
    if not ADDRESS.fullmatch(administrator):
        raise Unusable(_("“%(text)s” is not an e-mail address.") % {"text": administrator})
    wanted = _city(name, languages, required)
    features = _features(areas, wanted.languages) if areas else []
    data_dir = env.data_folder()
    if city.stands_in(data_dir):
        told = _("%(folder)s holds a city already; choose another folder with DATA_DIR.")
        raise Unusable(told % {"folder": data_dir})
    holding.require_city(env.read().data_dir, alone=True)
    city.foresee(wanted)
    start_django()
    link = _fill(features, administrator)
    # Last: where its file is, all else of a city is there. One that was cut short is begun again.
    city.write(wanted, data_dir)
    return link


def next_step() -> str:
    """What whoever made a city does next."""
    given = [name for name in env.names() if os.environ.get(name) and name != "DATA_DIR"]
    told = [_("Start it with: %(command)s") % {"command": env.command("serve")}]
    if given:
        told.append(_("Give it the same %(settings)s.") % {"settings": ", ".join(given)})
    if "BASE_URL" not in given:
        address = _(
            "Addresses begin with %(address)s until BASE_URL names the one that people use; "
            "the rest of the address above stays as it is."
        )
        told.append(address % {"address": env.read().base_url})
    return "\n".join(told)


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


def _features(path: Path, languages: Sequence[str]) -> list[dict[str, Any]]:
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
        told = _("%(path)s holds no area; leave --areas out to begin without areas.")
        raise Unusable(told % {"path": path})
    return features


def _mistake(feature: dict[str, Any], codes: set[str], languages: Sequence[str]) -> str:
    """What keeps a feature from being an area, given the codes of those before it; nothing where it is one."""
    properties, geometry = feature["properties"] or {}, feature["geometry"] or {}
    code = str(properties.get("code") or "")
    if geometry.get("type") not in boundaries.KINDS:
        return _("an area needs a boundary, a Polygon or a MultiPolygon.")
    if not code or not _names(properties, languages):
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


def _names(properties: dict[str, Any], languages: Sequence[str]) -> dict[str, str]:
    """What an area is called in each language of the city that has a name for it; one name serves all."""
    told = {language: str(properties.get(f"name_{language}") or "").strip() for language in languages}
    if any(told.values()):
        return {language: name for language, name in told.items() if name}
    name = str(properties.get("name") or "").strip()
    return dict.fromkeys(languages, name) if name else {}


def _fill(features: list[dict[str, Any]], administrator: str) -> str:
    # Django is up only now, so what needs it is imported only now.
    from django.conf import settings  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from civicthread.accounts import actions as accounts  # noqa: PLC0415
    from civicthread.config import installation  # noqa: PLC0415
    from civicthread.core import journal  # noqa: PLC0415
    from civicthread.core.models import JournalEntry  # noqa: PLC0415
    from civicthread.territory import actions as territory  # noqa: PLC0415
    from civicthread.territory.models import Area  # noqa: PLC0415

    installation.find_lake()
    if installation.has_records() and JournalEntry.objects.exists():
        told = _(
            "The database %(name)s holds a city already: name an empty one with DATABASE_URL, "
            "or another folder with DATA_DIR where it stands in the folder."
        )
        raise Unusable(told % {"name": settings.DATABASES["default"]["NAME"]})
    installation.make_folders()
    installation.migrate()
    installation.collect_static()
    by = journal.system()
    with transaction.atomic():
        for feature in features:
            name = _names(feature["properties"], settings.CITY.languages)
            values = {"level": Area.Level.MUNICIPALITY, "name": name, "boundary": feature["geometry"]}
            territory.save_area(Area(code=str(feature["properties"]["code"])), values, by=by)
        return accounts.invite_administrator(administrator, by=by)
