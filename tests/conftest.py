"""Tests run on the real catalogue: the fixtures are loaded once for each test process."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.utils import translation


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("load_catalogue", verbosity=0)


@pytest.fixture(autouse=True)
def english():
    """Each test begins in English: a request to /ja/ leaves Japanese active in its thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def editor(db):
    """A user who may see and change all of the catalogue, but is no administrator."""
    user = User.objects.create_user("editor", password="correct horse battery", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["catalogue", "plants", "vehicles"])
    )
    return user


@pytest.fixture
def editor_client(client, editor):
    client.force_login(editor)
    return client
