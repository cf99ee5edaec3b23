"""Why a call to a child gave no result."""


class ChildError(Exception):
    """A call that gave no result."""


class ChildTimeout(ChildError):
    """The call did not finish in time; its child was killed."""


class ChildDied(ChildError):
    """The child ended before it answered, for instance because its memory ran out."""


class ChildCancelled(ChildError):
    """Somebody cancelled the call."""


class ChildRefused(ChildError):
    """The function raised: `kind` is the class name of its exception, `message` its text."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message


class QueueFull(ChildError):
    """Too many calls wait already, or this one waited too long; nothing was run."""


class QuotaExceeded(QueueFull):
    """This owner has too many calls waiting already."""


class PoolClosed(ChildError):
    """The pool was closed before the call could finish."""
