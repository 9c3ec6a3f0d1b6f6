"""The first tutorial in a real JupyterLab: Run All, look, press a button, see it change."""

import nbformat
from playwright.sync_api import expect

from tests.browser.jupyterlab_driver import LabPage
from tests.notebooks.building import NOTEBOOKS, build

START = NOTEBOOKS / "source" / "00_start_here.py"


def test_run_all_works_and_a_form_changes_the_tables(lab_page: LabPage) -> None:
    copy = lab_page.server.root / "00_start_here.ipynb"
    nbformat.write(build.read(START), copy)
    cells = lab_page.open_notebook(copy.name)
    lab_page.run_all()  # it is back at the announced error already, while the rest still runs
    expect(cells.get_by_text("WorkflowExecutionCompleted")).to_be_visible(timeout=60_000)
    expect(cells.get_by_text("its code raised ZeroDivisionError: float division")).to_be_visible()
    expect(cells.get_by_text("in Cell In[14], line 6")).to_be_visible()

    live = cells.locator(".sfwnb-live:not(.jupyter-widgets-disconnected)")
    live.get_by_role("tab", name="Actions").click()
    fold = live.locator(".jupyter-widget-Collapse:visible").filter(has_text="ship(")
    fold.locator(".jupyter-widget-Collapse-header").click()
    fold.get_by_label("carrier*").fill("ups")
    fold.get_by_role("button", name="Do it").click()
    expect(fold.get_by_text("o1-s2")).to_be_visible()
    live.get_by_role("tab", name="Shipment 2").click()
    expect(live.get_by_role("cell", name="ups")).to_be_visible()
    lab_page.screenshot("start-here")
    assert lab_page.problems == []
    lab_page.close_notebook()
