"""A reader with a mouse, a keyboard or a telephone."""

import re

import pytest
from playwright.sync_api import Page, expect

#: Every kind of page, without the start of its address: English at the root, Japanese under /ja.
PAGES = {
    "home": "/",
    "vehicles": "/vehicles/",
    "vehicles filtered": "/vehicles/?state=KY&make=toyota&exported=yes",
    "no vehicle found": "/vehicles/?q=zeppelin",
    "make": "/vehicles/toyota/",
    "model": "/vehicles/toyota/camry/",
    "generation": "/vehicles/toyota/camry/xv10/",
    "plants": "/plants/",
    "plant": "/plants/toyota-georgetown/",
    "closed plant": "/plants/nummi-fremont/",
    "states": "/states/",
    "state": "/states/ky/",
    "manufacturers": "/manufacturers/",
    "manufacturer": "/manufacturers/toyota/",
    "exports": "/exports/",
    "plants of a year": "/plants/?as_of=1994",
    "figures": "/figures/",
    "nothing to compare": "/compare/",
    "comparison": "/compare/?v=honda/accord/cb&v=toyota/camry/xv10",
    "report": "/report/?page=/plants/honda-marysville/",
    "program": "/exports/toyota-camry-2026/",
    "ended program": "/exports/toyota-scepter-wagon/",
    "era": "/eras/trade-deal/",
    "sources": "/sources/",
    "source": "/sources/vpic/",
    "about": "/about/",
    "search": "/search/?q=accord+ohio+1994",
    "VIN check": "/vin/",
    "VIN answered": "/vin/?vin=1HGCB9850NA000000",
    "downloads": "/downloads/",
    "changes": "/changes/",
    "API": "/api/docs/",
    "nothing found": "/search/?q=zzzzqqqq",
    "missing page": "/no-such-page/",
    "bad filter": "/vehicles/?state=ZZ&built_from=soon",
}
REFUSED = {"missing page": 404, "bad filter": 400}
TELEPHONE = {"width": 320, "height": 640}


def visit(page: Page, watch, name: str, start: str = "") -> None:
    """Open one of PAGES and check that it answers as it should."""
    if name in REFUSED:
        watch.expected.add(start + PAGES[name].partition("?")[0])
    assert page.goto(start + PAGES[name]).status == REFUSED.get(name, 200)


def how_many(page: Page) -> int:
    """How many results the list says it has in all."""
    heading = page.locator("#results-heading").inner_text()
    return int(re.findall(r"\d+", heading)[-1])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_reader_filters_by_state_and_walks_from_a_car_to_its_plant_its_export_and_a_source(new_page, scripts):
    page = new_page(java_script_enabled=scripts)
    page.goto("/")
    chip = page.locator("main").get_by_role("link", name="Kentucky", exact=True)
    promised = int(chip.locator("xpath=following-sibling::*[1]").inner_text())
    chip.click()
    expect(page).to_have_url(re.compile(r"/vehicles/\?state=KY$"))
    assert how_many(page) == promised > 0
    for card in page.locator(".card").all():
        expect(card).to_contain_text(", KY")

    # A second value of the same facet: "or", so there are more results.
    page.locator("input[name=state][value=AL]").check()
    page.get_by_role("button", name="Apply").first.click()
    expect(page).to_have_url(re.compile(r"[?&]state=AL&state=KY(&|$)"))
    tags = page.locator("a.tag")
    expect(tags).to_have_count(2)
    assert sorted(re.sub(r"\s+", " ", text) for text in tags.all_inner_texts()) == [
        "Remove filter: Plant state: Alabama ×",
        "Remove filter: Plant state: Kentucky ×",
    ]
    both = how_many(page)
    assert both > promised

    tags.filter(has_text="Alabama").click()
    expect(tags).to_have_count(1)
    expect(page).to_have_url(re.compile(r"state=KY$"))
    assert how_many(page) == promised

    page.get_by_role("link", name="Clear all filters").click()
    expect(page).not_to_have_url(re.compile("state="))
    expect(tags).to_have_count(0)
    everything = how_many(page)
    assert everything > both

    first = page.locator(".card h3").first.inner_text()
    page.locator("#sort").select_option("-name")
    page.get_by_role("button", name="Sort").click()
    expect(page).to_have_url(re.compile(r"[?&]sort=-name"))
    expect(page.locator(".card h3").first).to_have_text(re.compile(r"^\s*Toyota"))
    last_by_name = page.locator(".card h3").first.inner_text()
    assert last_by_name != first and last_by_name.startswith("Toyota")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="2", exact=True).click()
    expect(page).to_have_url(re.compile(r"(?=.*sort=-name)(?=.*page=2)"))
    expect(page.locator("#results-heading")).to_contain_text(f"25–48 of {everything}")

    page.goto("/vehicles/?state=KY&exported=yes&q=XV10")
    page.locator(".card h3 a").first.click()
    expect(page.locator("h1")).to_have_text(re.compile(r"Toyota Camry XV10"))
    page.locator("section", has=page.locator("#built")).get_by_role("link", name="Toyota Kentucky").click()
    expect(page).to_have_url(re.compile(r"/plants/toyota-georgetown/$"))
    sent = page.locator("section", has=page.locator("#japan"))
    sent.get_by_role("link", name="Toyota Scepter Station Wagon").click()
    expect(page.locator("h1")).to_have_text("Toyota Scepter Station Wagon")
    expect(page.get_by_role("navigation", name="You are here")).to_contain_text("Trade-friction peak")

    mark = page.locator("dl.facts:not(.verdicts) .cite a, .on-entry .cite a").first
    number = mark.inner_text()
    mark.click()
    expect(page).to_have_url(re.compile(rf"#source-{number}$"))
    footnote = page.locator(f"#source-{number}")
    expect(footnote).to_be_in_viewport()
    title = footnote.locator("a").first.inner_text()
    footnote.locator("a").first.click()
    expect(page.locator("h1")).to_have_text(title)
    rests = page.locator("section", has=page.locator("#uses"))
    expect(rests.get_by_role("link", name="Toyota Scepter Station Wagon").first).to_be_visible()


