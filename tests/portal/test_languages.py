"""The first page of the site takes no language for the reader."""

import re

import pytest
from django.test import Client

from civicthread.portal import queries


def order(client: Client, accepted: str) -> list[str]:
    answer = client.get("/", headers={"accept-language": accepted})
    assert answer.status_code == 200
    return re.findall(r'href="/(\w\w)/" hreflang', answer.content.decode())


@pytest.mark.django_db
def test_every_language_is_offered_in_its_own_words(client: Client) -> None:
    html = client.get("/").content.decode()
    assert html.count("<h1") == 1
    assert [f'lang="{code}"' in html for code in ("fr", "nl", "en")] == [True, True, True]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", ["en", "fr", "nl"]),
        ("nl-BE,nl;q=0.9,fr;q=0.5", ["nl", "fr", "en"]),
        ("fr;q=0.3, nl;q=0.8", ["nl", "fr", "en"]),
        ("de", ["en", "fr", "nl"]),
        ("fr;q=nonsense,,;;=,nl", ["nl", "en", "fr"]),
        ("x" * 5000, ["en", "fr", "nl"]),
    ],
)
@pytest.mark.django_db
def test_what_the_browser_asks_for_comes_first(client: Client, accepted: str, expected: list[str]) -> None:
    assert order(client, accepted) == expected
    assert list(queries.languages_for(accepted)) == expected


@pytest.mark.django_db
def test_the_choice_is_never_kept_for_another_reader(client: Client) -> None:
    answer = client.get("/")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
