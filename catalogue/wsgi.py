"""The WSGI application gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")
# Nobody waits longer for one answer of the database; commands may take as long as they need.
os.environ.setdefault("STATEMENT_TIMEOUT", "20")

application = get_wsgi_application()
