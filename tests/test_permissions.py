"""Who may do what: each role at each page of the desk, as docs/editing.md says it. A page that no table names fails."""

import pytest
import zeal
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import get_resolver, reverse

from catalogue.desk.kinds import admin_address
from catalogue.models import OldAddress, Proposal, Report, SecurityEvent, Source, Version
from plants.models import Plant, PlantCode
from vehicles.models import BodyStyle, ExportProgram, Generation, Powertrain

pytestmark = [pytest.mark.django_db, pytest.mark.once]

#: Nobody is not signed in; a guest is, without any role.
ROLES = ("nobody", "guest", "Contributor", "Editor", "Administrator")
CONTRIBUTORS, EDITORS, ADMINISTRATORS, NONE = ROLES[2:], ROLES[3:], ROLES[4:], ()
PAGES = {
    # page: (who may open it, who may send its form)
    "changelist": (CONTRIBUTORS, CONTRIBUTORS),
    "add": (CONTRIBUTORS, CONTRIBUTORS),
    "change": (CONTRIBUTORS, CONTRIBUTORS),
    "history": (CONTRIBUTORS, CONTRIBUTORS),
    "export": (CONTRIBUTORS, CONTRIBUTORS),
    "delete": (EDITORS, EDITORS),
    "import": (EDITORS, EDITORS),
}
READ_ONLY = {"add": (NONE, NONE), "change": (CONTRIBUTORS, NONE), "delete": (NONE, NONE)}
EXCEPTIONS = {
    Source: {"change": (CONTRIBUTORS, EDITORS)},
    BodyStyle: {"add": (EDITORS, EDITORS), "change": (CONTRIBUTORS, EDITORS)},
    Powertrain: {"add": (EDITORS, EDITORS), "change": (CONTRIBUTORS, EDITORS)},
    PlantCode: READ_ONLY,
    Report: {"add": (NONE, NONE), "change": (CONTRIBUTORS, EDITORS)},
    OldAddress: READ_ONLY,
    Proposal: READ_ONLY | {"change": (CONTRIBUTORS, EDITORS)},
    Version: READ_ONLY | {"change": (CONTRIBUTORS, CONTRIBUTORS)},
    SecurityEvent: READ_ONLY
    | {"changelist": (ADMINISTRATORS, ADMINISTRATORS), "history": (ADMINISTRATORS, ADMINISTRATORS)}
    | {"change": (ADMINISTRATORS, NONE)},
    User: dict.fromkeys((*PAGES, "password_change"), (ADMINISTRATORS, ADMINISTRATORS)),
    Group: dict.fromkeys(PAGES, (ADMINISTRATORS, ADMINISTRATORS)),
}
#: Pages without a type, for everybody who is signed in.
COMMON = {"index", "login", "logout", "password_change", "password_change_done", "jsi18n", "autocomplete", "app_list"}
COMMON |= {"view_on_site", "catalogue_preview_stop", "second_factor", "second_factor_verify", "second_factor_set_up"}
COMMON |= {"second_factor_codes", "second_factor_off"}


@pytest.fixture(autouse=True)
def autocomplete_looks_up_each_row():
    with zeal.zeal_ignore():
        yield


@pytest.fixture
def clients() -> dict[str, Client]:
    found = {"nobody": Client(raise_request_exception=False)}
    for role in ROLES[1:]:
        user = User.objects.create_user(role.lower(), is_staff=True)
        if role != "guest":
            user.groups.add(Group.objects.get(name=role))
        found[role] = Client(raise_request_exception=False)
        found[role].force_login(user)
    return found


def names_of_the_desk() -> dict[str, str]:
    """The name of each address of the desk, with its pattern."""

    def walk(patterns, prefix=""):
        for one in patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns, prefix + str(one.pattern))
            elif one.name:
                yield one.name, prefix + str(one.pattern)

    return {name: pattern for name, pattern in walk(get_resolver().url_patterns) if pattern.startswith("admin/")}


def pages_of(model) -> set[str]:
    start = f"{model._meta.app_label}_{model._meta.model_name}_"
    return {name.removeprefix(start) for name in names_of_the_desk() if name.startswith(start)}


