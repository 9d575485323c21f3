"""What the site does, for those who run it: counts for Prometheus, and a line in the log for each request.

Nothing here names a reader: no address, no query, and VINs are masked. docs/operations.md says what to watch.
"""

from __future__ import annotations

import logging
import os
import time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from catalogue.log_privacy import masked

log = logging.getLogger("catalogue.requests")

#: Seconds: a kept page takes a thousandth, a list with all its facets a tenth; from one on, somebody waits.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
#: Methods are what clients call them: others than these are counted together.
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})

ANSWERS = Counter("catalogue_answers", "Answers, by method, view and status.", ["method", "view", "status"])
DURATION = Histogram("catalogue_answer_seconds", "Seconds from request to answer.", ["view"], buckets=BUCKETS)


def view_name(request: HttpRequest, response: HttpResponse) -> str:
    """The view that answered; kept pages and what leads nowhere have none."""
    if getattr(response, "was_kept", False):
        return "kept page"
    return request.resolver_match.view_name if request.resolver_match else "none"


class WatchMiddleware:
    """Outside of everything that takes time."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        count(request.method, request.path, view_name(request, response), response.status_code, began)
        return response


def count(method: str, path: str, view: str, status: int, began: float) -> None:
    """Count an answer, and log it where that is wanted; ``began`` is when the request did, of time.perf_counter()."""
    seconds = time.perf_counter() - began
    method = method if method in METHODS else "other"
    ANSWERS.labels(method, view, status).inc()
    DURATION.labels(view).observe(seconds)
    if settings.LOG_REQUESTS:
        told = {"method": method, "path": masked(path), "status": status, "view": view, "seconds": round(seconds, 4)}
        log.info("%(method)s %(path)s %(status)s %(seconds)s", told, extra=told)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The counts of all worker processes, in Prometheus's format; closed unless METRICS_TOKEN is set and sent."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        response = HttpResponse("METRICS_TOKEN is wanted\n", content_type="text/plain", status=401)
        response["WWW-Authenticate"] = "Bearer"
        return response
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
