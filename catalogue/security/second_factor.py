"""The second factor: a code from an app on one's phone, or one of ten recovery codes, after the password.

Until it is given, a session is half signed in: ``request.user`` is nobody, everywhere on the site, so no page has to
ask (``middleware``). django-otp keeps the secrets, refuses a code that was used, and makes guessing slow.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import timedelta
from enum import Enum

import django_otp
import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from catalogue.roles import may_publish
from catalogue.security.event import Kind
from catalogue.security.log import record

RECOVERY_CODES = 10
#: A key that was shown and not confirmed is good for so long; somebody may have seen it.
KEY_SHOWN_FOR = timedelta(hours=1)


class Lack(Enum):
    """What a session that has the password still lacks."""

    NOTHING = "nothing"
    CODE = "code"
    FACTOR = "factor"


class TooSoon(Exception):  # noqa: N818 - it is an answer
    """Codes were wrong; the next is looked at after ``seconds``."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


def factor_of(user: User) -> TOTPDevice | None:
    """The user's app; None where none is set up."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).order_by("pk").first()


def is_required_of(user: User) -> bool:
    return settings.REQUIRE_SECOND_FACTOR and (user.is_superuser or may_publish(user))


def lack_of(request: HttpRequest, user: User) -> Lack:
    """What the session lacks. One query."""
    factor = factor_of(user)
    if factor is not None:
        shown = request.session.get(django_otp.DEVICE_ID_SESSION_KEY)
        return Lack.NOTHING if shown == factor.persistent_id else Lack.CODE
    return Lack.FACTOR if is_required_of(user) else Lack.NOTHING


# Codes -------------------------------------------------------------------------------------------------------


def plain(code: str) -> str:
    """A code as it is kept, however it is typed: "123 456", "ABCD-EFGH", full-width digits."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", code)).lower()


def check(user: User, code: str) -> bool:
    """Whether a code of the app, or a recovery code, is right; each is right only once."""
    code = plain(code)
    kind = TOTPDevice if code.isascii() and code.isdigit() and len(code) == 6 else StaticDevice
    device = kind.objects.devices_for_user(user, confirmed=True).order_by("pk").first()
    right = device is not None and _matches(device, code)
    if right and kind is StaticDevice:
        record(Kind.RECOVERY_CODE, user)
    elif not right:
        record(Kind.CODE_REFUSED, user)
    return right


def _matches(device: Device, code: str) -> bool:
    allowed, why = device.verify_is_allowed()
    if not allowed:
        raise TooSoon(max(1, math.ceil((why["locked_until"] - timezone.now()).total_seconds())))
    return django_otp.verify_token(device.user, device.persistent_id, code) is not None


def let_in(request: HttpRequest, user: User) -> None:
    """This session has shown the second factor."""
    request.user = user
    request.session.cycle_key()
    django_otp.login(request, factor_of(user))


# Setting up and turning off ------------------------------------------------------------------------------------


def begin(user: User) -> TOTPDevice:
    """The key to be put into the app. It counts only once a code proves that it is there."""
    waiting = TOTPDevice.objects.devices_for_user(user, confirmed=False)
    waiting.filter(created_at__lt=timezone.now() - KEY_SHOWN_FOR).delete()
    return waiting.order_by("pk").first() or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def confirm(device: TOTPDevice, code: str) -> bool:
    """Turn the second factor on, if the code comes from this key."""
    if not _matches(device, plain(code)):
        return False
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    record(Kind.FACTOR_SET_UP, device.user)
    return True


def picture(device: TOTPDevice) -> str:
    """The key as a QR code, as an address of its own that no request is made for."""
    return segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4, light="white")


def readable(device: TOTPDevice) -> str:
    """The key as it is typed where no camera is: groups of four letters."""
    key = re.search(r"secret=([A-Z2-7]+)", device.config_url)[1]
    return " ".join(re.findall(".{1,4}", key))


def new_recovery_codes(user: User) -> list[str]:
    """Ten new codes; the old ones are void."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery codes")
        codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    record(Kind.RECOVERY_CODES, user)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def turn_off(user: User) -> bool:
    """Remove the app and the recovery codes; False where there were none."""
    with transaction.atomic():
        had = factor_of(user) is not None
        for kind in (TOTPDevice, StaticDevice):
            kind.objects.filter(user=user).delete()
    if had:
        record(Kind.FACTOR_REMOVED, detail=f"user {user.get_username()}")
    return had
