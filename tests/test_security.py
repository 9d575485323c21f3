"""Who comes to the desk: guessing passwords, sessions, rights, what is logged of it, and what pages may run."""

import logging
import os
import re
import subprocess
import sys
import time

import pytest
import time_machine
import zeal
from axes.models import AccessAttempt
from django.conf import settings as site_settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from catalogue import limits, roles
from catalogue.models import Revision, SecurityEvent
from catalogue.security import log
from catalogue.security.event import Kind
from plants.models import Plant
from tests.markup import Markup

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
DESK, LOGIN, LOGOUT = reverse("admin:index"), reverse("admin:login"), reverse("admin:logout")
CHANGE_PASSWORD = reverse("admin:password_change")


def events(*wanted: Kind) -> list[tuple[str, str, str]]:
    """(kind, by whom, detail) of what was logged, in order; of some kinds only."""
    found = SecurityEvent.objects.order_by("pk")
    return list((found.filter(kind__in=wanted) if wanted else found).values_list("kind", "user_name", "detail"))


# Guessing passwords -------------------------------------------------------------------------------------------


@pytest.fixture
def guarded(settings):
    settings.AXES_ENABLED = True


def sign_in(client, password: str = PASSWORD, name: str = "editor", **extra):
    return client.post(LOGIN, {"username": name, "password": password, "next": DESK}, **extra)


def test_five_wrong_passwords_lock_out_for_a_quarter_of_an_hour(client, editor, guarded):
    start = time.time()
    with time_machine.travel(start, tick=False) as clock:
        assert [sign_in(client, f"guess {n}").status_code for n in range(5)] == [200, 200, 200, 200, 429]
        clock.move_to(start + 60)
        response = sign_in(client)
        assert response.status_code == 429
        assert 830 < int(response["Retry-After"]) <= 840
        page = response.content.decode()
        assert "Try again in 14 minutes." in page
        assert "administrator can give you a new one" in page
        clock.move_to(start + 15 * 60 + 1)
        assert sign_in(client).status_code == 302
    assert events(Kind.LOCKED_OUT) == [("locked-out", "editor", "")], "trying on is not told each time"
    assert len(events(Kind.FAILED_LOGIN)) == 5


def test_a_right_password_starts_the_count_anew(client, editor, guarded):
    for _round in range(2):
        for n in range(4):
            assert sign_in(client, f"guess {n}").status_code == 200
        assert sign_in(client).status_code == 302


def test_others_and_elsewhere_can_still_sign_in(client, editor, guarded, django_user_model):
    django_user_model.objects.create_user("other", password=PASSWORD, is_staff=True)
    for n in range(6):
        sign_in(client, f"guess {n}")
    assert sign_in(Client(), name="other").status_code == 302
    assert sign_in(Client(), REMOTE_ADDR="192.0.2.7").status_code == 302


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(client, editor, guarded, settings):
    for n in range(5):
        sign_in(client, f"guess {n}", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}")
    assert sign_in(client, HTTP_X_FORWARDED_FOR="198.51.100.77").status_code == 429, "the header alone changes nothing"
    settings.BEHIND_PROXY = True
    for n in range(5):
        answer = sign_in(client, f"guess {n}", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.9")
    assert answer.status_code == 429
    assert sign_in(client, HTTP_X_FORWARDED_FOR="198.51.100.10").status_code == 302


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("<script>", ""),
        ("1.2.3.4.5", ""),
    ],
)
def test_a_client_is_known_by_its_address_or_network(address, network, editor, guarded):
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    assert limits.client_network(request) == network
    assert sign_in(Client(), "wrong", REMOTE_ADDR=address).status_code == 200


def test_a_password_typed_as_the_name_is_kept_nowhere(client, editor, guarded, caplog):
    caplog.set_level(logging.DEBUG, "catalogue.security")
    secret = "Tr0ub4dor&3-and-more"
    for n in range(6):
        sign_in(client, f"also-{secret}-{n}", name=secret)
    kept = repr([*AccessAttempt.objects.values(), *SecurityEvent.objects.values()]) + caplog.text
    assert secret not in kept
    assert {name for _kind, name, _detail in events(Kind.FAILED_LOGIN, Kind.LOCKED_OUT)} == {""}
    assert AccessAttempt.objects.count() == 1, "it is locked out all the same"


