"""How an idea comes in: what was given, who gave it, and how the same idea is known again by any channel."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from civicthread.core.search import folded
from civicthread.territory.models import Area

CONFIRMATION_DAYS = 7
# Read aloud on the telephone: no letter that sounds or looks like another.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
SALT = "ideas.confirmation"


@dataclass(frozen=True)
class Submission:
    """An idea as it was given, on any channel."""

    title: str
    text: str
    language: str
    name: str = ""
    show_name: bool = False
    email: str = ""
    phone: str = ""
    area: Area | None = None
    longitude: float | None = None
    latitude: float | None = None

    def fingerprint(self) -> str:
        """A keyed digest of author and words: equal for the same idea of the same person, whoever types it."""
        who = self.email.strip().lower() or "".join(filter(str.isdigit, self.phone)) or folded(self.name)
        words = " ".join(folded(f"{self.title} {self.text}").split())
        return _keyed(f"{who}\n{words}")


def new_claim_code() -> str:
    """A code for the receipt, such as K7QF-2MWX-9RTA."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(12))
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def claim_digest(code: str) -> str:
    """What is kept of a claim code: typed with or without dashes, in any case."""
    return _keyed("claim " + "".join(filter(str.isalnum, code.upper())))


def confirmation_token(idea_pk: int) -> str:
    """What the link in the confirmation mail carries."""
    return signing.dumps(idea_pk, salt=SALT)


def confirmed_idea(token: str) -> int | None:
    """The idea a confirmation link is about; None when the link is not ours or too old."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=CONFIRMATION_DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
    return pk if isinstance(pk, int) else None


def _keyed(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
