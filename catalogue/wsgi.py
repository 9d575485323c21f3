"""The WSGI application gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")
# Nobody waits longer for one answer of the database; commands may take as long as they need.
os.environ.setdefault("STATEMENT_TIMEOUT", "20")

site = get_wsgi_application()

from catalogue.kept_pages import KeptPages  # noqa: E402 - it needs the apps that Django has loaded just now

application = KeptPages(site)

# What the code itself is made of stays: looking through it again and again for garbage takes a tenth of each page.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
