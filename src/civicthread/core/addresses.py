"""Addresses of pages by their names."""

from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language


def address(name: str, *args: str | int) -> str:
    """The address of a page in the reader's language: of all that lists ask for, the same come over and over."""
    return _kept(name, args, get_language())


def here(url: str) -> str:
    """Of an address of this site, kept in one language, the path in the reader's; nothing of any other address."""
    language, _slash, rest = url.removeprefix(f"{settings.BASE_URL}/").partition("/")
    own = url.startswith(f"{settings.BASE_URL}/") and language in dict(settings.LANGUAGES)
    return f"/{get_language()}/{rest}" if own else ""


@lru_cache(maxsize=8192)
def _kept(name: str, args: tuple[str | int, ...], _language: str | None) -> str:
    return reverse(name, args=args)
