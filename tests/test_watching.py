"""What operators see: the name of each request, counts for Prometheus, lines of the log."""

import json
import logging
import subprocess
import sys
import uuid

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.loaded import ROOT, site_environment

TOKEN = "open-sesame"  # noqa: S105 - of these tests
VIN = "1HGCB9850NA000000"


@pytest.fixture
def operator(settings) -> Client:
    settings.METRICS_TOKEN = TOKEN
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})


def count(operator: Client, **labels: str) -> float:
    """How many answers with these labels were counted so far."""
    text = operator.get("/metrics").content.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(
        sample.value
        for sample in samples
        if sample.name == "catalogue_answers_total" and labels.items() <= sample.labels.items()
    )


def test_each_answer_says_the_name_of_its_request():
    first, second = (Client().get("/health/live")["X-Request-ID"] for _ in range(2))
    assert uuid.UUID(first) != uuid.UUID(second)


def test_a_proxy_may_name_a_request_but_not_write_into_the_log():
    name = str(uuid.uuid4())
    assert Client().get("/health/live", headers={"X-Request-ID": name})["X-Request-ID"] == name
    answer = Client().get("/health/live", headers={"X-Request-ID": "<script>\n2026-01-01 ERROR"})
    assert uuid.UUID(answer["X-Request-ID"])


@pytest.mark.django_db
def test_metrics_are_closed_unless_opened(client, settings):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": "Bearer wrong"})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.django_db
def test_answers_are_counted_by_view_and_status(operator):
    before = count(operator, view="about", status="200"), count(operator, view="none", status="404")
    Client().get("/about/")
    Client().get("/no-such-page/")
    after = count(operator, view="about", status="200"), count(operator, view="none", status="404")
    assert [new - old for old, new in zip(before, after, strict=True)] == [1, 1]


@pytest.mark.django_db
def test_kept_pages_are_counted_as_such(operator, settings):
    settings.PAGE_STORE = True
    Client().get("/about/", headers={"host": "testserver"})
    before = count(operator, view="kept page")
    Client().get("/about/", headers={"host": "testserver"})
    assert count(operator, view="kept page") == before + 1


def test_methods_that_clients_make_up_are_counted_together(operator):
    before = count(operator, method="other")
    for number in range(3):
        Client().generic(f"METHOD{number}", "/health/live")
    assert count(operator, method="other") == before + 3


@pytest.mark.django_db
def test_a_line_for_each_request_names_no_reader_and_no_vin(settings, caplog):
    settings.LOG_REQUESTS = True
    with caplog.at_level(logging.INFO, "catalogue.requests"):
        Client().get(f"/api/v1/vin/{VIN}/?secret=search")
    (line,) = [record for record in caplog.records if record.name == "catalogue.requests"]
    assert line.getMessage().startswith("GET /api/v1/vin/1HG**************/ 200 ")
    assert VIN[3:] not in str(line.__dict__) and "secret" not in str(line.__dict__)
    assert line.view == "api-vin" and 0 < line.seconds < 30


def test_the_log_can_be_read_by_programs(tmp_path):
    environment = site_environment(tmp_path, "") | {"LOG_FORMAT": "json"}
    code = f"""
import logging
from django_guid import set_guid
set_guid("a-request")
logging.getLogger("catalogue.pages").warning("a page of %s", "{VIN}", extra={{"path": "/"}})
"""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    line = json.loads(done.stderr)
    assert (line["levelname"], line["name"], line["request_id"]) == ("WARNING", "catalogue.pages", "a-request")
    assert (line["message"], line["path"]) == ("a page of 1HG**************", "/")
