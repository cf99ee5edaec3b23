"""What every test may ask for."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import settings

from civicthread.children.pool import Queue
from civicthread.core import charts
from tests import database, objectstore, personas

# In a worker of pytest-xdist the main module has no file; pyspark takes that for its own doctests, and ends it. The
# file named here is an empty one, because a process started by multiprocessing runs it again before anything else.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = os.devnull

# A shell starts what runs in its background deaf to interrupts, and all that it starts: the program is tried with one.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What a property is tried on: few examples, the same each time, in every run; many others in `make soak`.
EXAMPLES = int(os.environ.get("CIVICTHREAD_EXAMPLES", "30"))
settings.register_profile("suite", max_examples=EXAMPLES, derandomize=EXAMPLES == 30, deadline=None)
settings.load_profile("suite")

# Nothing is searched for garbage while the tests are found: nearly all that is made then stays.
gc.disable()
_migrating = pytest.StashKey[subprocess.Popen[bytes]]()
MIGRATE = """import pathlib, sys, django
django.setup()
from tests import database
database.migrated(pathlib.Path(sys.argv[1]))"""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Of several processes, the one that tries nothing itself has the records migrated while the others find theirs."""
    config = session.config
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        program = [sys.executable, "-c", MIGRATE, str(config.cache.mkdir("database"))]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        config.stash[_migrating] = subprocess.Popen(program, env=environment, cwd=config.rootpath)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The order in which processes share the tests without waiting for each other or doing a thing twice.

    Each begins with a part of its own, and who is done takes from another's end. So one loads the demonstration for the
    browser while the others try what needs no browser.
    On PostgreSQL, that is left out: it never speaks to the database, and passed on SQLite already.
    """
    browser, slow, pure, others = [], [], [], []
    for item in items:
        if item.get_closest_marker("browser"):
            browser.append(item)
        elif not reads_records(item):
            pure.append(item)
        else:
            (slow if item.get_closest_marker("slow") else others).append(item)
    if connection.vendor == "postgresql":
        config.hook.pytest_deselected(items=pure)
        pure = []
    half = max(0, len(items) // 2 - len(browser))
    items[:] = [*browser, *others[:half], *pure, *slow, *others[half:]]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What stands once the tests are found stays until the end: no search for garbage need look through it."""
    found = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)
    return found


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Libraries count at the end what was never given back."""
    gc.unfreeze()
    if _migrating in session.config.stash:
        session.config.stash[_migrating].wait()


def reads_records(item: pytest.Item) -> bool:
    """Whether a test has to do with the database."""
    asked = {"db", "transactional_db", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(asked or item.get_closest_marker("django_db"))


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker) -> Iterator[database.Store]:
    """The database of this process; a test that commits gets it back as it was, data of migrations included."""
    kept: Path = request.config.cache.mkdir("database")
    with django_db_blocker.unblock():
        store = database.prepare(kept)
    usual = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: database.restore(store)
    yield store
    TransactionTestCase._fixture_teardown = usual
    with django_db_blocker.unblock():
        store.remove()


@pytest.fixture(scope="session", autouse=True)
def _patience_with_charts() -> None:
    """A reader is not kept waiting for a drawing; a test on a machine that does much else is."""
    charts.SECONDS = 100.0
    charts.POOL._queue = Queue(patience=100.0)


@pytest.fixture(autouse=True)
def _same_start() -> Iterator[None]:
    """No test hears of another's language or of what it kept in memory."""
    caches["local"].clear()
    with translation.override("fr"):
        yield


@pytest.fixture(scope="session")
def folder_of_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a run share; `database.alone` keeps them from making the same twice."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def object_store() -> Iterator[objectstore.ObjectStore]:
    """An S3 server."""
    with objectstore.served() as store:
        yield store


@pytest.fixture
def bucket(object_store: objectstore.ObjectStore) -> str:
    """The address of a lake in a bucket of its own."""
    return object_store.bucket()


@pytest.fixture(params=["folder", "store"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a lake: once in a folder, once in an object store."""
    return str(tmp_path / "lake") if request.param == "folder" else request.getfixturevalue("bucket")


@pytest.fixture
def staff(db) -> Client:
    """A browser in which someone of the Office signed in."""
    return personas.make("staff").client()


@pytest.fixture
def constant_queries(db) -> Callable[[str, Callable[[], object]], int]:
    """Check that a list costs the same number of queries, at most 12, with one row and with three.

    `constant_queries(url, make)`: `make` makes one more row.
    """

    def counted(client: Client, url: str) -> int:
        caches["local"].clear()  # what is remembered until something is done costs its queries each time
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def check(url: str, make: Callable[[], object], client: Client | None = None) -> int:
        client = client or Client()
        make()
        counted(client, url)  # the first page fills what is remembered
        one = counted(client, url)
        make()
        make()
        three = counted(client, url)
        assert three == one, f"{one} queries with one row, {three} with three"
        assert one <= 12, f"{one} queries"
        return one

    return check
