"""An editor at work: no administrator, only somebody who may change the catalogue."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD

CITATION = "catalogue-citation-entry_type-entry_id-0"


def log_in(page: Page, name: str = "editor") -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text(name)


@pytest.fixture
def desk(page) -> Page:
    """The admin, with the editor logged in."""
    log_in(page)
    return page


@pytest.fixture
def reader(new_page) -> Page:
    """Somebody else's window, not logged in."""
    return new_page()


def choose(page: Page, field: str, typed: str, option: str) -> None:
    """Type a few letters into an autocomplete field and click what is wanted."""
    page.locator(f"#id_{field} + .select2 .select2-selection").click()
    search = page.locator(".select2-container--open .select2-search__field")
    search.press_sequentially(typed, delay=20)
    page.locator(".select2-results__option").filter(has_text=option).first.click()
    expect(page.locator(f"#id_{field} + .select2 .select2-selection")).to_contain_text(option)


def save(page: Page, button: str = "Save") -> None:
    page.get_by_role("button", name=button, exact=True).last.click()
    expect(page.locator(".errornote")).to_have_count(0)
    expect(page.locator(".messagelist .success")).to_be_visible()


def open_entry(page: Page, kind: str, found_by: str, name: str) -> None:
    """From the start of the admin: the list of a type, its search, the entry."""
    page.goto("/admin/")
    page.locator("#content").get_by_role("link", name=kind, exact=True).click()
    page.locator("#searchbar").fill(found_by)
    page.locator("#searchbar").press("Enter")
    page.locator("#result_list").get_by_role("link", name=name, exact=True).click()
    expect(page).to_have_url(re.compile("/change/"))


def add_source(page: Page, slug: str, title: str) -> None:
    page.goto("/admin/")
    page.locator(".model-source .addlink").first.click()
    page.locator("#id_slug").fill(slug)
    page.locator("#id_url").fill("https://newsroom.example/japan-wagon")
    page.locator("#id_title").fill(title)
    page.locator("#id_publisher").fill("Example Motor")
    page.locator("#id_published_on").fill("2026-02")
    page.locator("#id_language").fill("en")
    save(page)


def delete_entry(page: Page) -> None:
    page.get_by_role("link", name="Delete", exact=True).first.click()
    expect(page.locator("#content")).to_contain_text("it can be brought back")
    page.get_by_role("button", name=re.compile("Yes, I.m sure")).click()
    expect(page.locator(".messagelist .success")).to_contain_text("deleted")


def test_an_editor_sees_the_catalogue_but_no_accounts(desk):
    content = desk.locator("#content")
    for kind in ("Plants", "Export programs", "Generations", "Production runs", "Sources", "Milestones"):
        expect(content.get_by_role("link", name=kind, exact=True)).to_be_visible()
    expect(content.get_by_role("link", name="Users", exact=True)).to_have_count(0)


