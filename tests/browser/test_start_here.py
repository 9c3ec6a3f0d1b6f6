"""The first tutorial in a real JupyterLab: Run All, look, press a button, see it change."""

from pathlib import Path

from playwright.sync_api import expect

START = Path(__file__).parents[2] / "notebooks" / "00_start_here.ipynb"
ANNOUNCED = "WorkflowTaskFailed"


def test_run_all_works_and_the_panel_follows_a_form(notebook):
    page = notebook(START, errors=(ANNOUNCED,))
