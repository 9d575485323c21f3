"""Searching with the keyboard: suggestions while typing, and the plain form without them."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("field", ["#site-q", "#home-q"])
def test_suggestions_are_chosen_with_the_arrows_and_opened_with_enter(page: Page, field):
    page.goto("/")
    box = page.locator(field)
    box.focus()
    expect(box).to_have_attribute("role", "combobox")
    box.press_sequentially("toyota tund", delay=20)
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Toyota Tundra")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/vehicles/toyota/tundra/$"))


def test_escape_puts_suggestions_away_and_enter_searches_for_what_was_typed(page: Page):
    page.goto("/search/")
    box = page.locator("#q")
    expect(box).to_be_focused()
    box.press_sequentially("camry", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=camry$"))
    expect(page.locator(".found-title").first).to_have_text("Toyota Camry")


def test_where_suggestions_fail_the_search_works(page: Page, watch):
    watch.expected.add("/search/suggestions/")
    page.route("**/search/suggestions/**", lambda route: route.fulfill(status=503, body=""))
    page.goto("/search/")
    page.locator("#q").press_sequentially("camry", delay=20)
    page.wait_for_timeout(400)
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".found-title").first).to_have_text("Toyota Camry")


def test_without_scripts_the_header_searches(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/ja/")
    page.locator("#site-q").fill("アコードワゴン")
    page.locator(".masthead-search button").click()
    expect(page).to_have_url(re.compile(r"/ja/search/\?q="))
    page.locator(".found-title").first.click()
    expect(page.locator("h1")).to_contain_text("アコードワゴン")
