"""GeoJSON: each feature's properties as columns, and its place as `lon` and `lat`, or as `wkt` where not all
are points.
"""

import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from civicthread.lake.dialect import Dialect
from civicthread.lake.jsonlines import Objects, Pieces, source_of
from civicthread.lake.places import DIGITS, WGS84, same_system, to_wgs84
from civicthread.lake.refusals import IngestRefused
from civicthread.lake.sources import Source


def read(path: Path, dialect: Dialect, work: Path) -> Source:
    """A FeatureCollection as a source, its coordinates in `dialect.crs`. IngestRefused where the file names
    another.
    """
    points = _all_points(path)
    objects = partial(_objects, path, dialect.crs, points=points)
    return source_of(objects, path, work, split=dialect.split)


def _features(path: Path) -> Iterator[tuple[int, dict[str, Any], Pieces]]:
    with path.open(encoding="utf-8-sig") as file:
        pieces = Pieces(file)
        for number, feature in enumerate(pieces.list_values("features"), 1):
            if not isinstance(feature, dict):
                raise IngestRefused("bad_json", detail=f"feature {number} is not an object")
            yield number, feature, pieces


def _all_points(path: Path) -> bool:
    kinds = set()
    for _, feature, _ in _features(path):
        geometry = feature.get("geometry")
        kinds.add(geometry.get("type") if isinstance(geometry, dict) else None)
    return kinds - {None} <= {"Point"}


def _objects(path: Path, crs: str, *, points: bool) -> Objects:
    pieces = None
    for number, feature, pieces in _features(path):  # noqa: B007 its other members are complete after the loop
        properties = feature.get("properties")
        place, problem = _point(feature, crs) if points else _shape(feature, crs)
        yield number, {**(properties if isinstance(properties, dict) else {}), **place}, problem
    if pieces is not None:
        _check_system(pieces.others.get("crs"), crs)


def _check_system(member: Any, crs: str) -> None:
    """The `crs` member is old, but files that carry one mean it."""
    properties = member.get("properties") if isinstance(member, dict) else None
    found = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(found, str) and not same_system(found, crs):
        raise IngestRefused("crs_differs", found=found, declared=crs)


def _point(feature: dict[str, Any], crs: str) -> tuple[dict[str, Any], str]:
    try:
        x, y = (float(value) for value in feature["geometry"]["coordinates"][:2])
        lon, lat = (x, y) if crs == WGS84 else to_wgs84(crs)(x, y)
    except (KeyError, TypeError, ValueError):
        return {"lon": None, "lat": None}, "no_geometry"
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # also false for NaN and infinity
        return {"lon": None, "lat": None}, "no_geometry"
    return {"lon": repr(round(float(lon), DIGITS)), "lat": repr(round(float(lat), DIGITS))}, ""


def _shape(feature: dict[str, Any], crs: str) -> tuple[dict[str, Any], str]:
    import shapely  # noqa: PLC0415 slow to load, only needed for outlines
    from shapely.geometry import shape  # noqa: PLC0415

    try:
        geometry = shape(_numbers(feature["geometry"]))
        if crs != WGS84:
            geometry = shapely.transform(geometry, to_wgs84(crs), interleaved=False)
        wkt = shapely.to_wkt(geometry, rounding_precision=DIGITS)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, shapely.errors.ShapelyError):
        return {"wkt": None}, "no_geometry"
    if not all(math.isfinite(bound) for bound in geometry.bounds):
        return {"wkt": None}, "no_geometry"
    return {"wkt": wkt}, ""


def _numbers(value: Any) -> Any:
    """The geometry with its coordinates as numbers: the reader leaves every number as text."""
    if isinstance(value, dict):
        return {name: part if name == "type" else _numbers(part) for name, part in value.items()}
    return [_numbers(part) for part in value] if isinstance(value, list) else float(value)
