"""The panel over a real lab: a workflow from a cell, sent to by clicks and by cells."""

import ast
import statistics
import time
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.jupyterlab_driver import LabPage

SETUP = """
import sfwnb
from tests.bookshop import BOOKSHOP, order
lab = sfwnb.Lab()
"""
DEFINE = """
@sfwnb.chronoforge(schema=BOOKSHOP, kind="Order")
class OrderWorkflow(sfwnb.StatefulWorkflow):
    async def execute(self) -> str:
        await self.until(lambda: self.data.status == "delivered")
        return f"{self.id} delivered"

    @sfwnb.action
    async def ship(self, carrier: str, express: bool = False) -> str:
        \"\"\"Hand all lines to a carrier.

        Args:
            carrier: Who brings it.
            express: Whether it is urgent.
        \"\"\"
        if carrier == "nobody":
            raise sfwnb.errors.Refused("Nobody is no carrier.")
        self.data.status = "shipped"
        return f"{self.id} goes out with {carrier}"
"""
START = "running = lab.start(OrderWorkflow, data=order())\npanel = running.panel()\npanel"
Notebook = Callable[..., LabPage]


def live(page: LabPage) -> Locator:
    return page.notebook.locator(".sfwnb-live:not(.jupyter-widgets-disconnected)")


def form(page: LabPage, gateway: str, name: str) -> Locator:
    """Unfold the form of a message."""
    live(page).get_by_role("tab", name=gateway).click()
    fold = (
        live(page)
        .locator(".widget-accordion > .jupyter-widget-Collapse:visible")
        .filter(has_text=f"{name}(")
    )
    fold.locator(".jupyter-widget-Collapse-header").click()
    return fold.locator(".sfwnb-form")


def test_a_real_workflow_is_shown_sent_to_and_followed(notebook: Notebook) -> None:
    page = notebook(SETUP, DEFINE, START)
    expect(live(page).get_by_text("running", exact=True)).to_be_visible()
    expect(live(page).get_by_role("img", name="Entity graph of OrderWorkflow")).to_be_visible()
    live(page).get_by_role("tab", name="Order 1").click()
    expect(live(page).get_by_role("cell", name="open", exact=True)).to_be_visible()

    ship = form(page, "Actions", "ship")
    ship.get_by_label("carrier*").fill("nobody")
    ship.get_by_role("button", name="Do it").click()
    expect(ship.get_by_text("Nobody is no carrier.")).to_be_visible()
    ship.get_by_label("carrier*").fill("dhl")
    ship.get_by_role("button", name="Do it").click()
    expect(ship.get_by_text("o1 goes out with dhl")).to_be_visible()
    expect(live(page).locator("td.sfwnb-changed")).to_have_text("shipped")

    form(page, "Signals", "pause").get_by_role("button", name="Send").click()
    expect(live(page).get_by_text("paused", exact=True)).to_be_visible()
    form(page, "Signals", "resume").get_by_role("button", name="Send").click()
    expect(live(page).get_by_text("running", exact=True)).to_be_visible()
    page.screenshot("live-lab")

    update = form(page, "Signals", "update")
    update.get_by_label("data").fill('{"id": "o1", "status": "delivered"}')
    update.get_by_role("button", name="Send").click()
    expect(live(page).get_by_text("COMPLETED: result: 'o1 delivered'")).to_be_visible()
    page.screenshot("live-lab-completed")
    assert page.problems == []


SIGNALS = """
import time
sent = []
for number in range(10):
    sent.append(time.time())
    running.signal.update(data={"id": "o1", "number": number})
    time.sleep(0.2)
"""
WATCH = """() => {
  window.shown = [];
  new MutationObserver(() => {
    const cells = [...document.querySelectorAll('.sfwnb-live td.sfwnb-changed')];
    const number = cells.map(cell => cell.textContent).find(text => /^[0-9]+$/.test(text));
    if (number !== undefined && !(number in window.shown)) window.shown[number] = Date.now() / 1000;
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def test_tables_follow_within_half_a_second(notebook: Notebook) -> None:
    page = notebook(SETUP, DEFINE, START)
    live(page).get_by_role("tab", name="Order 1").click()
    page.page.evaluate(WATCH)
    page.run_cell(SIGNALS)
    sent = page.run_cell("sent")
    deadline = time.monotonic() + 5
    while len(shown := page.page.evaluate("() => window.shown")) < 10:
        assert time.monotonic() < deadline, shown
        page.page.wait_for_timeout(50)
    delays = [after - before for before, after in zip(ast.literal_eval(sent), shown, strict=True)]
    print(f"signal to page: median {statistics.median(delays):.3f} s, worst {max(delays):.3f} s")
    assert statistics.median(delays) < 0.5
