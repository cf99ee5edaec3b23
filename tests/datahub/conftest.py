"""Each test has a lake and an incoming folder of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def place(settings, tmp_path: Path) -> Path:
    """Where the test's data stands."""
    settings.DATA_DIR = tmp_path / "data"
    settings.LAKE = str(tmp_path / "lake")
    settings.LAKE_COPIES = str(tmp_path / "copies")
    return tmp_path