def an_example(model):
    """A row of this type: the last, since it has few rows of its own."""
    if model is Report:
        return Report.objects.create(reference="zebra", page="/", message="A word is missing.")
    if model is OldAddress:
        return OldAddress.objects.create(path="/plants/before/", entry=Plant.objects.first())
    program = ExportProgram.objects.get(slug="toyota-camry-2026")
    if model in (Version, Proposal):
        from catalogue.desk import edits
        from catalogue.desk.proposal import propose

        version = edits.begin(program)
        author = User.objects.create_user("author")
        return version if model is Version else propose(program, version.document, author)
    if model is User:
        return User.objects.create_user("somebody")
    if model is Group:
        return Group.objects.create(name="Friends")
    return model._default_manager.last()


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_each_role_at_each_page(model, clients):
    one = an_example(model)
    for page in pages_of(model):
        may_open, may_send = (PAGES | EXCEPTIONS.get(model, {}))[page]
        with_row = page in ("change", "delete", "history", "password_change")
        address = admin_address(model, page, *([one.pk] if with_row else []))
        for role, client in clients.items():
            for method, allowed in (("get", may_open), ("post", may_send), ("delete", may_open)):
                if method == "delete" and role in may_open:
                    continue  # the same view as GET, which has just answered
                answer = getattr(client, method)(address)
                to_login = answer.status_code == 302 and answer.url.startswith(reverse("admin:login"))
                got = (answer.status_code, role, method, address)
                if role in allowed:
                    assert answer.status_code in (200, 302) and not to_login, got
                elif role == "nobody":
                    assert to_login, got
                else:
                    assert answer.status_code == 403, got
    assert model._default_manager.filter(pk=one.pk).exists(), "an empty form deletes nothing"


def test_the_tables_above_name_every_page_of_the_desk():
    of_types = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in (PAGES | EXCEPTIONS.get(model, {}))
    }
    assert set(names_of_the_desk()) <= of_types | COMMON | {"auth_user_password_change"}


def test_autocomplete_offers_only_what_the_role_may_see(clients):
    query = {"app_label": "catalogue", "model_name": "citation", "field_name": "source", "term": "vpic"}
    for role, client in clients.items():
        answer = client.get(reverse("admin:autocomplete"), query)
        if role in CONTRIBUTORS:
            assert answer.json()["results"], role
        else:
            assert answer.status_code == (302 if role == "nobody" else 403), role


def test_a_draft_is_seen_by_editors_on_its_own_pages_and_by_nobody_anywhere_else(clients):
    generation = Generation.objects.get(slug="xv80")
    Generation.objects.filter(pk=generation.pk).update(publication="draft")
    generation.refresh_from_db()
    generation.save()
    ExportProgram.objects.filter(slug="toyota-camry-2026").update(publication="draft")
    ExportProgram.objects.get(slug="toyota-camry-2026").save()
    own = generation.get_absolute_url()
    everywhere = [
        *("/vehicles/?q=xv80", "/vehicles/toyota/camry/", "/plants/toyota-georgetown/", "/search/?q=xv80"),
        *("/vehicles.atom", "/exports/", "/exports.atom", "/changes/", "/changes.atom", "/sitemap.xml"),
        *("/api/v1/vehicles/?q=xv80", "/api/v1/production-runs/?q=xv80", "/api/v1/exports/", "/states/ky/"),
    ]
    for role, client in clients.items():
        assert client.get(own).status_code == (200 if role in CONTRIBUTORS else 404), role
        if role in ("guest", "Administrator"):
            continue  # as nobody and as editors
        for path in everywhere:
            answer = client.get(path)
            if answer.status_code == 404:
                continue
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"camry/xv80" not in text and b"toyota-camry-2026" not in text, (role, path)


def test_restoring_asks_for_the_same_right_as_changing(clients):
    program = ExportProgram.objects.get(slug="toyota-camry-2026")
    from catalogue.desk import edits

    version = edits.begin(program)
    for role, client in clients.items():
        ExportProgram.objects.filter(pk=program.pk).update(title=f"Changed before {role}")
        answer = client.post(admin_address(Version, "change", version.pk), {"_restore": "1"})
        restored = ExportProgram.objects.get(pk=program.pk).title == "Toyota Camry"
        assert restored == (role in EDITORS), role
        assert (answer.status_code == 403) == (role == "guest"), role
    assert Proposal.objects.get().author_name == "contributor", "who may not publish proposes"
