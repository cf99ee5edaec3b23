"""What a browser may do with our pages, and how mail leaves."""

from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from civicthread.config.env import MAIL_PORTS
from civicthread.config.settings.base import ENVIRONMENT

ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
CSRF_FAILURE_VIEW = "civicthread.portal.errors.form_expired"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.base_url]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_SSL_REDIRECT = ENVIRONMENT.secure and not ENVIRONMENT.trusted_proxies
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if ENVIRONMENT.secure else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# The columns of a wide dataset are described in one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
# What one request may bring in files; larger data goes through `civicthread ingest`.
UPLOAD_BYTES = 200_000_000
# A file from the web is read in the background, so it may be larger and take its time; and which networks that are
# not public it may come from: none, unless the administrator names them.
FETCH_BYTES = 2_000_000_000
FETCH_SECONDS = 900
FETCH_ALLOW = ENVIRONMENT.fetch_allow
FILE_UPLOAD_HANDLERS = [
    "civicthread.core.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies

CONTENT_SECURITY_POLICY = {
    # Wagtail's back office brings scripts of its own; it has its own policy in editorial.
    "EXCLUDE_URL_PREFIXES": ("/cms/",),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

_mail = urlsplit(ENVIRONMENT.email_url)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from
if _mail.scheme == "file":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = unquote(_mail.path)
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname
    EMAIL_PORT = _mail.port or MAIL_PORTS[_mail.scheme]
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_TIMEOUT = 20
