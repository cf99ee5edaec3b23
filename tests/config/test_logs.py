import io
import json
import logging
import logging.config

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from civicthread.config import logs
from civicthread.core import middleware


@pytest.fixture
def lines() -> io.StringIO:
    """What the configured handler writes."""
    written = io.StringIO()
    configuration = logs.configuration("INFO")
    configuration["handlers"]["stderr"]["stream"] = written
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logging.config.dictConfig(configuration)
    yield written
    logging.getLogger().handlers, logging.getLogger().level = before[0], before[1]


def test_a_visitor_cannot_forge_a_line(lines: io.StringIO):
    logging.getLogger("x").warning("Sign-in of %s failed", 'citizen\n{"level": "INFO", "message": "forged"}')
    assert len(lines.getvalue().splitlines()) == 1
    assert "forged" in json.loads(lines.getvalue())["message"]


def test_a_line_carries_its_request_and_its_fault(lines: io.StringIO):
    def page(request):
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            logging.getLogger("x").exception("It broke")
        return HttpResponse(status=500)

    response = middleware.request_id(page)(RequestFactory().get("/"))
    line = json.loads(lines.getvalue())
    assert line["request"] == response["X-Request-Id"]
    assert "ZeroDivisionError" in line["trace"]
    assert line["level"] == "ERROR"


def test_a_line_outside_a_request_names_none(lines: io.StringIO):
    logging.getLogger("x").info("é")
    line = json.loads(lines.getvalue())
    assert "request" not in line
    assert line["message"] == "é"


def test_background_work_is_told_when_it_fails_and_on_demand(lines: io.StringIO):
    """Mail is looked for twice a minute: two lines each time would hide all others."""
    tasks = logging.getLogger("django_tasks")
    tasks.info("state=SUCCESSFUL")
    tasks.error("state=FAILED")
    assert [json.loads(line)["message"] for line in lines.getvalue().splitlines()] == ["state=FAILED"]
    assert logs.configuration("DEBUG")["loggers"]["django_tasks"]["level"] == "DEBUG"
    assert logs.configuration("ERROR")["loggers"]["django_tasks"]["level"] == "ERROR"
