"""Writing the security log: to the database, and to the logger ``catalogue.security`` for those who collect logs.

Nothing that was typed is ever written: no password, no code, and no user name unless a user has it, since people type
passwords there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils.text import Truncator

from catalogue.limits import client_address
from catalogue.security.event import Kind, SecurityEvent

logger = logging.getLogger("catalogue.security")

#: What an operator may want to be woken by.
ALARMING = frozenset({Kind.FAILED_LOGIN, Kind.LOCKED_OUT, Kind.CODE_REFUSED, Kind.RECOVERY_CODE, Kind.FACTOR_REMOVED})

_present: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@contextmanager
def during(request: HttpRequest) -> Iterator[None]:
    """What signals tell of in here was done by this request: they know of none themselves."""
    token = _present.set(request)
    try:
        yield
    finally:
        _present.reset(token)


def known_user(name: str | None) -> User | None:
    """The user of this name, as it was typed."""
    if not name or "\x00" in name:
        return None
    return User.objects.filter(username=name).first()


def record(kind: Kind, user: User | None = None, detail: str = "", request: HttpRequest | None = None) -> None:
    """Write one event, by ``user`` or else by whoever sent the present request. Fails for no reason."""
    request = request or _present.get()
    user = user or _sender(request)
    # Whoever deletes a user may delete themselves; then there is only the name.
    stored = user if kind != Kind.USER_DELETED else None
    name = user.get_username() if user else ""
    address = client_address(request) if request else ""
    # Names are one line each in a log, whatever they are made of.
    detail = Truncator(" ".join(detail.split())).chars(500)
    # Whoever works at the command line sees what they do.
    level = logging.DEBUG if request is None else logging.WARNING if kind in ALARMING else logging.INFO
    logger.log(level, "%s user=%s address=%s %s", kind.value, name or "-", address or "-", detail)
    try:
        with transaction.atomic():
            SecurityEvent.objects.create(kind=kind, user=stored, user_name=name, address=address or None, detail=detail)
    except DatabaseError as error:
        logger.error("the event above could not be kept: %s", error)


def _sender(request: HttpRequest | None) -> User | None:
    if request is None:
        return None
    return request.user if request.user.is_authenticated else getattr(request, "half_user", None)