@pytest.mark.parametrize("name", ["", "\x00", "x" * 5000, "ed\x00itor", "🚗", "' OR 1=1 --"])
def test_nonsense_at_the_login_is_a_message(client, editor, guarded, name):
    for n in range(6):
        response = sign_in(client, f"guess \x00 {n}", name=name)
        assert response.status_code in (200, 429)
        assert "errornote" in response.content.decode()


# Sessions -------------------------------------------------------------------------------------------------------


def test_a_session_ends_with_the_browser_or_twelve_hours_after_the_desk_was_last_used(client, editor):
    start = time.time()
    with time_machine.travel(start, tick=False) as clock:
        cookie = sign_in(client).cookies["sessionid"]
        assert (cookie["expires"], cookie["max-age"]) == ("", ""), "kept by the browser until it is closed"
        assert cookie["httponly"]
        clock.move_to(start + 11 * 3600)
        assert client.get(DESK).status_code == 200
        clock.move_to(start + 22 * 3600)
        assert client.get(DESK).status_code == 200, "in use, it goes on"
        client.get("/")
        clock.move_to(start + 33 * 3600)
        client.get("/")
        clock.move_to(start + 35 * 3600)
        assert client.get(DESK).status_code == 302, "reading the site is not using the desk"


def test_pages_of_readers_never_touch_a_session(editor_client):
    assert "sessionid" not in Client().get("/").cookies
    assert "sessionid" not in editor_client.get("/").cookies, "not even an editor's"
    editor_client.get(DESK)
    assert "sessionid" not in editor_client.get(DESK).cookies, "at the desk not with every page"


def test_a_new_password_ends_the_other_sessions(client, editor):
    other = Client()
    sign_in(client)
    sign_in(other)
    new = "staple after staple"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(CHANGE_PASSWORD, data).status_code == 302
    assert client.get(DESK).status_code == 200
    assert other.get(DESK).status_code == 302
    assert events(Kind.PASSWORD) == [("password", "editor", "user editor")]


@pytest.mark.parametrize(
    ("password", "said"),
    [("tiny", "too short"), ("qwerty123456", "too common"), ("482910475638", "entirely numeric")],
)
def test_weak_passwords_are_refused(client, editor, password, said):
    sign_in(client)
    data = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert said in client.post(CHANGE_PASSWORD, data).content.decode()


def test_signing_out_takes_a_post_and_is_logged(editor_client):
    assert editor_client.get(LOGOUT).status_code == 405
    assert editor_client.get(DESK).status_code == 200
    editor_client.post(LOGOUT)
    assert editor_client.get(DESK).status_code == 302
    assert events(Kind.LOGOUT) == [("logout", "editor", "")]


# Where the desk is ----------------------------------------------------------------------------------------------


