"""The second factor: what is closed until the code is given, and every way in and out of it."""

import re
import time

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from catalogue.models import SecurityEvent
from catalogue.security import second_factor
from catalogue.security.event import Kind
from plants.models import Plant

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PASSWORD = "correct horse battery"
DESK, LOGIN = reverse("admin:index"), reverse("admin:login")
STATE, VERIFY = reverse("admin:second_factor"), reverse("admin:second_factor_verify")
SET_UP = reverse("admin:second_factor_set_up")
CODES, OFF = reverse("admin:second_factor_codes"), reverse("admin:second_factor_off")


@pytest.fixture
def phone(editor) -> TOTPDevice:
    """The editor's app."""
    return TOTPDevice.objects.create(user=editor, name="app")


@pytest.fixture
def half(client, phone):
    """A browser in which the editor gave the password, and nothing more."""
    client.force_login(phone.user)
    return client


def code_of(device: TOTPDevice, offset: int = 0) -> str:
    """What the app shows now."""
    return f"{totp(device.bin_key, drift=offset):06d}"


def wrong(device: TOTPDevice) -> str:
    return f"{(totp(device.bin_key) + 500_000) % 1_000_000:06d}"


def kinds() -> list[str]:
    return list(SecurityEvent.objects.order_by("pk").values_list("kind", flat=True))


# After the password -------------------------------------------------------------------------------------------


def test_the_password_leads_to_the_code_and_the_code_to_where_one_was_going(client, phone):
    asked = reverse("admin:plants_plant_changelist") + "?q=ohio"
    response = client.post(LOGIN, {"username": "editor", "password": PASSWORD, "next": asked}, follow=True)
    assert response.wsgi_request.path == VERIFY
    page = response.content.decode()
    (onward,) = re.findall(r'name="next" value="([^"]*)"', page)
    response = client.post(VERIFY, {"code": code_of(phone), "next": onward}, follow=True)
    assert response.redirect_chain == [(asked, 302)]
    assert response.status_code == 200
    assert SecurityEvent.objects.filter(kind=Kind.CODE_ACCEPTED, user=phone.user, address="127.0.0.1").count() == 1


@pytest.mark.parametrize(
    "address",
    [
        DESK,
        reverse("admin:plants_plant_changelist"),
        reverse("admin:plants_plant_add"),
        reverse("admin:password_change"),
        reverse("admin:jsi18n"),
        reverse("admin:autocomplete") + "?app_label=catalogue&model_name=citation&field_name=source",
        "/admin/no-such-page/",
        STATE,
        SET_UP,
        CODES,
        OFF,
        "/styleguide/",
    ],
)
def test_without_the_code_nothing_of_the_desk_is_open(half, address):
    for response in (half.get(address, follow=True), half.post(address, {"proof": PASSWORD}, follow=True)):
        assert response.wsgi_request.path == VERIFY, response.wsgi_request.path


def test_without_the_code_drafts_stay_hidden(half, phone):
    plant = Plant.objects.published().first()
    Plant.objects.filter(pk=plant.pk).update(publication="draft")
    page = plant.get_absolute_url()
    assert half.get(page).status_code == 404
    assert b"editor-bar" not in half.get("/").content
    half.post(VERIFY, {"code": code_of(phone)})
    assert half.get(page).status_code == 200
    assert b"editor-bar" in half.get("/").content


def test_a_code_is_good_once_and_for_its_owner_only(half, phone, django_user_model):
    code = code_of(phone)
    half.post(VERIFY, {"code": code})
    assert half.get(DESK).status_code == 200
    other = Client()
    other.force_login(phone.user)
    response = other.post(VERIFY, {"code": code})
    assert "was used already" in response.content.decode()
    assert other.get(DESK).status_code == 302
    theirs = TOTPDevice.objects.create(user=django_user_model.objects.create_user("mallory", is_staff=True), name="app")
    with time_machine.travel(time.time() + 120):
        other.post(VERIFY, {"code": code_of(theirs)})
        assert other.get(DESK).status_code == 302


WIDE = {48 + digit: 0xFF10 + digit for digit in range(10)}


