"""What the accessibility statement says of our testing. Each claim names the test that keeps it."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Claim:
    """Something that is tested automatically whenever the program changes."""

    says: str | Promise
    test: str


# When somebody last read all of this against the program.
REVIEWED = date(2026, 11, 29)
TESTED = (
    Claim(
        _("Each page says which language it is in, has a title, and has exactly one main heading."),
        "tests/portal/test_pages.py",
    ),
    Claim(
        _("Text that is shown in another language than the page's is marked with its language."),
        "tests/editorial/test_reading.py",
    ),
    Claim(
        _("Each page offers itself in the other languages, at the same place."), "tests/portal/test_pages.py"
    ),
    Claim(_("No page needs JavaScript to be read."), "tests/portal/test_pages.py"),
)
NOT_TESTED = (
    _("No screen reader has been tried by a person on this version yet."),
    _("No person with a disability has tested this version yet."),
    _("No program checks the Office’s pictures; the person who uploads one describes it in words."),
    _("The back office where the Office writes its pages is another program, Wagtail, that we do not test."),
)
