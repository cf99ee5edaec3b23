"""Apps, templates, languages."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from civicthread.config import city as _city
from civicthread.config import env as _env
from civicthread.config import logs as _logs

ENVIRONMENT = _env.read()
CITY = _city.read(ENVIRONMENT.data_dir / "city.toml")
PACKAGE = Path(__file__).resolve().parents[2]

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
DATA_DIR = ENVIRONMENT.data_dir
BASE_URL = ENVIRONMENT.base_url
ROOT_URLCONF = "civicthread.config.urls"
WSGI_APPLICATION = "civicthread.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

# The ladder, highest first: a template or a translation of a higher app wins.
LADDER = [
    "portal",
    "editorial",
    "dashboard",
    "governance",
    "roadmap",
    "projects",
    "ambition",
    "indices",
    "indicators",
    "datahub",
    "ideas",
    "stakeholders",
    "territory",
    "accounts",
    "core",
]
INSTALLED_APPS = [
    *(f"civicthread.{app}" for app in LADDER),
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount",
    "allauth",
    "civicthread.editorial.apps.DocumentsConfig",
    "civicthread.editorial.apps.ImagesConfig",
    "wagtail.users",
    "wagtail.sites",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "modelcluster",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "civicthread.core.middleware.request_id",
    "civicthread.core.problems.middleware",
    "civicthread.core.search.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "csp.middleware.CSPMiddleware",
    "civicthread.editorial.middleware.back_office_policy",
    "allauth.account.middleware.AccountMiddleware",
    "civicthread.accounts.middleware.own_site",
    "civicthread.accounts.middleware.gate",
    "civicthread.portal.errors.methods",
    "civicthread.core.middleware.refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "civicthread.core.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "civicthread.core.templatetags.components",
                "civicthread.core.templatetags.texts",
                "civicthread.stakeholders.templatetags.publishers",
            ],
        },
    }
]

USE_I18N = True
USE_TZ = True
TIME_ZONE = CITY.time_zone
LANGUAGES = [(code, _city.LANGUAGE_NAMES[code]) for code in CITY.languages]
LANGUAGE_CODE = CITY.languages[0]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = ["civicthread.core.locale_formats"]
# The main navigation: URL name and label, in the order people read it.
NAVIGATION = [
    ("ideas:list", _("Ideas")),
    ("ambition:memo", _("Ambition")),
    ("projects:list", _("Projects")),
    ("roadmap:roadmap", _("Roadmap")),
    ("governance:decisions", _("Decisions")),
    ("indicators:list", _("Indicators")),
    ("dashboard:dashboard", _("Dashboard")),
    ("datahub:catalogue", _("Data")),
    ("territory:map", _("Territory")),
    ("editorial:news", _("News")),
]
# What a person has on this site beside their account: "my account" leads there.
ACCOUNT_NAVIGATION = [
    ("ideas:mine", _("My ideas")),
    ("ideas:claim", _("Claim an idea")),
]
# The screens of the Office: URL name, label, and the verb one must be allowed to see it. Who leads a project has two,
# by one verb: whether one leads any is a query.
STAFF_NAVIGATION = [
    ("ideas:queue", _("Ideas"), "ideas.moderate"),
    ("ideas:need-desk", _("Needs"), "ideas.save_need"),
    ("datahub:overview", _("Datasets"), "datahub.keep"),
    ("indicators:overview", _("Indicators"), "indicators.save"),
    ("indices:overview", _("Indices"), "indices.save"),
    # Board members find it on the dashboard: whether one sits on a board is a query, too dear for every page.
    ("dashboard:board", _("What waits"), "indicators.save"),
    ("ambition:desk", _("Ambition"), "ambition.save_objective"),
    ("projects:desk", _("Projects"), "projects.save"),
    ("roadmap:desk", _("Milestones"), "projects.save"),
    ("governance:desk", _("Decisions"), "governance.record"),
    ("stakeholders:desk", _("Organisations"), "stakeholders.save"),
    ("accounts:people", _("People and roles"), "accounts.read_people"),
    ("wagtailadmin_home", _("News and pages"), "editorial.write"),
]
# What the foot of every page leads to.
FOOTER = [
    ("editorial:pages", _("About the programme")),
    ("portal:participate", _("How to take part")),
    ("portal:contact", _("Contact")),
    ("portal:accessibility", _("Accessibility")),
    ("portal:privacy", _("Privacy")),
    ("portal:cookies", _("Cookies")),
    ("portal:legal", _("Legal notice")),
    ("stakeholders:organisations", _("Organisations")),
    ("indices:index", _("Composite indices")),
    ("portal:sitemap", _("Site map")),
    ("core:changes", _("What changed")),
]

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "civicthread.core.static_files.KeptAddresses"},
}
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"
LOGGING = _logs.configuration(ENVIRONMENT.log_level)