@pytest.mark.parametrize("spell", [lambda code: f" {code[:3]} {code[3:]} ", lambda code: code.translate(WIDE)])
def test_codes_may_be_typed_with_gaps_or_in_wide_digits(half, phone, spell):
    half.post(VERIFY, {"code": spell(code_of(phone))})
    assert half.get(DESK).status_code == 200


def test_guessing_has_to_wait_longer_each_time(half, phone):
    start = time.time()
    with time_machine.travel(start, tick=False) as clock:
        assert half.post(VERIFY, {"code": wrong(phone)}).status_code == 200
        response = half.post(VERIFY, {"code": code_of(phone)})
        assert response.status_code == 429
        assert response["Retry-After"] == "1"
        clock.move_to(start + 2)
        half.post(VERIFY, {"code": wrong(phone)})
        assert half.post(VERIFY, {"code": wrong(phone)})["Retry-After"] == "2"
        clock.move_to(start + 60)
        half.post(VERIFY, {"code": code_of(phone)})
    assert half.get(DESK).status_code == 200
    assert kinds().count(Kind.CODE_REFUSED) == 2, "what was not looked at is no attempt"


@pytest.mark.parametrize("code", ["", " ", "\x00", "12345\x006", "x" * 10_000, "9" * 4000, "-1", "１２", "🚗", "'; --"])
def test_nonsense_for_a_code_is_a_message(half, code):
    response = half.post(VERIFY, {"code": code, "next": "https://evil.example/"})
    assert response.status_code == 200
    assert 'class="errorlist"' in response.content.decode()


def test_the_way_on_never_leaves_the_site(half, phone):
    response = half.post(VERIFY, {"code": code_of(phone), "next": "https://evil.example/"})
    assert response["Location"] == DESK


def test_who_has_no_code_at_hand_can_leave(half):
    response = half.post(VERIFY, {"leave": "1"})
    assert response["Location"] == LOGIN
    assert half.get(DESK, follow=True).wsgi_request.path == LOGIN
    assert Kind.LOGOUT in kinds()


def test_readers_and_those_who_may_not_come_to_the_desk_get_the_login(client, django_user_model):
    for page in (STATE, VERIFY, SET_UP, CODES, OFF):
        assert client.get(page)["Location"].startswith(LOGIN)
    client.force_login(django_user_model.objects.create_user("guest"))
    assert client.get(STATE)["Location"].startswith(LOGIN)


# Setting it up ------------------------------------------------------------------------------------------------


def set_up(client, page: str = SET_UP):
    """Scan, type the code; returns the page with the recovery codes."""
    shown = client.get(page).content.decode()
    device = TOTPDevice.objects.get(confirmed=False)
    (onward,) = re.findall(r'name="next" value="([^"]*)"', shown)
    return device, client.post(page, {"code": code_of(device), "next": onward})


def test_setting_up_shows_the_key_and_counts_only_after_a_code(editor_client, editor):
    page = editor_client.get(SET_UP).content.decode()
    device = TOTPDevice.objects.get(user=editor)
    assert 'src="data:image/svg+xml' in page
    assert second_factor.readable(device) in page
    assert editor_client.get(DESK).status_code == 200, "a key that was only shown asks for nothing"
    response = editor_client.post(SET_UP, {"code": wrong(device)})
    assert "not right" in response.content.decode()
    assert second_factor.readable(device) in response.content.decode(), "the key stays the same"
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    response = editor_client.post(SET_UP, {"code": code_of(device)})
    codes = re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", response.content.decode())
    assert len(set(codes)) == 10
    assert "no-store" in response["Cache-Control"]
    assert editor_client.get(DESK).status_code == 200, "this session has shown the factor"
    assert codes[0] not in editor_client.get(STATE).content.decode()
    assert "10 recovery codes left" in editor_client.get(STATE).content.decode()
    assert editor_client.get(SET_UP)["Location"] == STATE
    assert Kind.FACTOR_SET_UP in kinds()


def test_other_sessions_of_the_user_need_the_code_from_then_on(editor_client, editor):
    other = Client()
    other.force_login(editor)
    set_up(editor_client)
    assert other.get(DESK).status_code == 302


def test_an_old_key_that_was_shown_is_not_shown_again(editor_client, editor):
    editor_client.get(SET_UP)
    before = TOTPDevice.objects.get(user=editor).key
    with time_machine.travel(time.time() + 2 * 3600):
        editor_client.get(SET_UP)
    assert TOTPDevice.objects.get(user=editor).key != before


