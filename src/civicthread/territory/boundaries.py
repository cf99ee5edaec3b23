"""What a boundary must be before it is kept. Knows shapely, not the records."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import shapely
from django.utils.translation import gettext_noop

KINDS = ("Polygon", "MultiPolygon")
# No area of a city or a region is as wide; one that is has mixed up its coordinates.
WIDEST_DEGREES = 20.0


class UnusableBoundary(ValueError):
    """The boundary cannot be kept; the text is one sentence, marked for translation."""


def cleaned(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """The boundary as a valid GeoJSON Polygon or MultiPolygon in WGS 84, longitude first, without heights.

    A valid one comes back as it was. Loops and spikes are mended (`make_valid`); what cannot be mended raises
    UnusableBoundary.

    >>> cleaned({"type": "Polygon", "coordinates": [[[4, 50], [5, 51], [5, 50], [4, 51], [4, 50]]]})["type"]
    'MultiPolygon'
    """
    shape = shapely.force_2d(_shape(geometry))
    if not shape.is_valid:
        shape = _polygons(shapely.make_valid(shape))
    if shape.is_empty or shape.area == 0:
        raise UnusableBoundary(gettext_noop("The boundary encloses nothing."))
    _check_place(shape)
    kept: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return kept


def _shape(geometry: Mapping[str, Any]) -> shapely.Geometry:
    if not isinstance(geometry, Mapping) or geometry.get("type") not in KINDS:
        raise UnusableBoundary(gettext_noop("The boundary is neither a Polygon nor a MultiPolygon."))
    try:
        if not all(_is_position(position) for position in _positions(geometry["coordinates"])):
            raise TypeError
        return shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, KeyError, TypeError, ValueError):
        raise UnusableBoundary(gettext_noop("The boundary is not a GeoJSON geometry.")) from None


def _positions(coordinates: Any) -> Iterator[Any]:
    """The positions in nested lists of them; TypeError where there is no list."""
    for part in coordinates:
        if part and isinstance(part[0], list):
            yield from _positions(part)
        else:
            yield part


def _is_position(position: Any) -> bool:
    return len(position) in (2, 3) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in position
    )


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """Only what has an area: mending a spike leaves lines and points behind."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _check_place(shape: shapely.Geometry) -> None:
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise UnusableBoundary(
            gettext_noop(
                "The boundary is not in degrees of longitude and latitude: save the file in WGS 84 (EPSG:4326)."
            )
        )
    if max(east - west, north - south) > WIDEST_DEGREES:
        raise UnusableBoundary(gettext_noop("The boundary is as wide as a continent."))
