"""What a first visit costs: little to carry, nothing that blocks or jumps, nobody else asked."""

import pytest

from tests.browser.test_reading import PAGES, visit

#: All files of a first visit, compressed, with their headers.
MOST_BYTES = 60_000

SHIFT = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
        .observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done(sum), 300);
})"""


#: The same files come whatever the width; what may jump differs where drawings do.
VISITS = [
    *((name, 390) for name in PAGES),
    *((name, 1440) for name in ("home", "plants", "exports", "plant", "figures")),
]


@pytest.mark.parametrize(("name", "width"), VISITS)
def test_a_first_visit_is_light_and_nothing_jumps(new_page, watch, name, width):
    page = new_page(viewport={"width": width, "height": 900})
    received = []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    visit(page, watch, name)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFT) == 0
    assert 5_000 < sum(received) <= MOST_BYTES


def test_no_script_stands_in_the_way_of_reading(page, watch):
    for name in ("home", "vehicles", "plant"):
        visit(page, watch, name)
        blocking = page.locator("script[src]:not([type=module]):not([defer]):not([async])")
        assert blocking.count() == 0
        assert page.locator("script[src]").count() > 0
