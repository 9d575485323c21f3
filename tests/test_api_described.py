"""The API answers as its own description says, whatever is asked of it: schemathesis reads the one and tries the other.

``EXAMPLES=500 make test PYTEST_ARGS=tests/test_api_described.py`` asks for longer.
"""

import os
from contextlib import nullcontext, suppress

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from catalogue.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EXAMPLES = int(os.environ.get("EXAMPLES", 10))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def one_connection():
    """The server closes connections between requests; a test's transaction wants to go on."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def operations(django_db_setup, django_db_blocker, one_connection):
    with django_db_blocker.unblock():
        schema = schemathesis.openapi.from_wsgi("/api/schema/", application)
    return {operation.label: operation for operation in (found.ok() for found in schema.get_all_operations())}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_as_described(operations, mode):
    """Asked as described, and as it should not be. Blank and unknown parameters are no mistakes of a reader."""
    assert len(operations) > 20
    tried = 0
    for operation in operations.values():
        cache.clear()  # of what limits how often one client may ask

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            nonlocal tried
            tried += 1
            case.call_and_validate(headers={"Accept-Encoding": "identity"}, checks=CHECKS)

        # Where any text will do there is no wrong one.
        with suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():
            ask()
    assert tried > EXAMPLES * len(operations) / 2
