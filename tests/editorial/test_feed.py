"""The news as an Atom feed, one per language."""

from datetime import datetime
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from tests.editorial import texts

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: Client, address: str) -> ET.Element:
    answer = client.get(address)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.content)


def check_is_atom(root: ET.Element) -> None:
    """What RFC 4287 asks of every feed and entry."""
    assert root.tag == f"{ATOM}feed"
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["self", "alternate"]
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    for part in [root, *root.iter(f"{ATOM}entry")]:
        assert part.findtext(f"{ATOM}id", "").startswith(("http", "urn:"))
        assert part.findtext(f"{ATOM}title")
        moment = datetime.fromisoformat(part.findtext(f"{ATOM}updated", ""))
        assert moment.tzinfo is not None


def test_a_feed_is_atom_in_each_language(client: Client) -> None:
    texts.published(texts.staff(), "one", title={"fr": "A & <b>", "nl": "B & <b>", "en": "C & <b>"})
    texts.published(texts.staff(), "two")
    for language, name in product(["fr", "nl", "en"], ["news.atom", "changes.atom"]):
        root = feed(client, f"/{language}/{name}")
        check_is_atom(root)
        assert len(root.findall(f"{ATOM}entry")) == 2, (language, name)


@pytest.mark.parametrize("name", ["news.atom", "changes.atom"])
def test_an_empty_feed_is_atom_too(client: Client, name: str) -> None:
    check_is_atom(feed(client, f"/fr/{name}"))


def test_an_entry_keeps_its_id_in_every_language(client: Client) -> None:
    texts.published(texts.staff())
    ids = {
        feed(client, f"/{code}/news.atom").findtext(f"{ATOM}entry/{ATOM}id") for code in ("fr", "nl", "en")
    }
    assert len(ids) == 1
