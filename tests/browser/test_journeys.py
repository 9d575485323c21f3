"""A reader's whole way: from the home page to a comparison and a report, by keyboard alone, and without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_reading import tab_to


def link_said(text: str):
    return lambda now: now["tag"].upper() == "A" and now["text"].strip().startswith(text)


def named(name: str):
    return lambda now: now["name"] == name


def test_with_the_keyboard_alone_from_the_home_page_to_a_sent_report(page: Page):
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("#site-q")).to_be_focused()
    page.keyboard.type("XV10")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=XV10$"))

    tab_to(page, link_said("Toyota Camry XV10"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Camry XV10")

    tab_to(page, lambda now: now["class"].startswith("bar") and "here" in now["class"])
    expect(page.locator(".tip")).to_contain_text("Camry XV10")
    page.keyboard.press("Escape")
    expect(page.locator(".tip")).to_be_hidden()

    page.goto("/vehicles/toyota/camry/xv10/")
    tab_to(page, link_said("Toyota Kentucky"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/plants/toyota-georgetown/$"))
    tab_to(page, link_said("Toyota Scepter Station Wagon"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Toyota Scepter Station Wagon")
    tab_to(page, link_said("Compare with other vehicles"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/compare/\?v=toyota/camry/xv10$"))

    tab_to(page, lambda now: now["name"] == "q" and not now["class"])
    tab_to(page, lambda now: now["name"] == "q")  # the second one: the header has its own
    page.keyboard.type("accord cb")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/vehicles/\?compare=toyota%2Fcamry%2Fxv10&q=accord"))
    tab_to(page, link_said("Add to compare"))
    page.keyboard.press("Enter")
    expect(page.locator(".tray .tag")).to_have_count(2)
    tab_to(page, link_said("Compare 2 vehicles"))
    page.keyboard.press("Enter")
    expect(page.locator("table.compare thead th")).to_have_count(2)
    rows = page.locator("table.compare tbody tr").count()
    tab_to(page, link_said("Only differences"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("only=differences"))
    assert 0 < page.locator("table.compare tbody tr").count() < rows

    page.goto("/plants/toyota-georgetown/")
    tab_to(page, link_said("Report an error in this entry"), most=400)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Report an error")
    tab_to(page, named("message"))
    page.keyboard.type("The number of employees is from last year.")
    page.wait_for_timeout(3_100)  # nobody is faster; see catalogue/report_form.py
    tab_to(page, lambda now: now["text"] == "Send to the editors")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Thank you for your report")


def test_without_scripts_everything_is_a_link_or_a_button(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/")
    page.locator("#home-q").fill("Ohio")
    page.get_by_role("button", name="Search").last.click()
    page.locator(".found-title").first.click()
    expect(page).to_have_url(re.compile("/states/oh/$"))
    page.goto("/vehicles/?state=OH")
    page.locator("#box-make-honda").check()
    page.get_by_role("button", name="Apply").first.click()
    expect(page).to_have_url(re.compile("make=honda"))
    page.locator("#as_of").fill("1994")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("as_of=1994"))
    page.locator("#year-after").click()
    expect(page).to_have_url(re.compile("as_of=1995"))
    page.locator("#sort").select_option("-name")
    page.get_by_role("button", name="Sort").click()
    expect(page).to_have_url(re.compile("sort=-name"))
    page.locator(".card").first.get_by_role("link", name="Add to compare").click()
    expect(page).to_have_url(re.compile("compare="))
    page.locator(".tray").get_by_role("link", name="Compare 1 vehicle").click()
    expect(page.locator("table.compare thead th")).to_have_count(1)
    page.goto("/plants/")
    page.locator(".plant-marks a").filter(has_text="Marysville Auto Plant").click()
    expect(page).to_have_url(re.compile("/plants/honda-marysville/$"))
    page.locator(".railway a.bar").first.click()
    expect(page).to_have_url(re.compile("/vehicles/"))
    page.goto("/exports/")
    page.get_by_text("The timeline as a table").click()
    expect(page.locator("#timeline-table tbody tr").first).to_be_visible()
    page.goto("/report/?page=/plants/honda-marysville/")
    page.locator("[name=message]").fill("A correction, without scripts.")
    page.wait_for_timeout(3_100)
    page.get_by_role("button", name="Send to the editors").click()
    expect(page.locator("h1")).to_have_text("Thank you for your report")


def test_shortcuts_can_be_turned_off_and_stay_off(page):
    page.goto("/")
    page.get_by_role("button", name="Turn shortcuts off").click()
    page.reload()
    page.keyboard.press("/")
    expect(page.locator("#site-q")).not_to_be_focused()
    page.get_by_role("button", name="Turn shortcuts on").click()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#site-q")).to_be_focused()


def test_the_permanent_address_can_be_copied(new_page, site):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/plants/toyota-georgetown/")
    page.get_by_text("Cite this page").click()
    page.locator("[data-copy=permalink]").click()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site.address}/plants/toyota-georgetown/"
    expect(page.locator("[data-copy=permalink]")).to_have_text("Copied")
