"""The settings of the test suite: the product's own, in a folder and database of their own, with nothing that waits."""

import atexit
import os
import pathlib
import shutil
import tempfile
from urllib.parse import urlsplit

from civicthread.config import city

# Each test process (pytest-xdist starts several) has its own place, and the programs it starts inherit it.
_place = tempfile.mkdtemp(prefix="civicthread-tests-")
atexit.register(shutil.rmtree, _place, ignore_errors=True)
_server = urlsplit(os.environ.get("DATABASE_URL", ""))
os.environ["DATA_DIR"] = _place
os.environ["DATABASE_URL"] = (
    _server._replace(path=f"/civicthread_test_{os.getpid()}").geturl()
    if _server.scheme.startswith("postgres")
    else f"sqlite:///{_place}/records.sqlite3"
)
os.environ["SECRET_KEY"] = "only-for-tests"
pathlib.Path(_place, "city.toml").write_text(city.to_toml(city.NEW_CITY), encoding="utf-8")
os.environ["LOG_LEVEL"] = "CRITICAL"

from civicthread.config.settings import *

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A test's records need not outlive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
