"""Tests run on the real catalogue: each test process has a copy of the loaded fixtures (tests/loaded.py)."""

import gc
import sqlite3
from contextlib import closing

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import translation

from catalogue import list_index, page_store
from tests.loaded import Loaded, drop_database, loaded_catalogue, loaded_url


@pytest.fixture(scope="session")
def loaded(request, tmp_path_factory) -> Loaded:
    folder = tmp_path_factory.getbasetemp()
    # A process of pytest-xdist has a folder of its own in the one of the whole run.
    shared = folder.parent if hasattr(request.config, "workerinput") else folder
    return loaded_catalogue(shared / "loaded")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, loaded):
    if loaded.url:
        connection.settings_dict["TEST"]["TEMPLATE"] = loaded.database_name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, loaded, django_db_blocker):
    with django_db_blocker.unblock():
        if not loaded.url:
            # pytest-django makes no database when no chosen test is marked: this would overwrite the one of `make run`.
            assert connection.is_in_memory_db(), "a test that uses the catalogue is not marked django_db"
            connection.ensure_connection()
            with closing(sqlite3.connect(loaded.sqlite_file)) as file:
                file.backup(connection.connection)
        # A process asks for each once; which test is the first must not matter to those that count queries.
        ContentType.objects.get_for_models(*apps.get_models())


def pytest_collection_finish(session):
    # As catalogue/wsgi.py does: a tenth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_sessionfinish(session):
    if loaded_url() and not hasattr(session.config, "workerinput"):
        drop_database(loaded_url())


@pytest.fixture(autouse=True)
def told_in_english():
    """Each test begins in English: a request to /ja/ leaves Japanese active in its thread. No parameter of a test may
    have this name, or it takes its place."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def lists_are_kept(monkeypatch):
    """What lists keep in memory they keep in tests, too, as on a site, where requests are in no transaction. Nothing
    of it outlives the test. Who writes behind the models' back says so: ``revision.advance()``."""
    monkeypatch.setattr(list_index, "in_transaction", lambda alias: False)
    monkeypatch.setattr(list_index, "_kept", {})
    for shelf in page_store.at_hand.values():
        shelf.clear()


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
