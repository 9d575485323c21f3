"""Lists that answer in place: what changes, what stays, and what happens when the server does not answer."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_reading import TELEPHONE, how_many


@pytest.fixture
def documents(page) -> list[str]:
    """The addresses asked for as pages, as against parts of one."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type == "document" else None)
    return asked


def settled(page: Page, tags: int) -> None:
    """Wait until the list with so many filters stands there."""
    expect(page.locator("a.tag")).to_have_count(tags)


def test_a_box_changes_results_count_tags_title_language_link_and_address_without_a_new_page(page, documents):
    page.goto("/vehicles/")
    everything = how_many(page)
    page.locator("#box-make-honda").check()
    settled(page, 1)
    expect(page).to_have_url(re.compile(r"/vehicles/\?make=honda$"))
    assert 0 < how_many(page) < everything
    expect(page).to_have_title(re.compile("Honda"))
    expect(page.locator("#languages a")).to_have_attribute("href", re.compile(r"/ja/vehicles/\?make=honda$"))
    expect(page.locator("#announce")).to_have_text(page.locator("#results-heading").inner_text())
    for card in page.locator(".card h3").all():
        expect(card).to_contain_text("Honda")
    assert len(documents) == 1


def test_the_map_and_the_timeline_follow(page):
    page.goto("/plants/")
    page.locator("#box-status-planned").check()
    settled(page, 1)
    expect(page.locator(".plant-marks a")).to_have_count(how_many(page))
    page.goto("/exports/")
    page.locator("#box-status-announced").check()
    settled(page, 1)
    expect(page.locator(".lane-row")).to_have_count(how_many(page))


def test_focus_height_and_open_folds_stay(page):
    page.goto("/vehicles/")
    page.locator("#more-state summary").click()
    box = page.locator("#box-state-OH")
    box.focus()
    before = box.bounding_box()["y"]
    page.keyboard.press("Space")
    settled(page, 1)
    expect(box).to_be_focused()
    expect(page.locator("#more-state")).to_have_attribute("open", "")
    assert abs(box.bounding_box()["y"] - before) <= 3


def test_a_removed_tag_leaves_the_focus_at_the_results(page):
    page.goto("/vehicles/?make=toyota&state=KY")
    page.locator("a.tag").first.focus()
    page.keyboard.press("Enter")
    settled(page, 1)
    expect(page.locator("#results")).to_be_focused()


def test_back_forward_and_reload_keep_list_and_address_together(page):
    page.goto("/vehicles/")
    everything = how_many(page)
    page.locator("#box-make-honda").check()
    settled(page, 1)
    hondas = how_many(page)
    page.locator("#as_of").fill("1994")
    page.locator("#as_of").press("Enter")
    settled(page, 2)
    page.go_back()
    settled(page, 1)
    assert (how_many(page), page.url.partition("?")[2]) == (hondas, "make=honda")
    page.go_back()
    settled(page, 0)
    assert (how_many(page), page.url.partition("?")[2]) == (everything, "")
    page.go_forward()
    settled(page, 1)
    page.reload()
    settled(page, 1)
    assert (how_many(page), page.url.partition("?")[2]) == (hondas, "make=honda")


def test_rapid_choices_end_in_the_state_of_the_last(page):
    page.goto("/vehicles/")
    page.evaluate("""() => {
        for (const make of ["nissan", "honda", "acura"]) document.getElementById(`box-make-${make}`).click();
    }""")
    settled(page, 3)
    expect(page).to_have_url(re.compile(r"\?make=acura&make=honda&make=nissan$"))


def test_a_slow_network_shows_progress(page):
    page.goto("/vehicles/")
    page.route("**/vehicles/?*", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.locator("#box-make-honda").click()
    expect(page.locator(".htmx-request").first).to_be_attached()
    settled(page, 1)
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_where_the_server_fails_the_browser_asks_for_the_page_and_says_so(page, watch, documents):
    watch.expected.add("/vehicles/")
    page.goto("/vehicles/")
    failing = {"status": 503, "body": "<title>away</title>", "content_type": "text/html"}
    page.route("**/vehicles/?*", lambda route: route.fulfill(**failing))
    page.locator("#box-make-honda").click()
    expect(page).to_have_title("away")
    assert "make=honda" in documents[-1]
    watch.problems = [one for one in watch.problems if "htmx:responseError" not in one and "Response Status" not in one]


def test_a_wrong_year_is_said_beside_its_field_and_kept(page, watch):
    watch.expected.add("/plants/")
    page.goto("/plants/?state=OH")
    page.locator("#as_of").fill("soon")
    page.locator("#as_of").press("Enter")
    expect(page.locator("#error-as_of")).to_contain_text("soon")
    expect(page.locator("#as_of")).to_have_value("soon")
    settled(page, 1)


def test_on_a_telephone_the_drawer_stays_open_tells_the_number_and_leads_to_the_results(new_page):
    page = new_page(viewport=TELEPHONE, is_mobile=True, has_touch=True)
    page.goto("/vehicles/")
    page.locator(".filter-panel > summary").tap()
    page.locator("#box-make-honda").check()
    settled(page, 1)
    expect(page.locator("#filter-panel")).to_have_attribute("open", "")
    show = page.locator(".show-results")
    expect(show).to_have_text(f"Show {how_many(page)} vehicles")
    show.tap()
    expect(page.locator("#filter-panel")).not_to_have_attribute("open", "")
    expect(page.locator("#results-heading")).to_be_in_viewport()
