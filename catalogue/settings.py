"""Settings, from environment variables. docs/operations.md has the table of them all.

The defaults are those of ``make run``: DEBUG off, SQLite in ``var/``, plain HTTP on this machine.
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError, validate

from catalogue.databases import databases
from catalogue.log_format import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()


def setting(read, name, *args, **kwargs):
    """Read one environment variable; a value that can't be read stops the start with one sentence."""
    try:
        return read(name, *args, **kwargs)
    except (EnvError, ValueError) as error:
        reason = str(error).replace("\n", " ").rstrip(".")
        raise ImproperlyConfigured(f"the environment variable {name} has a wrong value: {reason}.") from None


#: Where this installation keeps what is its own: database, secret key, built static files.
VAR_DIR = Path(setting(env.str, "VAR_DIR", str(BASE_DIR / "var")))

DEBUG = setting(env.bool, "DEBUG", False)


def secret_key() -> str:
    """The key from SECRET_KEY or from var/secret_key, which ``manage.py start`` writes once."""
    stored = VAR_DIR / "secret_key"
    if key := setting(env.str, "SECRET_KEY", ""):
        return key
    if stored.exists():
        return stored.read_text().strip()
    # Good for one process, such as `migrate` in a fresh clone: nothing signed with it outlives it.
    from django.core.management.utils import get_random_secret_key

    return get_random_secret_key()


SECRET_KEY = secret_key()
ALLOWED_HOSTS = setting(env.list, "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
#: Whether readers reach the site by HTTPS: then cookies are marked secure and plain HTTP is redirected.
HTTPS = setting(env.bool, "HTTPS", False)
#: The public address, for canonical links and the sitemap; without it the request's own host is used.
SITE_URL = setting(env.str, "SITE_URL", "").rstrip("/")

INSTALLED_APPS = [
    "catalogue.apps.CatalogueAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_filters",
    "corsheaders",
    "drf_spectacular",
    "rest_framework",
    "import_export",
    "modelsearch",
    "csp",
    "django_guid",
    "catalogue",
    "plants",
    "vehicles",
]

MIDDLEWARE = [
    # catalogue/kept_pages.py is around all of them.
    "catalogue.watching.WatchMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "catalogue.page_store.PageStoreMiddleware",
    # From here on what they add to a page is kept with it.
    "django_guid.middleware.guid_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "catalogue.availability.AvailabilityMiddleware",
    "catalogue.replicas.ReplicaMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "catalogue.security.middleware.DeskSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "catalogue.desk.preview.PreviewMiddleware",
    "catalogue.middleware.MovedPageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "catalogue.urls"
WSGI_APPLICATION = "catalogue.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "catalogue.context.site",
            ],
            "builtins": [f"catalogue.templatetags.{name}" for name in ("catalogue", "editing", "lists")],
        },
    }
]

# Database ------------------------------------------------------------------------------------------

POOL_SIZE = setting(env.int, "DATABASE_POOL_SIZE", 8, validate=validate.Range(min=1))
#: Seconds; none for commands, which migrate and import. The web server sets one (catalogue/wsgi.py).
STATEMENT_TIMEOUT = setting(env.int, "STATEMENT_TIMEOUT", 0, validate=validate.Range(min=0))
#: Copies of PostgreSQL that readers' pages are made from (catalogue/replicas.py).
REPLICA_URLS = setting(env.list, "DATABASE_REPLICA_URLS", [])
DATABASE_URL = setting(env.str, "DATABASE_URL", f"sqlite:///{VAR_DIR / 'catalogue.sqlite3'}")
DATABASES = setting(
    lambda name: databases(DATABASE_URL, [], pool_size=POOL_SIZE, patience=STATEMENT_TIMEOUT), "DATABASE_URL"
)
if REPLICA_URLS:
    DATABASES = setting(
        lambda name: databases(DATABASE_URL, REPLICA_URLS, pool_size=POOL_SIZE, patience=STATEMENT_TIMEOUT),
        "DATABASE_REPLICA_URLS",
    )
    DATABASE_ROUTERS = ["catalogue.replicas.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Words come from catalogue/search/words.py, so the database must not change them: no stemming, no stop words.
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "simple"}}

CACHES = {"default": setting(env.dj_cache_url, "CACHE_URL", "locmem://")}
if CACHES["default"]["BACKEND"].endswith(".RedisCache"):
    CACHES["default"]["BACKEND"] = "catalogue.caches.RedisCache"
# Finished pages (catalogue/page_store.py); those with a query have a shelf of their own, the one that can fill up.
PAGE_STORE = setting(env.bool, "PAGE_STORE", not DEBUG)
for _name, _most in (("pages", 3000), ("queries", 500)):
    CACHES[_name] = {**CACHES["default"], "KEY_PREFIX": _name}
    if CACHES[_name]["BACKEND"].endswith("LocMemCache"):
        CACHES[_name] |= {"LOCATION": _name, "OPTIONS": {"MAX_ENTRIES": _most, "CULL_FREQUENCY": 4}}

# Languages -----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Uploads that wait for their import to be confirmed (catalogue/exchange/uploads.py); no address leads there.
    "import_export": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "imports",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "catalogue.static_files.StaticFiles"
    },
}

# Photos, as catalogue/photo_files.py writes and serves them ------------------------------------------

