"""A reader who knows no address: they open a page and follow its links by their words."""

import re

from django.test import Client

LINK = re.compile(r'<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def links(client: Client, page: str) -> dict[str, str]:
    """The addresses that a page leads to, by the words of the link; those of its content before those around it."""
    answer = client.get(page)
    assert answer.status_code == 200, page
    around, main, content = answer.content.decode().partition("<main")
    found: dict[str, str] = {}
    for url, words in LINK.findall(main + content + around):
        found.setdefault(" ".join(TAG.sub("", words).split()), url.replace("&amp;", "&"))
    return found


def follow(client: Client, page: str, *words: str) -> str:
    """The address one reaches from a page by following the links with these words, one after the other."""
    for step in words:
        known = links(client, page)
        assert step in known, f"{page} has no link “{step}”, only {sorted(known)}"
        page = known[step]
    return page
