"""What a person may be told when something cannot be done."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise


class Refused(Exception):  # a refusal is an answer, not a fault of the program
    """A business rule says no. `message` says what is wrong and what to do, in the reader's language."""

    status = 409

    def __init__(self, code: str, message: str | Promise, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message)


class Busy(Refused):
    """Not just now: the same request will do later."""

    status = 503


class Forbidden(PermissionDenied):
    """The policy table says that this actor may not do this."""

    def __init__(self, verb: str) -> None:
        super().__init__(verb)
        self.verb = verb


class Gone(Exception):  # an answer too: it was here, and this is why it is not any more
    """What the reader asks for was taken from public view, because."""

    def __init__(self, thing: Any, *, because: Any, code: str = "withdrawn") -> None:
        super().__init__(str(thing))
        self.thing = thing
        self.code = code
        self.because = because
