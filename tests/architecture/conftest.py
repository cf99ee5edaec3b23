"""What several house rules look at."""

import polib
import pytest

from civicthread.config import catalogues


@pytest.fixture(scope="session")
def found_texts() -> polib.POFile:
    """Every text that code and templates mark for translation."""
    return catalogues.gathered()
