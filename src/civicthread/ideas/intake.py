"""How an idea comes in: what was given, who gave it, and how the same idea is known again by any channel."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from civicthread.core.models import Actor
from civicthread.core.references import next_reference
from civicthread.core.search import folded
from civicthread.core.text import Text
from civicthread.ideas.models import AuthorContact, Fingerprint, Idea
from civicthread.territory.models import Area

CONFIRMATION_DAYS = 7
# Read aloud on the telephone: no letter that sounds or looks like another.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
SALT = "ideas.confirmation"
# A telephone number, up to what is noted beside it: digits, what stands between them, digits in brackets.
NUMBER = re.compile(r"\D*(?:\d[^\w(]*|\(\d*\))+")


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
    place: str = ""
    longitude: float | None = None
    latitude: float | None = None

    def fingerprints(self) -> list[str]:
        """Keyed digests of the words with each thing the author is known by: the name where there is nothing else.

        The same idea of the same person shares one of them, whoever types it.
        """
        known = {self.email.strip().lower(), dialled(self.phone)} - {""} or {folded(self.name)}
        words = " ".join(folded(f"{self.title} {self.text}").split())
        return sorted(_keyed(f"{who}\n{words}") for who in known)

    def personal(self) -> dict[str, Any]:
        """What the journal keeps as commitments only."""
        return {
            "title": self.title,
            "text": self.text,
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
        }


@dataclass(frozen=True)
class Recorded:
    """What became of an idea that comes from files: the demonstration's, or another system's."""

    code: str
    channel: str
    state: str
    received_at: datetime
    answer: Text | None = None
    answered_at: datetime | None = None
    demonstration: bool = False

    def answer_state(self) -> str:
        """What the answer made of the idea: an idea that stands in a project was retained first."""
        followed = {Idea.State.IN_PROJECT, Idea.State.DELIVERED}
        return Idea.State.RETAINED if self.state in followed else self.state

    def path(self) -> list[list[str]]:
        """The states it went through, each with its date where one is known."""
        steps = [[Idea.State.RECEIVED, _date(self.received_at)]]
        if self.answer:
            steps.append([self.answer_state(), _date(self.answered_at)])
        return steps if steps[-1][0] == self.state else [*steps, [self.state, ""]]


def dialled(phone: str) -> str:
    """A telephone number in one notation: its last eight digits, which a prefix of a country or a city does not change.

    What is noted beside it is left out.

    >>> {dialled(phone) for phone in ("+32 2 555 12 34", "0032 (0)2 555 12 34", "02/555.12.34 (after 18h)")}
    {'25551234'}
    """
    number = NUMBER.match(phone)
    return "".join(re.findall(r"\d", number[0]))[-8:] if number else ""


def take_in(  # an idea, who gave it and how, and for one that was given in the past: when
    submission: Submission,
    *,
    author: Actor | None,
    channel: str,
    claim_code: str = "",
    at: datetime | None = None,
) -> tuple[Idea, bool]:
    """Write an idea down, of a new person where no author is known; or find the same one of the same person.

    Call inside a transaction. Gives the idea and whether it is new: of two that come at once, one is.
    """
    fingerprints = submission.fingerprints()
    shared = Fingerprint.objects.filter(digest__in=fingerprints)
    same = Idea.objects.filter(pk__in=shared.values("idea")).select_related("author", "need").order_by("pk")
    if known := same.first():
        return known, False
    try:
        with transaction.atomic():
            idea = _written(submission, author or Actor.objects.create(), channel, at or timezone.now())
            Fingerprint.objects.bulk_create(Fingerprint(idea=idea, digest=one) for one in fingerprints)
            digest = claim_digest(claim_code) if claim_code else ""
            reach = {"email": submission.email, "phone": submission.phone, "name": submission.name}
            AuthorContact.objects.create(
                idea=idea, show_name=submission.show_name, claim_digest=digest, **reach
            )
            return idea, True
    except IntegrityError:
        return same[0], False


def _written(submission: Submission, author: Actor, channel: str, at: datetime) -> Idea:
    return Idea.objects.create(
        reference=next_reference("IDEA", timezone.localdate(at).year),
        title=submission.title,
        text=submission.text,
        language=submission.language,
        author=author,
        channel=channel,
        area=submission.area,
        place=submission.place,
        longitude=submission.longitude,
        latitude=submission.latitude,
        received_at=at,
        sort_title=folded(submission.title)[:150],
    )


def give_again(idea: Idea, submission: Submission, *, channel: str, claim_code: str) -> None:
    """Who gave an idea by the web gives it by another channel too: what they add is kept, and they get a receipt."""
    idea.channel = channel
    idea.save(update_fields=["channel"])
    reach = {name: getattr(submission, name) for name in ("email", "phone", "name", "show_name")}
    told = {name: value for name, value in reach.items() if value}
    AuthorContact.objects.filter(idea=idea).update(claim_digest=claim_digest(claim_code), **told)
    added = (Fingerprint(idea=idea, digest=one) for one in submission.fingerprints())
    Fingerprint.objects.bulk_create(added, ignore_conflicts=True)


def hand_over(idea: Idea, *, to: Actor) -> None:
    """Make an account the author of an idea; from then on mail goes to the account."""
    AuthorContact.objects.filter(idea=idea).update(given_by=idea.author, claim_digest="", email="", phone="")
    Idea.objects.filter(pk=idea.pk).update(author=to)
    idea.author = to


def _date(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


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
