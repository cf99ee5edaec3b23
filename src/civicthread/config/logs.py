"""Logs as one JSON object a line: no input of a visitor can forge a second line."""

import json
import logging
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """One record, one line, with the id of the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := getattr(record, "request_id", None):
            line["request"] = request_id
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


def configuration(level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, one JSON line each."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "civicthread.config.logs.JsonLines"}},
        "filters": {"request": {"()": "civicthread.core.middleware.RequestIdFilter"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own have levels and handlers of their own, unless told otherwise.
        "loggers": {
            name: {"handlers": ["stderr"], "level": level, "propagate": False}
            for name in ("django", "django.server")
        }
        # Wagtail tells of every page it touches, which the journal tells already; background work begins and ends
        # twice a minute, since mail is looked for: it is told where it fails, and to whoever debugs.
        | {
            "wagtail": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING" if level == "INFO" else level},
        },
    }
