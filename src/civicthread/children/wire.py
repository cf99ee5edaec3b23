"""What travels between the pool and its children: length-prefixed pickles of plain values, and nothing else.

A pickle can name any class, so both ends refuse all but a few harmless ones: a child that was taken over
cannot make its parent run code.
"""

import datetime as dt
import decimal
import io
import pickle
import struct
from collections.abc import Callable
from typing import Any

HEADER = struct.Struct(">Q")
LARGEST = 1 << 30
"""Longest message in bytes; a longer one is refused instead of filling the parent's memory."""

PLAIN_CLASSES: dict[tuple[str, str], type] = {
    (kind.__module__, kind.__name__): kind
    for kind in (dt.date, dt.datetime, dt.timedelta, dt.timezone, decimal.Decimal)
}


class NotPlain(TypeError):
    """A value that may not travel: only None, booleans, numbers, text, bytes, dates and collections may."""


class _PlainPickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if any(kind is value or kind is type(value) for kind in PLAIN_CLASSES.values()):
            return NotImplemented
        raise NotPlain(type(value).__name__)


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> type:
        try:
            return PLAIN_CLASSES[module, name]
        except KeyError:
            raise NotPlain(f"{module}.{name}") from None


def pack(value: Any) -> bytes:
    """The message that carries `value`, its length first."""
    buffer = io.BytesIO()
    _PlainPickler(buffer, protocol=5).dump(value)
    payload = buffer.getbuffer()
    if len(payload) > LARGEST:
        raise NotPlain(f"{len(payload)} bytes")
    return HEADER.pack(len(payload)) + payload


def unpack(payload: bytes) -> Any:
    """The value in a message without its length; NotPlain when it is none of ours, whatever it is."""
    try:
        return _PlainUnpickler(io.BytesIO(payload)).load()
    except NotPlain:
        raise
    except Exception as error:  # noqa: BLE001 (a broken pickle ends in nearly any of Python's errors)
        raise NotPlain(f"no message: {type(error).__name__}") from None


def receive(read: Callable[[int], bytes]) -> Any:
    """The next value that `read(count)` delivers; EOFError when the other end has gone."""
    (length,) = HEADER.unpack(read(HEADER.size))
    if length > LARGEST:
        raise NotPlain(f"{length} bytes")
    return unpack(read(length))