def test_the_home_page_leads_to_each_era_of_exports(page):
    page.goto("/")
    page.locator("main").get_by_role("link", name="Trade-friction peak").click()
    expect(page).to_have_url(re.compile(r"/exports/\?era=trade-friction-peak$"))
    expect(page.locator(".card h3").filter(has_text="Scepter")).not_to_have_count(0)


def test_a_search_from_the_home_page_finds_a_car_by_its_japanese_name(page):
    page.goto("/")
    page.locator("#home-q").fill("セプター")
    page.keyboard.press("Enter")
    expect(page.locator(".found-title").filter(has_text="Scepter Station Wagon")).to_be_visible()


def focused(page: Page) -> dict:
    """What has the keyboard, and whether a reader can see that it has."""
    return page.evaluate("""() => {
        const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
        return {tag: it.tagName, name: it.name || '', value: it.value || '', text: it.innerText || '',
                class: it.getAttribute('class') || '', outline: style.outlineStyle,
                seen: box.width > 0 && box.height > 0};
    }""")


def tab_to(page: Page, wanted, most: int = 150) -> dict:
    for _ in range(most):
        page.keyboard.press("Tab")
        now = focused(page)
        assert now["seen"] and now["outline"] != "none", f"the keyboard is at something not to be seen: {now}"
        if wanted(now):
            return now
    pytest.fail(f"not reached with {most} presses of Tab")


def test_with_the_keyboard_the_first_stop_skips_to_the_content(page):
    for name in ("/", "/vehicles/", "/plants/toyota-georgetown/"):
        page.goto(name)
        page.keyboard.press("Tab")
        expect(page.locator("a.skip")).to_be_focused()
        expect(page.locator("a.skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"#main$"))
        page.keyboard.press("Tab")
        inside = page.evaluate("document.getElementById('main').contains(document.activeElement)")
        assert inside, focused(page)


def test_with_the_keyboard_a_reader_ticks_a_facet_and_applies_it(page):
    page.goto("/vehicles/")
    tab_to(page, lambda now: now["name"] == "state" and now["value"] == "KY")
    page.keyboard.press("Space")
    expect(page.locator("input[name=state][value=KY]")).to_be_checked()
    expect(page).to_have_url(re.compile(r"[?&]state=KY(&|$)"))
    expect(page.locator("a.tag")).to_have_count(1)
    tab_to(page, lambda now: now["tag"] == "BUTTON" and now["text"] == "Apply")
    with page.expect_response(re.compile("state=KY")):
        page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()
    tab_to(page, lambda now: "tag" in now["class"].split())
    page.keyboard.press("Enter")
    expect(page.locator("a.tag")).to_have_count(0)


def test_with_the_keyboard_a_folded_part_of_a_facet_opens(page):
    page.goto("/vehicles/")
    fold = page.locator("fieldset details").first
    tab_to(page, lambda now: now["tag"] == "SUMMARY")
    page.keyboard.press("Enter")
    expect(fold.locator("input").first).to_be_visible()


@pytest.mark.parametrize("start", ["", "/ja"], ids=["English", "Japanese"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_narrow_telephone(new_page, watch, name, start):
    page = new_page(viewport=TELEPHONE, is_mobile=True, has_touch=True)
    visit(page, watch, name, start)
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    wide = page.evaluate("""() => {
        const scroller = element => element.closest('.table-scroll');
        return [...document.querySelectorAll('body *')]
            .filter(it => !scroller(it) && it.getBoundingClientRect().right > 360.5)
            .map(it => `${it.tagName}.${it.getAttribute('class')} ${it.innerText?.slice(0, 40)}`).slice(0, 5);
    }""")
    assert (page.evaluate("document.documentElement.scrollWidth"), wide) == (TELEPHONE["width"], [])


@pytest.mark.parametrize("list_page", ["vehicles", "plants", "exports"])
def test_on_a_telephone_the_filters_open_by_their_summary(new_page, watch, list_page):
    page = new_page(viewport=TELEPHONE, is_mobile=True, has_touch=True)
    visit(page, watch, list_page)
    state = page.locator("input[name=state]:enabled").first
    expect(state).to_be_hidden()
    expect(page.locator(".card").first).to_be_visible()
    page.locator(".filter-panel > summary").tap()
    expect(state).to_be_visible()
    state.check()
    page.get_by_role("button", name="Apply").first.tap()
    expect(page).to_have_url(re.compile(r"state="))
    expect(page.locator(".filter-panel > summary")).to_have_text("Filter (1)")


@pytest.mark.parametrize("list_page", ["vehicles", "plants", "exports"])
def test_on_a_wide_screen_the_filters_are_visible_without_opening(page, watch, list_page):
    visit(page, watch, list_page)
    expect(page.locator("input[name=state]:enabled").first).to_be_visible()
    expect(page.locator("#q")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Apply").first).to_be_in_viewport()


def test_a_bad_value_opens_the_filters_and_its_message_stands_beside_it(new_page, watch):
    page = new_page(viewport=TELEPHONE)
    visit(page, watch, "bad filter")
    expect(page.locator("#error-state")).to_contain_text("ZZ")
    expect(page.locator("#error-built_from")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("soon")
