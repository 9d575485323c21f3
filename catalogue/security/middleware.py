"""What holds for every request of somebody who is signed in. Readers have no session, and nothing is done for them."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from catalogue.security import log
from catalogue.security.second_factor import Lack, lack_of

#: When the session was last used at the desk. Written this often and no more: each writing is a query.
USED, EVERY = "used_at", 300


class DeskSessionMiddleware:
    """Takes sessions without their second factor for nobody's; keeps those in use at the desk from ending.

    Stands right after AuthenticationMiddleware, before whatever asks for the user.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.desk = reverse("admin:index")

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            signed_in = request.user
            request.user = SimpleLazyObject(lambda: trusted(request, signed_in))
        if not request.path.startswith(self.desk):
            return self.get_response(request)
        if SESSION_KEY in request.session and time.time() - request.session.get(USED, 0) > EVERY:
            request.session[USED] = int(time.time())
        with log.during(request):
            return self.get_response(request)


def trusted(request: HttpRequest, user: User | AnonymousUser) -> User | AnonymousUser:
    """The user, or nobody where the session lacks something; who it would be is then in ``request.half_user``."""
    request.lack = lack_of(request, user) if user.is_authenticated else Lack.NOTHING
    if request.lack is Lack.NOTHING:
        return user
    request.half_user = user
    return AnonymousUser()
