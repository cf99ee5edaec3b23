"""What the accessibility statement says of our testing. Each claim names the test that keeps it; a test checks they exist."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Claim:
    """Something that is tested automatically whenever the program changes."""

    says: str | Promise
    test: str


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
    _(
        "Pictures and documents that the Office uploads are not checked by a program; the person who uploads them describes them."
    ),
    _(
        "The Office's own back office for writing pages is another program (Wagtail) and is not part of our tests."
    ),
)
