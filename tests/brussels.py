"""The Brussels programme, read once for all tests of a process."""

from functools import cache

from civicthread.config.demonstration import BRUSSELS
from civicthread.config.programme import Programme, load


@cache
def programme() -> Programme:
    """What `examples/brussels` holds; nothing changes it, a test makes itself a copy."""
    return load(BRUSSELS)
