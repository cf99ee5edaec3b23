import json
import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import gettext_lazy

from civicthread.core import middleware
from civicthread.core.errors import Forbidden, Refused

REFUSAL = Refused("too-late", gettext_lazy("Closed."), closed_at="2026-01-01")


def test_a_refusal_says_what_is_wrong_and_keeps_the_facts():
    assert (str(REFUSAL), REFUSAL.code, REFUSAL.facts) == ("Closed.", "too-late", {"closed_at": "2026-01-01"})
    assert Forbidden("ideas.answer").verb == "ideas.answer"


def test_a_refusal_in_the_api_is_a_problem_document():
    answering = middleware.refusals(lambda request: HttpResponse())
    response = answering.process_exception(RequestFactory().get("/api/ideas"), REFUSAL)
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content) == {
        "type": "urn:civicthread:too-late",
        "title": "Closed.",
        "status": 409,
    }


def test_a_fault_of_the_program_is_not_taken_for_a_refusal():
    answering = middleware.refusals(lambda request: HttpResponse())
    assert answering.process_exception(RequestFactory().get("/api/ideas"), ZeroDivisionError()) is None


@pytest.mark.parametrize(("status", "told"), [(200, False), (404, True), (500, True)])
def test_an_error_carries_the_id_of_its_request(status: int, told: bool):
    seen = []

    def page(request):
        seen.append(middleware.current_request_id())
        return HttpResponse(status=status)

    answering = middleware.request_id(page)
    first, second = answering(RequestFactory().get("/")), answering(RequestFactory().get("/"))
    assert seen[0] != seen[1]
    assert first.get("X-Request-Id") == (seen[0] if told else None)
    assert second.get("X-Request-Id") == (seen[1] if told else None)
    assert middleware.current_request_id() == ""


def test_log_lines_carry_the_id_of_their_request():
    record = logging.LogRecord("x", logging.INFO, "x", 1, "x", (), None)

    def page(request):
        middleware.RequestIdFilter().filter(record)
        return HttpResponse(status=404)

    response = middleware.request_id(page)(RequestFactory().get("/"))
    assert record.request_id == response["X-Request-Id"]


@pytest.mark.django_db
def test_a_page_that_does_not_exist_says_so_in_the_readers_language(client):
    response = client.get("/nl/does-not-exist/")
    assert response.status_code == 404
    assert response["X-Request-Id"]
    assert b'lang="nl"' in response.content
