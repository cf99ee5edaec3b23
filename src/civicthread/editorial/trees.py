"""One tree of pages per language of the city: a home page with a folder of news. The program makes them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from wagtail.models import Locale, Page, Site

from civicthread.editorial.models import HomePage, NewsIndexPage

# The trees of all languages are each other's translations, so their keys are fixed.
HOME, NEWS = (
    uuid.uuid5(uuid.NAMESPACE_URL, f"urn:civicthread:editorial:{name}") for name in ("home", "news")
)


@transaction.atomic
def plant() -> None:
    """Make what is missing of the trees; run after every migration, and safe to run again."""
    root = Page.get_first_root_node() or _root()
    for code in settings.CITY.languages:
        locale = Locale.objects.get_or_create(language_code=code)[0]
        with override(code):
            home = _grown(root, HomePage, locale=locale, key=HOME, title=gettext("Home page"), slug=code)
            _grown(home, NewsIndexPage, locale=locale, key=NEWS, title=gettext("News"), slug="news")
    first = HomePage.objects.get(locale__language_code=settings.LANGUAGE_CODE)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": first, "site_name": settings.WAGTAIL_SITE_NAME},
    )
    # The page that Wagtail welcomes a new site with.
    for page in Page.objects.filter(depth=2).exclude(translation_key=HOME):
        if page.specific_class is Page:
            page.delete()


def folder(page_type: type[Page], language: str) -> Page:
    """Where pages of that type stand in that language."""
    parent = NewsIndexPage if "editorial.NewsIndexPage" in page_type.parent_page_types else HomePage
    return parent.objects.get(locale__language_code=language)


def _root() -> Page:
    # A database that was emptied (tests do it) has lost Wagtail's own first page too.
    locale = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)[0]
    return Page.add_root(instance=Page(title="Root", slug="root", locale=locale))


def _grown(parent: Page, model: type[Page], *, locale: Locale, key: uuid.UUID, **words: Any) -> Page:
    found = model.objects.filter(translation_key=key, locale=locale).first()
    return found or parent.add_child(instance=model(translation_key=key, locale=locale, **words))