def run(code: str, **environment: str) -> subprocess.CompletedProcess:
    """Python with the site's own settings, in a process of its own."""
    program = f"import django; django.setup(); {code}"
    changed = {**os.environ, "DJANGO_SETTINGS_MODULE": "catalogue.settings", "DATABASE_URL": "sqlite://:memory:"}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=site_settings.BASE_DIR,
        env={**changed, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_desk_may_be_elsewhere_and_robots_are_not_told():
    done = run(
        "from django.urls import reverse; from django.test import RequestFactory; from catalogue.views import robots;"
        "print(reverse('admin:login'), robots(RequestFactory().get('/', HTTP_HOST='localhost')).content.decode())",
        ADMIN_PATH="back-office/desk",
    )
    assert done.stdout.startswith("/back-office/desk/login/ "), done.stderr
    assert "Disallow: /report/" in done.stdout
    assert "back-office" not in done.stdout.partition(" ")[2] and "admin" not in done.stdout.partition(" ")[2]


@pytest.mark.parametrize("path", ["/desk", "desk/", "a//b", "de sk", "../x", "", "schreibtisch-ä", "plants", "api"])
def test_a_wrong_path_stops_the_start_with_a_sentence(path):
    done = run("", ADMIN_PATH=path)
    last = done.stderr.strip().splitlines()[-1]
    assert "ADMIN_PATH has a wrong value" in last
    assert ("the site itself has pages there" if path in ("plants", "api") else "letters, digits and hyphens") in last


def test_no_page_of_the_site_can_be_hidden_behind_the_desk():
    from catalogue.settings import TAKEN

    first_parts = set()
    for pattern in get_resolver().url_patterns:
        inner = getattr(pattern, "url_patterns", [])
        routes = [str(pattern.pattern)]
        if not routes[0].strip("^/") or routes[0] in ("", "ja/"):
            routes = [str(one.pattern) for one in inner]
        first_parts |= {re.split(r"[/.<(\\^]", route.lstrip("^"))[0] for route in routes}
    assert first_parts - {"", "admin", "favicon", "robots", "opensearch", "sitemap", "sitemap-"} <= {*TAKEN, "changes"}


# What pages of the desk may run ---------------------------------------------------------------------------------


#: Types that nobody adds by a form of their own.
WRITTEN_BY_THE_SITE = ("oldaddress", "securityevent", "report", "proposal", "version", "plantcode")


def desk_pages() -> list[str]:
    """A page of each kind."""
    plant, user = Plant.objects.get(slug="nummi-fremont"), User.objects.get(username="root")
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]
    adds = [f"{one}add/" for one in lists if one.split("/")[3] not in WRITTEN_BY_THE_SITE]
    about = [reverse(f"admin:plants_plant_{page}", args=[plant.pk]) for page in ("change", "delete", "history")]
    return [
        *(DESK, CHANGE_PASSWORD, reverse("admin:password_change_done"), reverse("admin:app_list", args=["plants"])),
        *lists,
        *adds,
        *about,
        reverse("admin:auth_user_change", args=[user.pk]),
        reverse("admin:auth_user_password_change", args=[user.pk]),
        reverse("admin:catalogue_securityevent_change", args=[SecurityEvent.objects.first().pk]),
        reverse("admin:second_factor"),
        reverse("admin:second_factor_set_up"),
    ]


def assert_runs_nothing_inline(response) -> None:
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy and "script-src 'self'" in policy
    for one in Markup(response).all():
        where = f"{response.wsgi_request.path}: <{one.tag} {one.attrib}>"
        assert "style" not in one.attrib, where
        assert not [name for name in one.attrib if name.startswith("on")], where
        assert not one.get("href", "").lower().startswith("javascript:"), where
        assert one.tag != "style", where
        if one.tag == "script" and one.get("type") != "application/json":
            assert one.get("src", "").startswith("/"), where
            assert not (one.text or "").strip(), where


def test_no_page_of_the_desk_needs_inline_scripts_or_styles(client, guarded):
    User.objects.create_superuser("root", password=PASSWORD)
    assert_runs_nothing_inline(client.get(LOGIN))
    sign_in(client, name="root")
    with zeal.zeal_ignore():  # Django's autocomplete asks for each row of an inline
        for page in desk_pages():
            response = client.get(page)
            assert response.status_code == 200, page
            assert_runs_nothing_inline(response)
        assert_runs_nothing_inline(client.post(LOGOUT))
    for n in range(5):
        response = sign_in(client, f"guess {n}", name="root")
    assert_runs_nothing_inline(response)


# The log --------------------------------------------------------------------------------------------------------


def test_coming_and_failing_are_logged_with_the_address_and_without_what_was_typed(client, editor, caplog):
    caplog.set_level(logging.INFO, "catalogue.security")
    sign_in(client, "a wrong one", REMOTE_ADDR="192.0.2.9")
    sign_in(client, REMOTE_ADDR="2001:db8::5")
    made, failed, came = (
        SecurityEvent.objects.get(kind=kind) for kind in (Kind.USER_CREATED, Kind.FAILED_LOGIN, Kind.LOGIN)
    )
    assert made.detail == "user editor: is_active is_staff"
    assert (made.user, made.address) == (None, None)
    assert (failed.user, failed.user_name, failed.address) == (editor, "editor", "192.0.2.9")
    assert (came.user, came.user_name, came.address) == (editor, "editor", "2001:db8::5")
    assert "failed-login user=editor address=192.0.2.9" in caplog.text
    assert "a wrong one" not in caplog.text


