"""A session that ends while an editor is typing does not cost what was typed, and gives it to nobody else."""

import re

import pytest
import zeal
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.test import Client

from catalogue import kept_forms
from catalogue.models import Source
from plants.models import Plant
from tests.test_admin import address, form_data

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TYPED = "A summary that took an hour to write, with “quotes” & <b>."


@pytest.fixture(autouse=True)
def autocomplete_looks_up_each_row():
    with zeal.zeal_ignore():
        yield


@pytest.fixture
def plant():
    return Plant.objects.get(slug="nummi-fremont")


@pytest.fixture
def browser(editor):
    """A browser of its own, which must bring a CSRF token with each form."""
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser)
    return browser


def sign_in(browser, name="editor", to="/admin/"):
    page = browser.get("/admin/login/", {"next": to})
    data = {"username": name, "password": "correct horse battery", "next": to, "csrfmiddlewaretoken": token_of(page)}
    response = browser.post("/admin/login/", data)
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def token_of(response) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.content.decode())[1]


def hidden(response, name) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())[1]


def posted(response, **changes) -> dict:
    """What a browser sends for the shown form, with these changes."""
    own = {"csrfmiddlewaretoken": token_of(response), "_form_of": hidden(response, "_form_of")}
    return {**form_data(response), **own, **changes}


def test_a_form_sent_after_the_session_ended_comes_back_filled_and_can_be_saved(browser, plant):
    form = address(Plant, "change", plant.pk)
    data = posted(browser.get(form), summary=TYPED)
    alias = "aliases-0-name"
    assert data[alias]
    data |= {alias: "Another alias"}
    Session.objects.all().delete()

    sent_away = browser.post(form, data)
    assert sent_away.status_code == 302
    login = browser.get(sent_away["Location"])
    assert "Your text is kept" in login.content.decode()
    plant.refresh_from_db()
    assert plant.summary != TYPED, "nothing is saved by itself"

    back = sign_in(browser, to=form)
    assert back == form
    shown = browser.get(form)
    assert "not saved yet" in shown.content.decode()
    again = form_data(shown)
    assert (again["summary"], again[alias]) == (TYPED, "Another alias")
    plant.refresh_from_db()
    assert plant.summary != TYPED, "nor by looking at it"

    assert browser.post(form, posted(shown)).status_code == 302
    plant.refresh_from_db()
    assert plant.summary == TYPED
    assert plant.aliases.filter(name="Another alias").exists()
    assert "This is what you typed" not in browser.get(form).content.decode(), "what is saved is no longer kept"


def test_a_form_for_a_new_entry_comes_back_too(browser):
    form = address(Source, "add")
    data = posted(browser.get(form), slug="kept-source", title="Typed before lunch")
    Session.objects.all().delete()
    browser.post(form, data)
    sign_in(browser, to=form)
    shown = browser.get(form)
    assert form_data(shown)["title"] == "Typed before lunch"
    assert browser.post(form, posted(shown)).status_code == 302
    assert Source.objects.filter(slug="kept-source").exists()


def test_what_others_saved_meanwhile_is_not_overwritten(browser, plant):
    """The form comes back with the version it was begun from."""
    form = address(Plant, "change", plant.pk)
    data = posted(browser.get(form), summary=TYPED)
    data["_base"] = hidden(browser.get(form), "_base")
    Session.objects.all().delete()
    browser.post(form, data)
    other = Plant.objects.get(pk=plant.pk)
    other.operator_name = "Saved by somebody else meanwhile"
    other.save()
    sign_in(browser, to=form)
    shown = browser.get(form)
    again = posted(shown, _base=hidden(shown, "_base"))
    assert (again["_base"], again["operator_name"]) == (data["_base"], plant.operator_name)
    assert browser.post(form, again).status_code == 302
    plant.refresh_from_db()
    assert (plant.summary, plant.operator_name) == (TYPED, "Saved by somebody else meanwhile")


