"""Wagtail: the pages the Office writes."""

from civicthread.config.settings.base import BASE_URL, CITY, LANGUAGES

WAGTAIL_SITE_NAME = CITY.in_language(CITY.name, "en")
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_ENABLE_UPDATE_CHECK = False
# Texts are published by our action, and mails go out from our outbox: Wagtail's own way of approving does neither.
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
# Old addresses lead on by our own records: Wagtail's would be written and never read.
WAGTAILREDIRECTS_AUTO_CREATE = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