MEDIA_ROOT = VAR_DIR / "photos"
MEDIA_URL = "/photos/"

# The API: reading only, for anyone --------------------------------------------------------------------

#: What one client may ask of the API: "600/min", "10/s".
API_RATE = setting(
    env.str, "API_RATE", "600/min", validate=validate.Regexp(r"\A[1-9][0-9]*/(s|sec|min|m|hour|h|day|d)\Z")
)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "catalogue.api.schema.Description",
    "DEFAULT_THROTTLE_RATES": {"api": API_RATE},
    "DEFAULT_VERSIONING_CLASS": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Transplants",
    "DESCRIPTION": "Vehicles of Japanese brands built in the United States: who built what, where and when, and "
    "which of it was sold in Japan. Every fact with its source. Data: CC BY 4.0.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "catalogue.api.schema.without_required",
    ],
    "SERVE_PUBLIC": True,
    # The description names the values of filters, from the database: none may be there yet when settings are checked.
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "PlantStatus": "plants.choices.PlantStatus",
        "RunStatus": "vehicles.choices.RunStatus",
        "ExportStatus": "vehicles.choices.ExportStatus",
        "PlantKind": "plants.choices.PlantKind",
        "ManufacturerKind": "plants.choices.ManufacturerKind",
        "MilestoneKind": "catalogue.models.MilestoneKind",
    },
    "LICENSE": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
}
#: Pages of others may read what is meant for programs.
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_EXPOSE_HEADERS = ["ETag", "Content-Disposition", "Retry-After"]
# Downloads of the whole catalogue, as catalogue/downloads/store.py builds them once for each revision ----

DOWNLOADS_ROOT = VAR_DIR / "downloads"

# Imports at the editors' desk ------------------------------------------------------------------------

#: The largest file, and the most rows of one.
IMPORT_MAX_BYTES = setting(env.int, "IMPORT_MAX_BYTES", 5 * 1024 * 1024, validate=validate.Range(min=1))
IMPORT_MAX_ROWS = setting(env.int, "IMPORT_MAX_ROWS", 20_000, validate=validate.Range(min=1))

# Security ------------------------------------------------------------------------------------------

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
#: Where the desk can't be: the site's own pages are there.
TAKEN = (
    *(
        "about",
        "api",
        "changes",
        "compare",
        "downloads",
        "eras",
        "exports",
        "figures",
        "health",
        "ja",
        "manufacturers",
        "metrics",
    ),
    *("photos", "plants", "report", "search", "sources", "states", "static", "styleguide", "vehicles", "vin"),
)
#: Where the desk is; choosing a path keeps guessing programs away, and nothing else.
ADMIN_PATH = setting(
    env.str,
    "ADMIN_PATH",
    "admin",
    validate=[
        validate.Regexp(
            r"\A[A-Za-z0-9-]+(/[A-Za-z0-9-]+)*\Z", error="use letters, digits and hyphens, with slashes only inside"
        ),
        validate.NoneOf(TAKEN, error="the site itself has pages there; choose another"),
    ],
)

# Guessing passwords, as catalogue/security/lockout.py tells it ---------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Whoever is locked out is told for how long; trying meanwhile changes nothing about it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "catalogue.security.lockout.counted_name"
AXES_CLIENT_IP_CALLABLE = "catalogue.security.lockout.counted_address"
AXES_LOCKOUT_CALLABLE = "catalogue.security.lockout.locked_out"
# Axes keeps the fields of a failed form; these it keeps as asterisks, and the password anyway.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "proof", "csrfmiddlewaretoken"]
# The log of who came is our own, with words for editors: catalogue/security/event.py.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False

# The second factor, as catalogue/security/second_factor.py tells it ----------------------------------

#: Whether everyone who can publish must have one.
REQUIRE_SECOND_FACTOR = setting(env.bool, "REQUIRE_SECOND_FACTOR", False)
OTP_TOTP_ISSUER = "Transplants"

# Sessions: they end with the browser, or so many hours after the desk was last used ------------------

SESSION_HOURS = setting(env.int, "SESSION_HOURS", 12, validate=validate.Range(min=1, max=24 * 365))
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "catalogue.kept_forms.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
#: Whether a proxy of ours tells how and by whom it was asked; docs/operations.md says what it must do.
BEHIND_PROXY = setting(env.bool, "BEHIND_PROXY", False)
if BEHIND_PROXY:
    # Only behind a proxy that sets this header itself; docs/operations.md says how.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = setting(env.list, "CSRF_TRUSTED_ORIGINS", [])

# A request with more fields than any form of ours has is an attack; the largest is a plant with its rows.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# Watching ---------------------------------------------------------------------------------------------

#: What Prometheus sends to read /metrics; without it nobody can.
METRICS_TOKEN = setting(env.str, "METRICS_TOKEN", "")
#: Whether each request is a line in the log.
LOG_REQUESTS = setting(env.bool, "LOG_REQUESTS", False)
LOG_FORMAT = setting(env.str, "LOG_FORMAT", "line", validate=validate.OneOf(["line", "json"]))
#: Each request has a name, which its answer, and all that the log says of it, carry; a proxy may give it.
DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "VALIDATE_GUID": True, "EXPOSE_HEADER": False}

LOGGING = logging_settings(LOG_FORMAT)
