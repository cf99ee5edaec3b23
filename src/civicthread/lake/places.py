"""Coordinates from a declared system to longitude and latitude (WGS84), as degrees."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from civicthread.lake.refusals import IngestRefused

WGS84: Final = "EPSG:4326"
DIGITS: Final = 7
"""Decimals kept of a degree: about one centimetre."""

Transform = Callable[[Any, Any], tuple[Any, Any]]


@cache
def to_wgs84(crs: str) -> Transform:
    """The function from x and y in `crs` (numbers or arrays) to longitude and latitude.

    The Grand-Place of Brussels in Belgian Lambert 72:

    >>> lon, lat = to_wgs84("EPSG:31370")(148_870.0, 170_770.0)
    >>> round(lon, 3), round(lat, 3)
    (4.353, 50.847)
    """
    from pyproj import CRS, Transformer  # noqa: PLC0415 slow to load, rarely needed
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise IngestRefused("crs_unknown", crs=crs) from error
    transform: Transform = Transformer.from_crs(system, WGS84, always_xy=True).transform
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
