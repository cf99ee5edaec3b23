"""Where things lie: areas by name or code, and the area of a point. Kept in memory, and fresh after every change."""

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from itertools import permutations
from typing import Any
from uuid import uuid4

import numpy as np
import shapely
from django.core.cache import caches
from django.db.models import Max, Subquery

from civicthread.core.models import JournalEntry
from civicthread.core.search import folded
from civicthread.territory.models import Area

TOLERANCE_M = 250.0
"""How far outside every area a point may lie: official boundaries have holes and slivers between them."""

EARTH_M = 6_371_008.8
# Written in full, abbreviated, in either language: one word.
SAINTS = {"saint", "sainte", "sint", "ste"}
WORD = re.compile(r"[a-z0-9]+")
IN_BRACKETS = re.compile(r"\([^)]*\)")
BETWEEN_NAMES = re.compile(r"/|\s[-–|]\s")


class Gazetteer:
    """All areas as they were at one moment, with what finding them needs."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.by_code = {area.code: area for area in areas}
        by_pk = {area.pk: area for area in self.by_code.values()}
        for area in by_pk.values():
            # No query later, and one object per area.
            area.parent = by_pk.get(area.parent_id) if area.parent_id else None
        self._names: dict[str, set[str]] = defaultdict(set)
        for area in by_pk.values():
            for key in _keys(area) | _signposts(area):
                self._names[key].add(area.code)
        self._trees: dict[str, _Tree] = {}

    def of_level(self, level: str) -> list[Area]:
        """The areas of a level, by code."""
        return [area for area in self.by_code.values() if area.level == level]

    def find(self, text: str, *, level: str = "") -> Area | None:
        """The area that the text names: by name or alias in any language, by statistical code or NUTS code.

        Case, accents, hyphens and Saint/St do not matter, nor does what stands in brackets. None when nothing, or
        more than one area, has that name.
        """
        parts = [part for part in BETWEEN_NAMES.split(text) if WORD.search(folded(part))]
        for names in ([text], [IN_BRACKETS.sub(" ", text)], parts):
            found = {code for name in names for code in self._named(name, level)}
            if len(found) == 1:
                return self.by_code[found.pop()]
        return None

    def at(
        self,
        longitude: float,
        latitude: float,
        *,
        tolerance_m: float = TOLERANCE_M,
        level: str = Area.Level.MUNICIPALITY,
    ) -> Area | None:
        """The area a point (WGS 84, degrees) lies in, or the nearest one within the tolerance.

        Where two overlap, the one the point lies deeper in.
        """
        if not (abs(longitude) <= 180 and abs(latitude) <= 90):
            return None
        if level not in self._trees:
            self._trees[level] = _Tree([area for area in self.of_level(level) if area.boundary])
        return self._trees[level].nearest(longitude, latitude, tolerance_m)

    def above(self, area: Area, level: str) -> Area | None:
        """The area of that level which this one belongs to: itself, its parent, its parent's parent."""
        upper: Area | None = self.by_code.get(area.code)
        while upper and upper.level != level:
            upper = upper.parent
        return upper

    def spellings(self) -> dict[tuple[str, str], str]:
        """The code of the area that a level and a spelling mean, where it is the only one; see `_key`."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key, codes in self._names.items():
            for code in codes:
                found[self.by_code[code].level, key].append(code)
        return {place: codes[0] for place, codes in found.items() if len(codes) == 1}

    @cached_property
    def geojson(self) -> bytes:
        """The areas that have a boundary, as a GeoJSON FeatureCollection (RFC 7946)."""
        features = [_feature(area) for area in self.by_code.values() if area.boundary]
        collection = {"type": "FeatureCollection", "features": features}
        return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def etag(self) -> str:
        """Changes with the GeoJSON."""
        return f'"{hashlib.sha256(self.geojson).hexdigest()[:32]}"'

    def _named(self, name: str, level: str) -> set[str]:
        found = self._names.get(_key(name), set())
        return {code for code in found if not level or self.by_code[code].level == level}


class _Tree:
    """Areas in a plane of metres around their middle: over a region, exact to a few metres in a kilometre."""

    def __init__(self, areas: list[Area]) -> None:
        self._areas = areas
        shapes = [shapely.from_geojson(json.dumps(area.boundary)) for area in areas]
        south, north = shapely.total_bounds(shapes)[[1, 3]] if shapes else (0.0, 0.0)
        metres = math.radians(1) * EARTH_M
        self._scale = np.array([metres * math.cos(math.radians((south + north) / 2)), metres])
        self._shapes = shapely.transform(np.array(shapes, dtype=object), lambda points: points * self._scale)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def nearest(self, longitude: float, latitude: float, tolerance_m: float) -> Area | None:
        point = shapely.Point(np.array([longitude, latitude]) * self._scale)
        # The tree wants a distance above zero.
        found = self._tree.query_nearest(point, max_distance=max(tolerance_m, 1e-6), all_matches=True)
        if not len(found):
            return None
        depths = [shapely.distance(shapely.boundary(self._shapes[place]), point) for place in found]
        inside = shapely.intersects(self._shapes[found[0]], point)
        best = max(zip(depths, found, strict=True), key=lambda pair: (pair[0] if inside else 0, -pair[1]))
        nearest: Area = self._areas[best[1]]
        return nearest


def gazetteer() -> Gazetteer:
    """The areas as they are now. Costs one query; whoever looks up many points asks once and keeps it."""
    stamp = _stamp()
    kept = _kept.get("areas")
    if kept is None or kept[0] != stamp:
        kept = _kept["areas"] = stamp, Gazetteer(Area.objects.order_by("code"))
    return kept[1]


def area_at(longitude: float, latitude: float, *, tolerance_m: float = TOLERANCE_M) -> Area | None:
    """The municipality of a point in WGS 84, or the nearest within the tolerance."""
    return gazetteer().at(longitude, latitude, tolerance_m=tolerance_m)


def changed_at() -> datetime | None:
    """When an area last changed."""
    return _entries().aggregate(at=Max("at"))["at"]  # type: ignore[no-any-return]


# What this process remembers, with the stamp of its moment.
_kept: dict[str, tuple[Any, Gazetteer]] = {}


def _stamp() -> tuple[Any, ...]:
    """Changes whenever an area is written, by this process or another; forgotten with the local cache."""
    latest = Subquery(_entries().order_by("-id").values("id")[:1])
    newest = Area.objects.order_by("-pk").annotate(entry=latest).values_list("pk", "entry").first()
    session = caches["local"].get_or_set("territory-places", lambda: uuid4().hex, None)
    return session, newest


def _entries() -> Any:
    return JournalEntry.objects.filter(kind=Area._meta.label_lower)  # noqa: SLF001


def _keys(area: Area) -> set[str]:
    names = [version.text for version in area.name.values()]
    return {_key(name) for name in (area.code, *names, *area.aliases, *area.nuts)} - {""}


def _signposts(area: Area) -> set[str]:
    """Its names in two languages, one after the other: 'Ixelles Elsene'."""
    names = {_key(version.text) for version in area.name.values()}
    return {f"{one} {other}" for one, other in permutations(names, 2)}


def _key(name: str) -> str:
    """'Woluwe-St-Lambert' and 'WOLUWE SAINT LAMBERT' have one key; so have '04000' and '4000'."""
    words = WORD.findall(folded(name))
    return " ".join(
        "st" if word in SAINTS else word.lstrip("0") if word.isdigit() else word for word in words
    )


def _feature(area: Area) -> dict[str, Any]:
    names = {f"name_{language}": version.text for language, version in area.name.items()}
    parent = area.parent.code if area.parent else None
    properties = {"code": area.code, "level": area.level, "parent": parent, **names}
    return {"type": "Feature", "id": area.code, "properties": properties, "geometry": area.boundary}
