"""The web application: Django behind the micro-cache."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from civicthread.core.microcache import MicroCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicthread.config.settings")
application = MicroCache(get_wsgi_application())

# What is loaded now stays until the end: looking through it for rubbish again and again would cost a tenth of a second
# each time, in the middle of a page. Most pages leave no cycles, so a search is due less often than Python thinks.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
