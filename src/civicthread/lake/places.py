"""Coordinates from a declared system to longitude and latitude (WGS84), as degrees."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Final

from civicthread.lake.refusals import IngestRefused

WGS84: Final = "EPSG:4326"
DIGITS: Final = 7
"""Decimals kept of a degree: about one centimetre."""
MARGIN: Final = 0.1
"""Degrees around the area a coordinate system is made for in which its places are still believed."""

NAMES: Final = (("lon", "lat"), ("longitude", "latitude"), ("long", "lat"), ("lng", "lat"))
"""What files call longitude and latitude; loading adds the first."""

Transform = Callable[[Any, Any], tuple[Any, Any]]

# PROJ keeps a context per thread, and DuckDB calls from short-lived threads of its own, in which pyproj crashed the
# whole program. One thread of ours does all transforming.
_thread = ThreadPoolExecutor(1, thread_name_prefix="proj")


def coordinates(numbers: Collection[str]) -> tuple[str, str] | None:
    """The columns of longitude and latitude among those that hold numbers, known by their names.

    >>> coordinates(["height", "latitude", "longitude"])
    ('longitude', 'latitude')
    >>> coordinates(["geo_point_2d_lon", "geo_point_2d_lat", "n"])
    ('geo_point_2d_lon', 'geo_point_2d_lat')
    >>> coordinates(["lon", "height"])
    """
    fronts = ["", *(name.rpartition("_")[0] + "_" for name in numbers)]
    pairs = ((front + x, front + y) for front in fronts for x, y in NAMES)
    return next((pair for pair in pairs if {*pair} <= {*numbers}), None)


@cache
def to_wgs84(crs: str) -> Transform:
    """The function from x and y in `crs` (numbers or arrays) to arrays of longitude and latitude.

    A place outside the area the system is made for becomes NaN: projections turn any numbers, swapped ones
    too, into some place on Earth. The Grand-Place of Brussels in Belgian Lambert 72:

    >>> lon, lat = to_wgs84("EPSG:31370")(148_870.0, 170_770.0)
    >>> round(float(lon), 3), round(float(lat), 3)
    (4.353, 50.847)
    """
    from numpy import nan, where  # noqa: PLC0415
    from pyproj import CRS, Transformer  # noqa: PLC0415 slow to load, rarely needed
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise IngestRefused("crs_unknown", crs=crs) from error
    transformer = Transformer.from_crs(system, WGS84, always_xy=True)
    west, south, east, north = system.area_of_use.bounds if system.area_of_use else (-180, -90, 180, 90)

    def transform(x: Any, y: Any) -> tuple[Any, Any]:
        lon, lat = _thread.submit(transformer.transform, x, y).result()
        here = (
            (lon >= west - MARGIN)
            & (lon <= east + MARGIN)
            & (lat >= south - MARGIN)
            & (lat <= north + MARGIN)
        )
        return where(here, lon, nan), where(here, lat, nan)

    return transform


def same_system(crs: str, other: str) -> bool:
    """Whether two names mean the same coordinate system, whatever the order of its axes.

    >>> same_system("EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84")
    True
    """
    from pyproj import CRS  # noqa: PLC0415
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        return bool(CRS.from_user_input(crs).equals(CRS.from_user_input(other), ignore_axis_order=True))
    except CRSError as error:
        raise IngestRefused("crs_unknown", crs=crs) from error