def test_rights_given_and_taken_are_logged_by_whichever_side(db):
    group, user = Group.objects.create(name="Night\nshift"), User.objects.create_user("ann")
    permission = Permission.objects.get(codename="view_plant")
    user.groups.add(group)
    group.user_set.clear()
    group.permissions.set([permission])
    user.user_permissions.add(permission)
    user.user_permissions.clear()
    user.is_superuser = True
    user.save()
    user.save()
    group.delete()
    assert [detail for _kind, _name, detail in events(Kind.RIGHTS)[-7:]] == [
        "user ann: groups +group Night shift",
        "user ann: groups −group Night shift",
        "group Night shift: permissions +plants.view_plant",
        "user ann: user_permissions +plants.view_plant",
        "user ann: user_permissions −plants.view_plant",
        "user ann: is_superuser False → True",
        "group Night shift: deleted",
    ]


def test_a_password_set_anywhere_is_logged_but_not_a_better_hash(client, editor, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    old = User.objects.get(pk=editor.pk).password
    sign_in(client)
    assert User.objects.get(pk=editor.pk).password != old
    assert events(Kind.PASSWORD) == []
    editor.set_password("another one, by hand")
    editor.save()
    assert events(Kind.PASSWORD) == [("password", "", "user editor")]


def test_who_deletes_themselves_is_still_named(client):
    root = User.objects.create_superuser("root", password=PASSWORD)
    sign_in(client, name="root")
    client.post(reverse("admin:auth_user_delete", args=[root.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=root.pk).exists()
    assert events(Kind.USER_DELETED) == [("user-deleted", "root", "user root")]
    assert SecurityEvent.objects.get(kind=Kind.LOGIN).user_name == "root", "the log outlives the user"


def test_a_log_that_cannot_be_written_stops_nobody(client, editor, monkeypatch, caplog):
    def fail(**values):
        raise DatabaseError("attempt to write a readonly database")

    monkeypatch.setattr(SecurityEvent.objects, "create", fail)
    assert sign_in(client).status_code == 302
    assert client.get(DESK).status_code == 200
    assert "could not be kept" in caplog.text


def test_the_log_is_no_part_of_the_catalogue(editor):
    before = Revision.objects.get().number
    log.record(Kind.LOGIN, editor)
    assert Revision.objects.get().number == before


def test_old_entries_are_forgotten_on_command(editor, capsys):
    log.record(Kind.LOGIN, editor)
    with time_machine.travel(time.time() + 40 * 86400):
        log.record(Kind.LOGOUT, editor)
        call_command("clear_security_log", "--older-than-days", "30")
    assert [kind for kind, _name, _detail in events()] == [Kind.LOGOUT]
    assert "entries deleted" in capsys.readouterr().out
    for days in ("-1", "99999999999"):
        with pytest.raises(CommandError, match="from 0 to"):
            call_command("clear_security_log", "--older-than-days", days)


# Administrators -------------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(client) -> User:
    """Signed in: may maintain users and groups, is no superuser."""
    user = User.objects.create_user("admin", password=PASSWORD, is_staff=True)
    user.groups.set([Group.objects.get(name=roles.ADMINISTRATOR)])
    client.force_login(user)
    return user


def form_of(client, address: str) -> dict:
    """What the browser would send back of a change form."""
    form = client.get(address).context["adminform"].form
    data = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, list):
            data[bound.html_name] = [getattr(one, "pk", one) for one in value]
        elif value not in (None, False):
            data[bound.html_name] = value
    moment = data.pop("date_joined")
    return {**data, "date_joined_0": moment.strftime("%Y-%m-%d"), "date_joined_1": moment.strftime("%H:%M:%S")}


def address_of(row: User | Group, page: str = "change") -> str:
    return reverse(f"admin:auth_{row._meta.model_name}_{page}", args=[row.pk])


def test_administrators_make_users_and_give_them_roles(client, administrator):
    data = {"username": "ann", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert client.post(reverse("admin:auth_user_add"), data).status_code == 302
    ann = User.objects.get(username="ann")
    editors = Group.objects.get(name=roles.EDITOR)
    data = {**form_of(client, address_of(ann)), "is_staff": "on", "groups": [editors.pk]}
    assert client.post(address_of(ann), data).status_code == 302
    ann.refresh_from_db()
    assert ann.is_staff and list(ann.groups.all()) == [editors]
    assert ("rights", "admin", "user ann: groups +group Editor") in events(Kind.RIGHTS)
    assert ("user-created", "admin", "user ann: is_active") in events(Kind.USER_CREATED)


def test_administrators_cannot_make_anyone_a_superuser(client, administrator):
    data = {**form_of(client, address_of(administrator)), "is_superuser": "on", "first_name": "Ada"}
    assert client.post(address_of(administrator), data).status_code == 302
    administrator.refresh_from_db()
    assert administrator.first_name == "Ada"
    assert not administrator.is_superuser


def test_administrators_cannot_touch_superusers_or_anyone_with_more_rights(client, administrator):
    root = User.objects.create_superuser("root", password=PASSWORD)
    richer = User.objects.create_user("richer", is_active=False)
    richer.user_permissions.add(Permission.objects.get(codename="delete_permission"))
    for user in (root, richer):
        assert client.get(address_of(user)).status_code == 200, "looking is allowed"
        assert client.post(address_of(user), {"username": "taken-over"}).status_code == 403
        assert client.post(address_of(user, "delete"), {"post": "yes"}).status_code == 403
        new = {"password1": "staple after staple", "password2": "staple after staple", "usable_password": "true"}
        assert client.post(reverse("admin:auth_user_password_change", args=[user.pk]), new).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [root.pk, richer.pk], "post": "yes"}
    client.post(reverse("admin:auth_user_changelist"), data)
    assert User.objects.filter(username__in=["root", "richer"]).count() == 2
    assert User.objects.get(username="root").check_password(PASSWORD)


def test_administrators_cannot_give_permissions_they_lack(client, administrator):
    beyond, within = (Permission.objects.get(codename=name) for name in ("delete_permission", "view_plant"))
    strong = Group.objects.create(name="Strong")
    strong.permissions.add(beyond)
    data = form_of(client, address_of(administrator))
    for given in ({"user_permissions": [beyond.pk]}, {"groups": [*data["groups"], strong.pk]}):
        response = client.post(address_of(administrator), {**data, **given})
        assert "Select a valid choice" in response.content.decode()
    assert client.post(address_of(administrator), {**data, "user_permissions": [within.pk]}).status_code == 302
    assert not administrator.has_perm("auth.delete_permission")
    add = reverse("admin:auth_group_add")
    assert "valid choice" in client.post(add, {"name": "Mine", "permissions": [beyond.pk]}).content.decode()
    assert client.post(add, {"name": "Mine", "permissions": [within.pk]}).status_code == 302
    for page in ("change", "delete"):
        data = {"name": "Weak", "post": "yes"}
        assert client.post(address_of(strong, page), data).status_code == 403
    assert strong.permissions.get() == beyond


def test_superusers_may_do_all_of_it(admin_client):
    other = User.objects.create_superuser("root", password=PASSWORD)
    data = form_of(admin_client, address_of(other))
    data.pop("is_superuser")
    beyond = Permission.objects.get(codename="delete_permission")
    assert admin_client.post(address_of(other), {**data, "user_permissions": [beyond.pk]}).status_code == 302
    other.refresh_from_db()
    assert not other.is_superuser and other.has_perm("auth.delete_permission")


def test_the_log_is_read_by_administrators_and_changed_by_nobody(client, administrator, admin_client):
    address = reverse("admin:catalogue_securityevent_changelist")
    event = SecurityEvent.objects.first()
    one = reverse("admin:catalogue_securityevent_change", args=[event.pk])
    for reader in (client, admin_client):
        page = reader.get(address, {"q": "admin", "kind__exact": "login"}).content.decode()
        assert "signed in" in page
        assert reader.get(one).status_code == 200
        assert reader.post(one, {"detail": "nothing happened"}).status_code == 403
        assert reader.post(one.replace("change", "delete"), {"post": "yes"}).status_code == 403
        assert reader.get(address.rstrip("/") + "/add/").status_code == 403
        reader.post(address, {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"})
    assert SecurityEvent.objects.filter(pk=event.pk).exists()
    editor = User.objects.create_user("ed", is_staff=True)
    editor.groups.set([Group.objects.get(name=roles.EDITOR)])
    client.force_login(editor)
    assert client.get(address).status_code == 403


def test_secrets_and_counts_of_libraries_are_not_at_the_desk():
    shown = {model._meta.app_label for model in admin.site._registry}
    assert shown == {"auth", "catalogue", "plants", "vehicles"}
