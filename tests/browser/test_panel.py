"""The panel in JupyterLab, over a workflow in memory: looking, sending, and the static face."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.jupyterlab_driver import LabPage, write_notebook

SETUP = """
from sfwnb.widgets.panel import Panel
from tests.fake_workflow import FakeWorkflow
workflow = FakeWorkflow()
panel = Panel(workflow)
"""
Notebook = Callable[..., LabPage]


@pytest.fixture(scope="module")
def shared_notebook(lab_page: LabPage) -> Iterator[str]:
    """One notebook with a panel, for tests that only click: a kernel takes seconds."""
    name = "shared.ipynb"
    write_notebook(lab_page.server.root / name, [SETUP, "panel"])
    lab_page.open_notebook(name)
    assert lab_page.run_all() == []
    yield name
    lab_page.open_notebook(name)
    lab_page.close_notebook()


@pytest.fixture
def shared(lab_page: LabPage, shared_notebook: str) -> Iterator[LabPage]:
    """The shared notebook in front."""
    lab_page.open_notebook(shared_notebook)
    expect(live(lab_page)).to_be_visible()
    yield lab_page
    assert lab_page.problems == []


def live(page: LabPage) -> Locator:
    return page.notebook.locator(".sfwnb-live:not(.jupyter-widgets-disconnected)")


def face(page: LabPage) -> Locator:
    return page.notebook.locator(".sfwnb-face")


def open_form(page: LabPage, gateway: str, name: str) -> Locator:
    """Unfold the form of a message."""
    live(page).get_by_role("tab", name=gateway).click()
    fold = (
        live(page)
        .locator(".widget-accordion > .jupyter-widget-Collapse:visible")
        .filter(has_text=f"{name}(")
    )
    if "jupyter-widget-Collapse-open" not in (fold.get_attribute("class") or ""):
        fold.locator(".jupyter-widget-Collapse-header").click()
    return fold.locator(".sfwnb-form")


def test_a_live_panel_hides_its_static_face(shared: LabPage) -> None:
    expect(live(shared).get_by_text("The Dispossessed")).to_have_count(1)
    expect(face(shared)).to_be_hidden()


def test_a_form_sends_and_the_table_follows(shared: LabPage) -> None:
    form = open_form(shared, "Actions", "ship")
    form.get_by_label("carrier*").select_option("POST")
    form.get_by_label("quantity*").fill("2")
    form.get_by_label("express").check()
    form.get_by_role("button", name="Do it").click()
    expect(form.locator(".sfwnb-done")).to_contain_text("Done at")
    expect(form.locator("pre")).to_have_text("{'shipment': 's1', 'express': True}")
    live(shared).get_by_role("tab", name="Shipment 1").click()
    expect(live(shared).get_by_role("cell", name="post")).to_be_visible()


def test_a_changed_cell_says_what_it_was(shared: LabPage) -> None:
    form = open_form(shared, "Signals", "rename")
    form.get_by_label("title*").fill("Always Coming Home")
    form.get_by_role("button", name="Send").click()
    live(shared).get_by_role("tab", name="Book").click()
    cell = live(shared).locator("td.sfwnb-changed")
    expect(cell).to_have_text("Always Coming Home")
    expect(cell).to_have_attribute("title", "before: The Dispossessed")


def test_bad_input_is_said_beside_its_field_and_nothing_is_sent(shared: LabPage) -> None:
    form = open_form(shared, "Actions", "ship")
    form.get_by_label("carrier*").select_option("choose…")
    form.get_by_label("quantity*").fill("two")
    form.get_by_role("button", name="Do it").click()
    expect(form.get_by_text("Choose one.")).to_be_visible()
    expect(form.get_by_text("valid integer")).to_be_visible()
    expect(form.get_by_text("Not sent")).to_be_visible()


def test_an_error_shows_in_the_form_as_text(shared: LabPage) -> None:
    form = open_form(shared, "Queries", "fail")
    form.get_by_role("button", name="Ask").click()
    expect(form.get_by_text("ValueError: no <b>such</b> thing")).to_be_visible()


def test_a_record_with_a_script_stays_text(notebook: Notebook) -> None:
    poison = "<script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>"
    page = notebook(
        SETUP,
        f"workflow.change({{'Book': {{'b1': {{'title': {poison!r}}}}}}})\nworkflow.settle()",
        "panel",
    )
    live(page).get_by_role("tab", name="Book").click()
    expect(live(page).get_by_text("<script>window.hurt")).to_be_visible()
    assert page.page.evaluate("() => window.hurt") is None
    assert page.problems == []


def test_two_panels_and_a_panel_shown_twice_all_follow(notebook: Notebook) -> None:
    page = notebook(
        SETUP, "panel", "Panel(workflow)", "panel", "workflow.change({'Order': {'o2': {}}})"
    )
    expect(live(page)).to_have_count(3)
    for n in range(3):
        expect(live(page).nth(n).get_by_role("tab", name="Order 2")).to_be_visible()
    expect(face(page).locator("visible=true")).to_have_count(0)


def test_after_a_kernel_restart_the_static_face_shows_what_was_seen_last(
    notebook: Notebook,
) -> None:
    page = notebook(SETUP, "panel")
    expect(live(page)).to_be_visible()
    form = open_form(page, "Signals", "rename")
    form.get_by_label("title*").fill("Always Coming Home")
    form.get_by_role("button", name="Send").click()
    expect(face(page)).to_contain_text("Always Coming Home")  # hidden, and up to date
    page.restart_kernel()
    expect(face(page).get_by_text("Always Coming Home")).to_be_visible()
    expect(face(page).get_by_text("Run the cell for the live panel.")).to_be_visible()
    expect(page.notebook.locator(".sfwnb-live")).to_be_hidden()
    assert page.problems == []


def test_a_closed_panel_leaves_its_newest_face(notebook: Notebook) -> None:
    page = notebook(
        SETUP,
        "panel",
        "workflow.change({'Order': {'o1': {'status': 'sent'}}})\nworkflow.settle()\npanel.close()",
    )
    expect(face(page)).to_be_visible()
    expect(face(page).get_by_text("sent", exact=True)).to_be_visible()
    expect(live(page)).to_have_count(0)


@pytest.fixture(scope="module")
def saved_notebook(lab_page: LabPage) -> str:
    """A notebook that was saved with a panel in it, and whose kernel has ended."""
    name = "saved.ipynb"
    write_notebook(lab_page.server.root / name, [SETUP, "panel"])
    lab_page.open_notebook(name)
    assert lab_page.run_all() == []
    lab_page.close_notebook()
    return name


@pytest.mark.parametrize("kernel", [False, True], ids=["no kernel", "another kernel"])
def test_a_reopened_notebook_shows_the_static_face_and_no_message_about_widgets(
    lab_page: LabPage, saved_notebook: str, kernel: bool
) -> None:
    lab_page.open_notebook(saved_notebook, kernel=kernel)
    expect(face(lab_page).get_by_text("The Dispossessed")).to_be_visible()
    message = "Error displaying widget: model not found" if kernel else "Loading widget..."
    expect(lab_page.notebook.get_by_text(message)).to_have_count(1)
    expect(lab_page.notebook.get_by_text(message)).to_be_hidden()
    lab_page.close_notebook()


def test_an_untrusted_notebook_shows_the_static_face(
    lab_page: LabPage, saved_notebook: str
) -> None:
    content = json.loads((lab_page.server.root / saved_notebook).read_text())
    for cell in content["cells"]:
        cell["source"] += "\n# edited elsewhere"
    (lab_page.server.root / "untrusted.ipynb").write_text(json.dumps(content))
    lab_page.open_notebook("untrusted.ipynb", kernel=False)
    expect(face(lab_page).get_by_text("The Dispossessed")).to_be_visible()
    expect(lab_page.notebook.locator(".jp-mod-trusted")).to_have_count(0)
    lab_page.screenshot("untrusted")
    lab_page.close_notebook()
