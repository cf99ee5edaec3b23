"""The web application: Django behind the micro-cache."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from civicthread.core.microcache import MicroCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicthread.config.settings")
# What is loaded now stays until the end: looking through it for rubbish while it grows would take a sixth of the start,
# and later a tenth of a second each time, in the middle of a page. Most pages leave no cycles, so a search is due less
# often than Python thinks.
gc.disable()
application = MicroCache(get_wsgi_application())
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
gc.enable()
