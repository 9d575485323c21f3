"""What is logged, and how it is written. All goes to standard error."""

from __future__ import annotations


def logging_settings(form: str) -> dict:
    """Django's LOGGING; ``form`` is "line", or "json" for programs.

    The loggers that name addresses mask them at once, for every handler; the handler masks what any other says.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "mask_vins": {"()": "catalogue.log_privacy.MaskVins"},
            "request_id": {"()": "django_guid.log_filters.CorrelationId", "correlation_id_field": "request_id"},
        },
        "formatters": {
            "line": {"format": "{asctime} {levelname} {name} {request_id} {message}", "style": "{"},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": ["asctime", "levelname", "name", "request_id", "message"],
            },
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["mask_vins", "request_id"],
            }
        },
        "loggers": {
            "catalogue.requests": {"level": "INFO"},
            "django_guid": {"level": "ERROR"},  # it tells of every request whether it had a name
            **{name: {"filters": ["mask_vins"]} for name in ("django.request", "django.security.csrf")},
            "catalogue.security": {"level": "INFO"},
            "axes": {"level": "ERROR"},  # catalogue.security tells the same
            # The development server's line for each request, which has the query string.
            "django.server": {"filters": ["mask_vins"], "handlers": ["console"], "level": "INFO", "propagate": False},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
    }
