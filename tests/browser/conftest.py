"""One Chromium, one validator and one city for all browser tests of a process."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import database
from tests.browser import site as city
from tests.browser.tools import AXE, Validator, chromium

# Playwright runs an event loop in this thread; Django's own work here is none of its business.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A new tab for each visit takes three times as long; one for all visits holds on to ever more of them.
TESTS_OF_A_TAB = 20


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def validator() -> Iterator[Validator]:
    running = Validator()
    yield running
    running.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Iterator[Page]:
    return one_after_the_other(browser, reduced_motion="reduce")


@pytest.fixture(scope="session")
def plain_tabs(browser: Browser) -> Iterator[Page]:
    return one_after_the_other(browser, java_script_enabled=False)


@pytest.fixture
def tab(tabs: Iterator[Page]) -> Page:
    """A tab for visits that leave nothing behind but the cookies of who came in: several tests have the same."""
    return next(tabs)


@pytest.fixture
def plain_tab(plain_tabs: Iterator[Page]) -> Page:
    """The same without scripts."""
    return next(plain_tabs)


def one_after_the_other(browser: Browser, **options: Any) -> Iterator[Page]:
    """One tab for some tests, then the next: what the browser keeps of earlier visits ends with it."""
    while True:
        context = browser.new_context(locale="fr-BE", **options)
        # To send it to each page that is looked at takes three times as long.
        context.add_init_script(path=AXE)
        page = context.new_page()
        for _test in range(TESTS_OF_A_TAB):
            yield page
        context.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that knows nobody yet."""
    fresh = browser.new_context(reduced_motion="reduce", locale="fr-BE")
    yield fresh
    fresh.close()


@pytest.fixture
def plain_context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without scripts."""
    fresh = browser.new_context(java_script_enabled=False, locale="fr-BE")
    yield fresh
    fresh.close()


@pytest.fixture(scope="session")
def loaded(
    django_db_setup: database.Store, django_db_blocker, folder_of_run: Path
) -> Iterator[city.Snapshot]:
    """The demonstration city, loaded by the first process that needs it."""
    snapshot = city.Snapshot(django_db_setup, folder_of_run / "brussels")
    with django_db_blocker.unblock(), database.alone(folder_of_run):
        snapshot.take()
    with django_db_blocker.unblock():
        database.restore(django_db_setup)
    yield snapshot
    with django_db_blocker.unblock():
        snapshot.remove()


@pytest.fixture(scope="module")
def site(loaded: city.Snapshot, django_db_blocker) -> Iterator[city.Site]:
    """The demonstration city, for the tests of a module that only read it."""
    with django_db_blocker.unblock():
        loaded.give()
        with city.served() as running:
            yield running
        database.restore(loaded.store)