def test_an_editor_adds_a_program_as_a_draft_previews_publishes_and_deletes_it(desk, reader, watch):
    address = "/exports/toyota-browser-test-wagon/"
    add_source(desk, "browser-test-1", "A wagon for Japan that only tests know")

    desk.goto("/admin/vehicles/exportprogram/")
    desk.locator(".object-tools .addlink").click()
    desk.locator("#id_title").press_sequentially("Toyota Browser Test Wagon")
    expect(desk.locator("#id_slug")).to_have_value("toyota-browser-test-wagon")
    choose(desk, "era", "friction", "Trade-friction peak")
    desk.locator("#id_status").select_option("ended")
    choose(desk, "generation", "camry xv10", "XV10")
    choose(desk, "plant", "georgetown", "Toyota Motor Manufacturing, Kentucky")
    choose(desk, "body_styles", "wag", "Wagon")
    choose(desk, "japan_make", "toyo", "Toyota")
    desk.locator("#id_japan_name").fill("Browser Test Wagon")
    desk.locator("#id_sales_start").fill("1994-03")
    desk.locator("#id_sales_end").fill("1995")
    expect(desk.locator("#id_publication")).to_have_value("draft")
    choose(desk, f"{CITATION}-source", "only tests know", "A wagon for Japan that only tests know")
    desk.locator(f"#id_{CITATION}-locator").fill("second paragraph")
    save(desk, "Save and continue editing")
    change_form = desk.url

    # The draft: the editor's to see, nobody else's.
    desk.get_by_text("Record", exact=True).click()
    desk.get_by_role("link", name="Preview this draft").click()
    expect(desk).to_have_url(re.compile(rf"{address}$"))
    expect(desk.locator(".message.draft")).to_have_text("Draft: only editors see this page.")
    expect(desk.locator("h1")).to_have_text("Toyota Browser Test Wagon")
    expect(desk.locator(".facts").first).to_contain_text("March 1994 to 1995")
    expect(desk.locator("#source-1")).to_contain_text("A wagon for Japan that only tests know")
    expect(desk.locator("#source-1")).to_contain_text("second paragraph")
    watch.expected |= {address, f"/ja{address}"}
    assert reader.goto(address).status == 404
    assert reader.goto(f"/ja{address}").status == 404
    for page in ("/exports/?q=browser+test", "/exports/?era=trade-friction-peak", "/eras/trade-friction-peak/"):
        reader.goto(page)
        expect(reader.get_by_text("Browser Test Wagon")).to_have_count(0)
    reader.goto("/sources/browser-test-1/")
    expect(reader.locator("main")).to_contain_text("No public entry rests on it at present.")

    # Published.
    desk.get_by_role("link", name="Edit this entry").click()
    expect(desk).to_have_url(change_form)
    desk.locator("#id_publication").select_option("published")
    save(desk)
    assert reader.goto(address).status == 200
    expect(reader.locator("h1")).to_have_text("Toyota Browser Test Wagon")
    expect(reader.get_by_text("Draft: only editors")).to_have_count(0)
    expect(reader.locator(".editor-bar")).to_have_count(0)
    for page in ("/exports/?q=browser+test", "/sources/browser-test-1/", "/vehicles/toyota/camry/xv10/", "/states/ky/"):
        reader.goto(page)
        expect(reader.locator("main").get_by_role("link", name="Browser Test Wagon").first).to_be_visible()

    # Deleted, and then its source, on which nothing rests any more.
    open_entry(desk, "Export programs", "browser test", "Toyota Browser Test Wagon")
    delete_entry(desk)
    assert reader.goto(address).status == 404
    open_entry(desk, "Sources", "browser-test-1", "browser-test-1")
    delete_entry(desk)


def test_publishing_a_plant_without_a_source_is_refused_and_keeps_what_was_typed(desk, reader, watch):
    desk.goto("/admin/plants/plant/add/")
    typed = {
        "name": "Nowhere Assembly Plant",
        "short_name": "Nowhere Plant",
        "city": "Nowhere",
        "county": "Lost",
        "production_start": "2001-05",
        "summary": "It is only here to be refused.",
    }
    for field, value in typed.items():
        desk.locator(f"#id_{field}").press_sequentially(value)
    for field, value in {"kind": "assembly", "status": "operating", "state": "OH", "publication": "published"}.items():
        desk.locator(f"#id_{field}").select_option(value)
    desk.get_by_role("button", name="Save", exact=True).last.click()

    expect(desk.locator(".errornote")).to_be_visible()
    expect(desk.locator(".errorlist").filter(has_text="needs a source")).to_be_visible()
    for field, value in {**typed, "slug": "nowhere-plant", "state": "OH", "publication": "published"}.items():
        expect(desk.locator(f"#id_{field}")).to_have_value(value)
    watch.expected.add("/plants/nowhere-plant/")
    assert reader.goto("/plants/nowhere-plant/").status == 404

    # As the message says: a draft needs none.
    desk.locator("#id_publication").select_option("draft")
    save(desk)
    assert reader.goto("/plants/nowhere-plant/").status == 404
    open_entry(desk, "Plants", "nowhere", "Nowhere Assembly Plant")
    delete_entry(desk)


