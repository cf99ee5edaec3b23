"""How often something may be asked: counted in the shared cache, so that all processes count together.

The cache holds fingerprints only. They are keyed with the installation's secret and the hour, so neither an
address nor a person can be read from them, nor followed from one hour to the next.
"""

import hashlib
import hmac
import ipaddress
import math
import time
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from civicthread.core.errors import Refused

HOUR = timedelta(hours=1)


class TooMany(Refused):
    """Asked more often than allowed."""

    status = 429

    def __init__(self) -> None:
        super().__init__("too-many", _("Too many tries in a short time. Wait a while, then try again."))


def limit(key: str, amount: int, per: timedelta) -> None:
    """Count one use of `key`; raises TooMany when it was used `amount` times in the current stretch of `per`.

    Name what is limited and for whom: `limit(f"ideas.submit {address}", 10, HOUR)`. A stretch is at most an
    hour and starts on the clock. Each use takes one numbered slot, and adding a slot is atomic in the shared
    cache: of any number of simultaneous callers exactly `amount` get through.
    """
    if per > HOUR:
        raise ValueError(f"A stretch of {per} is longer than an hour")
    seconds = per.total_seconds()
    started = math.floor(time.time() / seconds) * seconds
    print_of_key = _fingerprint(f"{key} {amount} {seconds} {started}", hour=started // 3600)
    slots = [f"rate:{print_of_key}:{number}" for number in range(amount)]
    taken = cache.get_many(slots)
    if not any(cache.add(slot, 1, seconds) for slot in slots if slot not in taken):
        raise TooMany


def _fingerprint(text: str, *, hour: float) -> str:
    message = f"{hour:.0f} {text}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()[:32]


def client_address(request: HttpRequest) -> str:
    """The address a request comes from; an IPv6 one by its /64 network, which is what one customer holds.

    X-Forwarded-For counts only behind as many proxies as TRUSTED_PROXIES says, read from its trusted end.
    """
    proxies = settings.TRUSTED_PROXIES
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    told = forwarded[-proxies] if 0 < proxies <= len(forwarded) else ""
    try:
        address = ipaddress.ip_address(told.strip() or request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(address)