# Recovery codes, turning off ------------------------------------------------------------------------------------


def test_a_recovery_code_lets_in_once_and_few_left_are_told(half, phone):
    first, *_others, last = second_factor.new_recovery_codes(phone.user)
    StaticToken.objects.exclude(token__in=[first.replace("-", ""), last.replace("-", "")]).delete()
    response = half.post(VERIFY, {"code": first.upper()}, follow=True)
    assert response.wsgi_request.path == DESK
    assert "few recovery codes" in response.content.decode()
    assert Kind.RECOVERY_CODE in kinds()
    other = Client()
    other.force_login(phone.user)
    assert "not right" in other.post(VERIFY, {"code": first}).content.decode()


@pytest.mark.parametrize("proof", ["password", "code"])
@pytest.mark.parametrize("page", [CODES, OFF])
def test_changes_of_it_want_the_password_or_a_code(half, phone, page, proof):
    half.post(VERIFY, {"code": code_of(phone)})
    old = second_factor.new_recovery_codes(phone.user)
    assert "neither" in half.post(page, {"proof": "not this"}).content.decode()
    assert second_factor.recovery_codes_left(phone.user) == 10
    with time_machine.travel(time.time() + 90):
        response = half.post(page, {"proof": PASSWORD if proof == "password" else code_of(phone)}, follow=True)
    assert response.status_code == 200
    if page == OFF:
        assert second_factor.factor_of(phone.user) is None
        assert "Off." in response.content.decode()
        assert Kind.FACTOR_REMOVED in kinds()
    else:
        assert old[0] not in response.content.decode()
        assert second_factor.recovery_codes_left(phone.user) == 10
        assert not StaticToken.objects.filter(token=old[0].replace("-", "")).exists()


def test_guessing_the_password_there_locks_out_like_at_the_login(half, phone, settings):
    settings.AXES_ENABLED = True
    half.post(VERIFY, {"code": code_of(phone)})
    answers = [half.post(OFF, {"proof": f"guess {n}"}).status_code for n in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert half.post(OFF, {"proof": PASSWORD}).status_code == 429
    assert second_factor.factor_of(phone.user) is not None


def test_without_a_factor_there_is_nothing_to_turn_off(editor_client):
    for page in (CODES, OFF):
        assert editor_client.get(page)["Location"] == STATE
        assert editor_client.post(page, {"proof": PASSWORD})["Location"] == STATE
    assert not StaticToken.objects.exists()


def test_the_command_helps_whoever_lost_the_phone(half, phone, capsys):
    call_command("reset_second_factor", "editor")
    assert "password alone" in capsys.readouterr().out
    assert half.get(DESK).status_code == 200
    call_command("reset_second_factor", "editor")
    assert "had no second factor" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no user"):
        call_command("reset_second_factor", "nobody")
    event = SecurityEvent.objects.get(kind=Kind.FACTOR_REMOVED)
    assert (event.user_name, event.detail) == ("", "user editor")


# Where it is required -------------------------------------------------------------------------------------------


def test_whoever_can_publish_sets_one_up_before_anything_else_where_it_is_required(client, editor, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    client.force_login(editor)
    asked = reverse("admin:plants_plant_changelist")
    for page in (asked, reverse("admin:password_change"), STATE, VERIFY, OFF):
        assert client.get(page, follow=True).wsgi_request.path == SET_UP
    last = client.get(asked, follow=True).redirect_chain[-1][0]
    _device, response = set_up(client, last)
    assert f'href="{asked}"' in response.content.decode()
    assert client.get(asked).status_code == 200


def test_superusers_need_one_too_and_others_do_not(client, settings, django_user_model):
    settings.REQUIRE_SECOND_FACTOR = True
    client.force_login(django_user_model.objects.create_user("writer", is_staff=True))
    assert client.get(DESK).status_code == 200
    client.force_login(django_user_model.objects.create_superuser("root"))
    assert client.get(DESK, follow=True).wsgi_request.path == SET_UP
    assert client.post(SET_UP, {"leave": "1"})["Location"] == LOGIN
