"""The site's own settings, with N+1 detection on and what only tests need."""

import os
import tempfile
from pathlib import Path

# Tests must not depend on what a developer's shell says about the site; the database they may choose.
for name in (
    *("DEBUG", "HTTPS", "ALLOWED_HOSTS", "SITE_URL", "VAR_DIR", "CACHE_URL"),
    *("ADMIN_PATH", "REQUIRE_SECOND_FACTOR", "SESSION_HOURS", "BEHIND_PROXY", "PAGE_STORE"),
    *("METRICS_TOKEN", "LOG_REQUESTS", "LOG_FORMAT", "STATEMENT_TIMEOUT", "DATABASE_REPLICA_URLS"),
):
    os.environ.pop(name, None)

from catalogue.settings import *  # noqa: E402, F403

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405 - the queries are the same on every database
    INSTALLED_APPS += ["zeal"]  # noqa: F405
    MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]  # noqa: F405
    ZEAL_RAISE = True
# Templates name static files by plain names: tests need no collected files.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
WHITENOISE_AUTOREFRESH = True
# Tests log in often; how hard passwords are to guess is not what they are about.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Django's test client signs in without a request, which axes can't count by; tests/test_security.py turns it on.
AXES_ENABLED = False
# Tests change rows behind the catalogue's back; tests/test_page_store.py turns it on.
PAGE_STORE = False
# What tests build must not push out the files of a developer's own site.
_imports = tempfile.TemporaryDirectory(prefix="transplants-tests-")
STORAGES["import_export"]["OPTIONS"]["location"] = Path(_imports.name)  # noqa: F405
_downloads = tempfile.TemporaryDirectory(prefix="transplants-tests-")
DOWNLOADS_ROOT = Path(_downloads.name)
