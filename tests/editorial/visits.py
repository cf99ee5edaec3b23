"""How the crawler visits the editorial pages."""

from typing import Any

from django.utils.translation import get_language

from civicthread.editorial import queries
from civicthread.editorial.models import Edition, Section
from tests.browser.site import Site
from tests.browser.visiting import Arguments, File, Page, Visit


def slug(section: Section) -> Arguments:
    """A text of that section, as its address is written in the language of the visit."""
    found = Edition.objects.filter(section=section, purpose__in=["", "strategy"], publication="published")
    return lambda site: {"slug": found.all()[0].slugs[get_language()]}


def written(_site: Site) -> dict[str, Any]:
    """The number of a page."""
    return {"number": queries.written().filter(live=True).values_list("pk", flat=True)[0]}


VISITS: dict[str, list[Visit]] = {
    "editorial:news": [Page()],
    "editorial:news-feed": [File()],
    "editorial:article": [Page(slug(Section.NEWS))],
    "editorial:pages": [Page()],
    "editorial:page": [Page(slug(Section.PAGE))],
    "editorial:withdraw": [Page(written, persona="staff")],
}
