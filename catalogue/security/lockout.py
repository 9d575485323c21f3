"""Passwords can't be guessed by trying: after five wrong ones for a user from one address, both wait for 15 minutes.

django-axes counts; this tells it what an attempt is counted under, and what is answered to whoever is locked out.
"""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.limits import client_network
from catalogue.security.log import known_user


def counted_name(request: HttpRequest, credentials: dict | None) -> str | None:
    """The name that an attempt counts under: the user's. Of a name that nobody has only a hash is kept, since it may
    be a password typed into the wrong field."""
    name = (request.POST if credentials is None else credentials).get("username")
    if name is None or known_user(name):
        return name
    return salted_hmac("catalogue.security.lockout", name, algorithm="sha256").hexdigest()


def counted_address(request: HttpRequest) -> str | None:
    """The address that an attempt counts under; of a network of IPv6, its first."""
    return client_network(request).partition("/")[0] or None


def seconds_left(request: HttpRequest, credentials: dict | None) -> int:
    """How long whoever sent this has to wait."""
    attempts = AxesProxyHandler.get_implementation().get_user_attempts(request, credentials)
    times = [found for one in attempts if (found := one.aggregate(last=Max("attempt_time"))["last"])]
    passed = timezone.now() - max(times, default=timezone.now())
    return max(1, int((settings.AXES_COOLOFF_TIME - passed).total_seconds()))


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """The page for whoever is locked out: how long, and what helps meanwhile."""
    seconds = seconds_left(request, credentials)
    minutes = -(-seconds // 60)
    wait = ngettext("Try again in %(n)s minute.", "Try again in %(n)s minutes.", minutes) % {"n": minutes}
    context = {
        **admin.site.each_context(request),
        "title": _("Too many attempts"),
        "wait": wait,
        "is_nav_sidebar_enabled": False,
    }
    page = render(request, "admin/security/locked_out.html", context, status=settings.AXES_HTTP_RESPONSE_CODE)
    page["Retry-After"] = str(seconds)
    page["Cache-Control"] = "no-store"
    return page
