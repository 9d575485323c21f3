"""The real work at the desk, in the browsers of several people at once."""

import csv
import io
import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_editing import choose, log_in, open_entry, save

CITATION = "catalogue-citation-entry_type-entry_id"
ADDRESS = "/exports/toyota-review-test-wagon/"


@pytest.fixture
def window(new_page):
    """A function that opens somebody's browser at the desk."""

    def open_for(name: str) -> Page:
        page = new_page()
        log_in(page, name)
        return page

    return open_for


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).last.click()


def paste_source(page: Page, row: int, url: str, title: str, date: str) -> None:
    """Cite a source that the catalogue does not have yet, from the form of what it supports."""
    one = page.locator(f"#{CITATION}-{row}")
    one.get_by_text("or paste", exact=False).click()
    for field, value in (("new_url", url), ("new_title", title), ("new_published_on", date)):
        one.locator(f"[name={CITATION}-{row}-{field}]").fill(value)


def test_a_press_release_becomes_a_published_program_by_way_of_a_review(window, new_page, watch):
    carla, reader = window("carla"), new_page()
    carla.goto("/admin/vehicles/exportprogram/add/")
    carla.locator("#id_title").press_sequentially("Toyota Review Test Wagon")
    choose(carla, "era", "friction", "Trade-friction peak")
    carla.locator("#id_status").select_option("ended")
    choose(carla, "generation", "camry xv10", "XV10")
    choose(carla, "plant", "georgetown", "Toyota Motor Manufacturing, Kentucky")
    choose(carla, "body_styles", "wag", "Wagon")
    choose(carla, "japan_make", "toyo", "Toyota")
    carla.locator("#id_japan_name").fill("Review Test Wagon")
    carla.locator("#id_sales_start").fill("1994-03")
    carla.locator("#id_sales_end").fill("1995")
    paste_source(carla, 0, "https://newsroom.example/review-test?utm_source=x", "A wagon under review", "1994-02")
    carla.locator(".citations .add-row a").click()
    paste_source(carla, 1, "https://paper.example/wagon", "A paper about the wagon", "1994-03-01")
    expect(carla.locator("select#id_publication")).to_have_count(0)
    carla.locator("#desk-reason").fill("Press release of February 1994")
    press(carla, "Save and preview")

    # The whole site as it would be, for her alone.
    expect(carla).to_have_url(re.compile(f"{ADDRESS}$"))
    expect(carla.locator(".preview-bar")).to_contain_text("seen by you alone")
    carla.goto("/exports/?q=review+test+wagon")
    expect(carla.locator(".card")).to_have_count(1)
    watch.expected.add(ADDRESS)
    assert reader.goto(ADDRESS).status == 404
    carla.get_by_role("button", name="End the preview").click()
    expect(carla.locator(".card")).to_have_count(0)

    open_entry(carla, "Export programs", "review test", "Toyota Review Test Wagon")
    press(carla, "Save and send for review")
    expect(carla.locator(".desk-state").first).to_have_text("awaiting review")

    edith = window("edith")
    edith.get_by_role("link", name="Proposed changes awaiting review").click()
    edith.locator("#result_list").get_by_role("link", name="Toyota Review Test Wagon").click()
    expect(edith.locator(".desk-differences")).to_contain_text("A wagon under review")
    press(edith, "Publish now")
    expect(edith.locator(".messagelist .success")).to_contain_text("Published")

    assert reader.goto(ADDRESS).status == 200
    expect(reader.locator("main")).to_contain_text("A paper about the wagon")
    reader.goto("/search/?q=review+test+wagon")
    expect(reader.locator("main").get_by_role("link", name="Review Test Wagon").first).to_be_visible()
    answer = reader.request.get("/api/v1/exports/?q=review+test+wagon").json()
    assert [one["slug"] for one in answer["results"]] == ["toyota-review-test-wagon"]
    assert "Review Test Wagon" in reader.request.get("/changes.atom").text()
    assert "review-test-wagon" in reader.request.get("/exports.atom").text()

    # One tracking parameter more or less is no other source.
    edith.goto("/admin/catalogue/source/add/")
    edith.locator("#id_url").fill("https://newsroom.example/review-test")
    edith.locator("#id_title").fill("The same again")
    press(edith, "Save")
    expect(edith.locator(".field-url .errorlist")).to_contain_text("A wagon under review")

    open_entry(edith, "Export programs", "review test", "Toyota Review Test Wagon")
    edith.get_by_role("link", name="Delete", exact=True).last.click()
    press(edith, "Yes, I’m sure")
    assert reader.goto(ADDRESS).status == 404