def test_signing_in_anew_in_another_window_does_not_cost_the_text_in_the_first(browser, plant):
    form = address(Plant, "change", plant.pk)
    data = posted(browser.get(form), summary=TYPED)
    page = browser.get("/admin/")
    browser.post("/admin/logout/", {"csrfmiddlewaretoken": token_of(page)})
    sign_in(browser)
    response = browser.post(form, data)
    assert (response.status_code, response["Location"]) == (302, form)
    assert form_data(browser.get(form))["summary"] == TYPED
    assert Plant.objects.get(pk=plant.pk).summary != TYPED


def test_nobody_else_who_signs_in_there_gets_it(browser, plant, editor):
    other = User.objects.create_user("other", password="correct horse battery", is_staff=True)
    other.user_permissions.set(Permission.objects.all())
    form = address(Plant, "change", plant.pk)
    data = posted(browser.get(form), summary=TYPED)
    Session.objects.all().delete()
    browser.post(form, data)
    sign_in(browser, "other", to=form)
    assert form_data(browser.get(form))["summary"] == plant.summary

    # Nor by sending the other's form while being signed in: the token is no longer theirs.
    response = browser.post(form, data)
    assert response.status_code == 403
    assert TYPED not in response.content.decode()
    assert form_data(browser.get(form))["summary"] == plant.summary


def test_who_may_not_edit_the_entry_any_more_is_refused(browser, plant, editor):
    form = address(Plant, "change", plant.pk)
    data = posted(browser.get(form), summary=TYPED)
    Session.objects.all().delete()
    browser.post(form, data)
    editor.user_permissions.clear()
    sign_in(browser, to=form)
    assert browser.get(form).status_code == 403


def test_without_a_note_of_ours_nothing_is_kept(client, browser, editor, plant):
    form = address(Plant, "change", plant.pk)
    data = posted(browser.get(form), summary=TYPED)
    elsewhere = posted(browser.get(address(Source, "add")))["_form_of"]
    for note in ("", "forged", data["_form_of"][:-1] + "x", elsewhere, "\x00"):
        client.post(form, {**data, "_form_of": note})
        assert kept_forms.SESSION_KEY not in client.session


def test_the_text_can_be_left_aside_and_is_gone_after_a_day(browser, plant):
    form = address(Plant, "change", plant.pk)
    data = posted(browser.get(form), summary=TYPED)
    Session.objects.all().delete()
    browser.post(form, data)
    sign_in(browser, to=form)
    assert form_data(browser.get(form, {"kept": "no"}))["summary"] == plant.summary
    assert form_data(browser.get(form))["summary"] == TYPED
    session = browser.session
    session[kept_forms.SESSION_KEY][0]["at"] -= kept_forms.LIFETIME
    session.save()
    assert form_data(browser.get(form))["summary"] == plant.summary


def test_only_some_forms_are_kept_and_none_that_is_too_large(browser, plant, monkeypatch):
    forms = [address(Plant, "change", one.pk) for one in Plant.objects.all()[: kept_forms.MOST + 1]]
    sent = [(form, posted(browser.get(form), summary=TYPED)) for form in forms]
    Session.objects.all().delete()
    for form, data in sent:
        browser.post(form, data)
    assert [one["path"] for one in browser.session[kept_forms.SESSION_KEY]] == forms[1:]
    browser.post(forms[0], {**sent[0][1], "summary": "long " * kept_forms.LONGEST})
    assert [one["path"] for one in browser.session[kept_forms.SESSION_KEY]] == forms[1:]


def test_passwords_are_not_kept(browser, plant):
    form = address(Plant, "change", plant.pk)
    data = posted(browser.get(form), password="secret", new_password1="secret")
    Session.objects.all().delete()
    browser.post(form, data)
    assert "secret" not in str(browser.session[kept_forms.SESSION_KEY])


def test_a_login_page_left_open_while_signing_in_elsewhere_leads_on(browser):
    old = token_of(browser.get("/admin/password_change/"))
    browser.cookies["csrftoken"] = "x" * 32
    data = {"username": "editor", "password": "correct horse battery", "csrfmiddlewaretoken": old}
    response = browser.post("/admin/login/?next=/admin/", data)
    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/admin/")
