"""The style page is for those who work on the site."""

import pytest
from django.contrib.auth.models import User

from tests.facts import text_of
from tests.markup import visit

pytestmark = [pytest.mark.django_db, pytest.mark.once]

BOTH = pytest.mark.parametrize("prefix", ["", "/ja"])


@BOTH
def test_readers_are_asked_to_sign_in(client, prefix):
    response = client.get(f"{prefix}/styleguide/")
    assert response.status_code == 302
    assert response["Location"] == f"/admin/login/?next={prefix}/styleguide/"
    assert client.get(response["Location"]).status_code == 200


@BOTH
def test_users_who_are_no_staff_may_not_see_it(client, prefix):
    client.force_login(User.objects.create_user("reader", password="correct horse battery"))
    page = visit(client, f"{prefix}/styleguide/", 403)
    assert page.all("ul", "swatches") == []


@BOTH
def test_editors_see_every_part_and_search_engines_are_sent_away(editor_client, prefix):
    page = visit(editor_client, f"{prefix}/styleguide/")
    assert [one.get("content") for one in page.all("meta") if one.get("name") == "robots"] == ["noindex"]
    assert len(page.all("ul", "swatches")) == 2
    assert len(page.all("ul", "legend")) == 2
    assert len([one for one in page.all("h1") if "Toyota Scepter" in text_of(one)]) == 1


def test_one_who_was_staff_is_sent_away(client, editor):
    client.force_login(editor)
    User.objects.filter(pk=editor.pk).update(is_staff=False)
    assert client.get("/styleguide/").status_code == 403


def test_nothing_leads_readers_there(client):
    assert "styleguide" not in client.get("/sitemap.xml").content.decode()
    for address in ("/", "/about/", "/plants/"):
        assert "styleguide" not in visit(client, address).text


def test_every_body_style_of_the_catalogue_has_a_drawing_on_it(editor_client):
    from vehicles.terms import BodyStyle

    page = visit(editor_client, "/styleguide/")
    drawn = {text_of(code) for code in page.all("code")}
    assert {body.slug for body in BodyStyle.objects.all()} <= drawn