def test_two_editors_at_one_entry_lose_nothing(window):
    edith, emil = window("edith"), window("emil")
    for page in (edith, emil):
        open_entry(page, "Plants", "spartan", "Shyft Group (Spartan Motors) Charlotte campus")
    edith.locator("#id_county").fill("County of Edith")
    save(edith)
    emil.locator("#id_county").fill("County of Emil")
    emil.locator("#id_employees").fill("4321")
    press(emil, "Save")
    expect(emil.locator(".messagelist")).to_contain_text("saved this entry while you edited it")
    choices = emil.locator(".desk-choices")
    expect(choices).to_contain_text("County of Edith")
    choices.get_by_label("County of Emil").check()
    press(emil, "Publish now")
    expect(emil.locator(".messagelist .success")).to_contain_text("Published")
    open_entry(edith, "Plants", "spartan", "Shyft Group (Spartan Motors) Charlotte campus")
    expect(edith.locator("#id_county")).to_have_value("County of Emil")
    expect(edith.locator("#id_employees")).to_have_value("4321")

    # And back by the history, so that the tests after this one find what the fixtures say.
    edith.locator(".object-tools").get_by_role("link", name="History").click()
    edith.get_by_role("link", name="Version 1", exact=True).click()
    press(edith, "Restore this version")
    expect(edith.locator(".messagelist .success")).to_contain_text("again as it was")
    expect(edith.locator("#id_employees")).not_to_have_value("4321")


def milestones(faulty: int) -> bytes:
    """A table of 200 new milestones, of which this many can't be right."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["slug", "date", "kind", "title"])
    for n in range(200):
        date = "some day" if n % 29 == 0 and n // 29 < faulty else f"{1950 + n % 60}-03"
        table.writerow([f"browser-import-{n}", date, "plant", f"Imported event {n}"])
    return text.getvalue().encode()


def test_two_hundred_rows_with_seven_faults_are_imported_once_they_are_right(window, new_page):
    edith = window("edith")
    edith.goto("/admin/catalogue/milestone/")
    edith.locator(".object-tools").get_by_role("link", name="Import").click()
    edith.locator("#id_file").set_input_files({"name": "events.csv", "mimeType": "text/csv", "buffer": milestones(7)})
    press(edith, "Preview")
    expect(edith.locator(".errornote").last).to_contain_text("7 problems")
    expect(edith.get_by_role("button", name="Import this")).to_have_count(0)
    edith.locator("#id_file").set_input_files({"name": "events.csv", "mimeType": "text/csv", "buffer": milestones(0)})
    press(edith, "Preview again")
    expect(edith.locator("#content")).to_contain_text("200 added, 0 changed, 0 unchanged")
    press(edith, "Import this")
    expect(edith.locator(".messagelist .success")).to_be_visible()
    edith.goto("/admin/catalogue/milestone/?q=browser-import&publication__exact=draft")
    expect(edith.locator(".paginator").first).to_contain_text("200")
    reader = new_page()
    answer = reader.request.get("/api/v1/milestones/?q=imported+event")
    assert "Imported event" not in json.dumps(answer.json()), "they are drafts"


def test_a_plant_deleted_by_mistake_is_brought_back_with_its_runs(window, new_page, watch):
    edith, reader = window("edith"), new_page()
    plant = "/plants/toyota-princeton/"
    reader.goto(plant)
    runs = reader.locator("main tr[id^=run-]").count()
    assert runs
    open_entry(edith, "Plants", "princeton", "Toyota Motor Manufacturing, Indiana (TMMI)")
    edith.get_by_role("link", name="Delete", exact=True).last.click()
    edith.set_default_timeout(60_000)
    press(edith, "Yes, I’m sure")
    watch.expected.add(plant)
    assert reader.goto(plant).status == 404
    edith.get_by_role("link", name="Undo").click()
    edith.locator("[name=_restore]").click()
    expect(edith.locator(".messagelist .success")).to_contain_text("Restored")
    assert reader.goto(plant).status == 200
    expect(reader.locator("main tr[id^=run-]")).to_have_count(runs)
