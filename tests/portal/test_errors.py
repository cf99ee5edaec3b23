"""Errors are told in the reader's language, with an id and a number to call."""

import re
from pathlib import Path

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from civicthread.config import urls
from civicthread.config.city import City
from civicthread.core.errors import Refused
from civicthread.core.policy import guard
from civicthread.portal import coverage, errors
from tests import personas
from tests.editorial import texts
from tests.factories import ideas
from tests.factories.accounts import person

ROOT = Path(__file__).resolve().parents[2]


@guard("portal.read")
def broken(request: HttpRequest) -> None:
    raise ZeroDivisionError


@guard("portal.read")
def refused(request: HttpRequest) -> None:
    raise Refused("full", "The room is full.")


urlpatterns = [*i18n_patterns(path("broken/", broken), path("refused/", refused)), *urls.urlpatterns]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def site(client: Client) -> Client:
    client.raise_request_exception = False
    return client


def told_id(html: str) -> str:
    found = re.search(r"<strong>([0-9a-f]{12})</strong>", html)
    assert found
    return found[1]


@pytest.mark.django_db
def test_a_missing_page_says_so_with_its_id(site: Client) -> None:
    answer = site.get("/nl/nothing-here/")
    assert answer.status_code == 404
    assert '<html lang="nl"' in answer.content.decode()
    assert told_id(answer.content.decode()) == answer["X-Request-Id"]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_fault_of_ours_says_so_with_its_id(site: Client) -> None:
    answer = site.get("/nl/broken/")
    assert answer.status_code == 500
    assert told_id(answer.content.decode()) == answer["X-Request-Id"]
    assert "ZeroDivision" not in answer.content.decode()


@pytest.mark.urls(__name__)
def test_a_fault_is_told_even_while_the_database_is_away(client: Client) -> None:
    # Without the django_db mark every query of this test is refused.
    request = RequestFactory().get("/fr/broken/")
    assert errors.server_error(request).status_code == 500


def test_a_fault_is_told_even_while_the_templates_are_broken() -> None:
    with override_settings(TEMPLATES=[]):
        answer = errors.server_error(RequestFactory().get("/fr/broken/"))
    assert answer.status_code == 500
    assert "<h1>" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_refusal_says_what_is_wrong(site: Client) -> None:
    answer = site.get("/fr/refused/")
    assert answer.status_code == 409
    assert "The room is full." in answer.content.decode()


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.form_expired, 403),
        (errors.not_found, 404),
        (errors.not_allowed, 405),
        (errors.server_error, 500),
    ],
)
@pytest.mark.django_db
def test_each_error_page_has_one_heading_and_the_phone_number(page: errors.Handler, status: int) -> None:
    with override_settings(CITY=City({}, {}, ("fr",), ("fr",), {"phone": "02 123 45 67"}, {})):
        answer = page(RequestFactory().get("/fr/"))
    assert answer.status_code == status
    html = answer.content.decode()
    assert html.count("<h1") == 1
    assert "02 123 45 67" in html


@pytest.mark.django_db
def test_whoever_is_signed_in_is_not_told_to_sign_in(client: Client) -> None:
    address = "/en/projects/office/"
    personas.sign_in(client, person())
    told = client.get(address)
    assert told.status_code == 403
    assert "Sign in, or" not in told.content.decode()
    assert "Your account does not open this page" in told.content.decode()


def test_each_claim_of_the_accessibility_statement_has_its_test() -> None:
    assert [claim.test for claim in coverage.TESTED if not (ROOT / claim.test).is_file()] == []


@pytest.mark.django_db
def test_the_statement_says_what_is_and_what_is_not_tested(client: Client) -> None:
    html = client.get("/en/accessibility/").content.decode()
    for words in (*(claim.says for claim in coverage.TESTED), *coverage.NOT_TESTED):
        assert str(words).replace("’", "’") in html.replace("&#x27;", "'")


@pytest.mark.django_db
def test_a_form_without_its_token_is_told_what_to_do() -> None:
    page = texts.page_in(texts.published(texts.staff()), "fr")
    answer = Client(enforce_csrf_checks=True).post(f"/fr/editorial/{page.pk}/withdraw/", {"because_fr": "x"})
    assert answer.status_code == 403
    assert str(errors.EXPIRED) in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_an_address_that_only_buttons_lead_to_says_so_to_who_reads_it(language: str) -> None:
    answer = personas.make("citizen").client().get(f"/{language}/ideas/{ideas.public().reference}/support/")
    html = answer.content.decode()
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert f'<html lang="{language}"' in html
    assert "<h1" in html
    assert told_id(html) == answer["X-Request-Id"]


@pytest.mark.django_db
def test_a_program_that_asks_the_wrong_way_gets_a_problem(client: Client) -> None:
    answer = client.get(f"/api/v1/ideas/{ideas.public().reference}/support")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


def offered(client: Client, address: str, **headers: str) -> str:
    """Where the page that turns a visitor away leads them to sign in."""
    answer = client.post(address, headers=headers)
    assert answer.status_code == 403
    found = re.search(r'<p><a href="([^"]+)" rel="nofollow">', answer.content.decode())
    return found[1] if found else ""


@pytest.mark.django_db
@pytest.mark.parametrize("checks", [True, False])
def test_whose_session_ended_signs_in_and_comes_back_to_the_page(checks: bool) -> None:
    client, page = Client(enforce_csrf_checks=checks), ideas.public().get_absolute_url()
    sign_in, support = "/fr/account/login/", f"{page}support/"
    assert (
        offered(client, support, referer=f"http://testserver{page}?a=1#b") == f"{sign_in}?next={page}%3Fa%3D1"
    )
    assert offered(client, support, referer="https://elsewhere.example/x") == sign_in
    assert offered(client, support) == sign_in
    if not checks:
        assert offered(personas.make("citizen").client(), "/fr/ideas/office/enter/") == "", (
            "signed in already"
        )
