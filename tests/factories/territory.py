"""Areas for tests, made by the product's own action."""

from itertools import count
from typing import Any

from civicthread.core import journal
from civicthread.territory import actions
from civicthread.territory.models import Area

_numbers = count(70_001)
WEST, SOUTH, SIDE = 4.30, 50.80, 0.02


def square(column: float = 0, row: float = 0, *, side: float = SIDE) -> dict[str, Any]:
    """The boundary of a square on a grid whose squares touch."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def area(code: str = "", *, level: str = Area.Level.MUNICIPALITY, **values: Any) -> Area:
    """An area with a code and a name of its own."""
    code = code or str(next(_numbers))
    given = {"name": {"fr": f"Lieu {code}", "nl": f"Plek {code}", "en": f"Place {code}"}}
    return actions.save_area(Area(code=code, level=level), given | values, by=journal.system())


def row_of_squares(*names: str) -> list[Area]:
    """A municipality of each name, beside each other from west to east."""
    named = [dict.fromkeys(("fr", "nl", "en"), name) for name in names]
    return [area(name=name, boundary=square(column)) for column, name in enumerate(named)]