def test_a_wrong_date_is_refused_with_the_way_to_write_it(desk):
    desk.goto("/admin/plants/plant/add/")
    desk.locator("#id_production_start").fill("May 2001")
    desk.get_by_role("button", name="Save", exact=True).last.click()
    expect(desk.locator(".field-production_start .errorlist").first).to_contain_text("1992-09")
    expect(desk.locator("#id_production_start")).to_have_value("May 2001")


def test_one_edit_turns_an_announced_program_into_one_on_sale(desk, reader):
    reader.goto("/exports/?status=on-sale")
    expect(reader.get_by_role("link", name="Toyota Camry", exact=True)).to_have_count(0)
    open_entry(desk, "Export programs", "camry 2026", "Toyota Camry")
    desk.locator("#id_status").select_option("on-sale")
    desk.locator("#id_sales_start").fill("2026-04")
    desk.locator("#id_sales_end").fill("..")
    save(desk)

    reader.goto("/exports/?status=on-sale")
    card = reader.locator(".card").filter(has=reader.get_by_role("link", name="Toyota Camry", exact=True))
    expect(card).to_contain_text("on sale")
    expect(card).to_contain_text("since April 2026")
    reader.goto("/exports/?status=announced")
    expect(reader.get_by_role("link", name="Toyota Camry", exact=True)).to_have_count(0)
    reader.goto("/exports/toyota-camry-2026/")
    expect(reader.get_by_text("not known to be on sale")).to_have_count(0)
    expect(reader.locator(".facts").first).to_contain_text("since April 2026")

    # And back, so that the tests after this one find what the fixtures say.
    open_entry(desk, "Export programs", "camry 2026", "Toyota Camry")
    desk.locator("#id_status").select_option("announced")
    desk.locator("#id_sales_start").fill("")
    desk.locator("#id_sales_end").fill("")
    save(desk)


def test_on_sale_without_a_date_is_refused(desk):
    open_entry(desk, "Export programs", "camry 2026", "Toyota Camry")
    desk.locator("#id_status").select_option("on-sale")
    desk.get_by_role("button", name="Save", exact=True).last.click()
    expect(desk.locator(".errorlist").first).to_contain_text("needs the date its sale began")
    expect(desk.locator("#id_status")).to_have_value("on-sale")


def rename_plant(desk: Page, slug: str) -> None:
    open_entry(desk, "Plants", "spartan", "Shyft Group (Spartan Motors) Charlotte campus")
    desk.locator("#id_slug").fill(slug)
    save(desk)


def test_the_old_address_of_a_plant_leads_to_its_new_one(desk, reader):
    rename_plant(desk, "spartan-michigan")
    for start in ("", "/ja"):
        answer = reader.goto(f"{start}/plants/spartan-charlotte/")
        assert (answer.status, answer.request.redirected_from.response().status) == (200, 301)
        expect(reader).to_have_url(re.compile(rf"{start}/plants/spartan-michigan/$"))
    reader.goto("/vehicles/?plant=spartan-charlotte&state=MI")
    expect(reader).to_have_url(re.compile(r"/vehicles/\?plant=spartan-michigan&state=MI$"))
    expect(reader.locator(".card").first).to_be_visible()

    rename_plant(desk, "spartan-charlotte")


def test_a_plant_renamed_back_is_found_by_readers_who_followed_it(desk, reader):
    rename_plant(desk, "spartan-fowler-road")
    reader.goto("/plants/spartan-charlotte/")
    expect(reader).to_have_url(re.compile(r"/plants/spartan-fowler-road/$"))
    rename_plant(desk, "spartan-charlotte")
    # A browser remembers a permanent redirect for good, unless it is told not to.
    for slug in ("spartan-fowler-road", "spartan-charlotte"):
        reader.goto(f"/plants/{slug}/")
        expect(reader).to_have_url(re.compile(r"/plants/spartan-charlotte/$"))
