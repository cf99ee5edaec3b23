"""The web application: Django behind the micro-cache."""

import os

from django.core.wsgi import get_wsgi_application

from civicthread.core.microcache import MicroCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicthread.config.settings")
application = MicroCache(get_wsgi_application())
