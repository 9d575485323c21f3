"""The desk in a browser: accessible in light and dark, usable on a tablet, and careful with what is typed."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_editing import log_in

#: One of each kind of page; the plant has all kinds of rows.
PLANT = "/admin/plants/plant/?q=nummi"
PAGES = [
    "/admin/",
    "/admin/plants/plant/?_facets=True",
    "/admin/vehicles/exportprogram/add/",
    "/admin/password_change/",
    "/admin/vehicles/make/import/",
    "/admin/vehicles/make/export/",
    "/admin/vehicles/specification/",
    "/admin/catalogue/version/",
    "/admin/second-factor/",
]
AXE = {
    "resultTypes": ["violations"],
    # Style sheets that import others it would put into the page, which the policy forbids.
    "preload": False,
    # Django's own: the column for a row's name has no heading, and a magnifying glass is the search's label.
    "rules": {"empty-table-header": {"enabled": False}, "label-title-only": {"enabled": False}},
}


def findings(page) -> list:
    found = Axe().run(page, options=AXE).response["violations"]
    return [(one["id"], page.url, [node["html"][:160] for node in one["nodes"]][:3]) for one in found]


def open_plant(page) -> None:
    page.goto(PLANT)
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_url("**/change/**")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_desk(new_page, scheme):
    page = new_page(color_scheme=scheme, viewport={"width": 1440, "height": 900})
    page.goto("/admin/login/")
    problems = findings(page)
    log_in(page)
    for path in PAGES:
        page.goto(path)
        problems += findings(page)
    open_plant(page)
    for fold in page.locator("details").all():
        fold.evaluate("fold => fold.open = true")
    problems += findings(page)
    page.get_by_role("link", name="Delete", exact=True).last.click()
    page.wait_for_url("**/delete/**")
    problems += findings(page)
    assert problems == []


def test_one_fact_is_put_right_from_the_page_itself_without_looking_for_anything(new_page):
    page = new_page(viewport={"width": 1440, "height": 900})
    log_in(page)
    page.goto("/plants/nummi-fremont/")
    page.get_by_role("link", name="Edit: employees", exact=True).click()
    field = page.locator("#id_employees")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("4700")
    reason = page.get_by_label("Why?")
    expect(reason).to_be_in_viewport()
    reason.fill("As its last report says")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    page.goto("/plants/nummi-fremont/")
    expect(page.locator("dl.facts").first).to_contain_text("4,700")


def test_a_form_that_was_only_looked_at_asks_and_keeps_nothing(new_page):
    page = new_page()
    log_in(page)
    open_plant(page)
    page.wait_for_timeout(1500)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Home", exact=True).first.click()
    expect(page.locator("#care-heading, #content h1").first).to_be_visible()
    assert asked == []
    assert [key for key in page.evaluate("Object.keys(localStorage)") if key.startswith("transplants.desk.")] == []


def test_forms_and_lists_fit_a_phone(new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    log_in(page)
    for path in [*PAGES, "/admin/vehicles/specification/add/", "/admin/plants/plant/add/"]:
        page.goto(path)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path


def test_a_tablet_needs_no_sideways_scrolling_and_keeps_the_buttons_in_sight(new_page):
    page = new_page(viewport={"width": 820, "height": 1100})
    log_in(page)
    too_wide = "document.documentElement.scrollWidth > innerWidth"
    for path in PAGES:
        page.goto(path)
        assert not page.evaluate(too_wide), path
    open_plant(page)
    assert not page.evaluate(too_wide)
    save = page.get_by_role("button", name="Save", exact=True).last
    expect(save).to_be_in_viewport()
    for button in (save, page.locator("#id_name"), page.get_by_role("link", name="Delete", exact=True).last):
        assert button.bounding_box()["height"] >= 44


def test_what_was_typed_is_warned_of_restored_after_a_breakdown_and_saved_by_keys(new_page):
    page = new_page()
    log_in(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/admin/catalogue/source/add/")
    page.reload()
    assert asked == []
    page.locator("#id_slug").fill("typed-before-the-breakdown")
    page.locator("#id_title").fill("T" * 395)
    expect(page.locator("#id_title-count")).to_have_text("5 characters left")
    page.wait_for_timeout(1000)  # until a copy is written, 0.7 seconds after the last key
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.locator(".desk-waiting")).to_contain_text("not saved")
    page.get_by_role("button", name="Restore it").click()
    expect(page.locator("#id_slug")).to_have_value("typed-before-the-breakdown")
    page.locator("#id_title").fill("")
    page.keyboard.press("Control+s")
    expect(page.locator("#id_title")).to_be_focused()
    page.locator("#id_title").fill("Typed before the breakdown")
    page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto("/admin/catalogue/source/add/")
    expect(page.locator("#id_slug")).to_have_value("")
    expect(page.locator(".desk-waiting")).to_have_count(0)
