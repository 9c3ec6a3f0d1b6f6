"""The driver itself: it says what is missing, and it lets nothing leave this host."""

import shutil
from pathlib import Path

import pytest

from tests.browser.jupyterlab_driver import LabPage, find_chromium, write_notebook


def test_a_missing_chromium_fails_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(FileNotFoundError, match="apt-get install chromium"):
        find_chromium()


def test_a_chromium_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "my-chromium"
    named.touch()
    monkeypatch.setenv("CHROMIUM", str(named))
    assert find_chromium() == str(named)


def test_a_request_that_leaves_this_host_is_aborted_and_noted(lab_page: LabPage) -> None:
    lab_page.problems.clear()
    answer = lab_page.page.evaluate(
        "() => fetch('http://example.invalid/x').then(() => 'came back', () => 'aborted')"
    )
    assert answer == "aborted"
    assert lab_page.problems == ["left this host: http://example.invalid/x"]
    lab_page.problems.clear()


def test_cells_after_one_that_may_raise_are_waited_for(lab_page: LabPage) -> None:
    cells = ["1 / 0", "import time; time.sleep(0.5)", "print('the last')"]
    write_notebook(lab_page.server.root / "raising.ipynb", cells, tags={0: ["raises-exception"]})
    lab_page.open_notebook("raising.ipynb")
    assert lab_page.run_all() == ["ZeroDivisionError: division by zero"]
    assert lab_page.notebook.get_by_text("the last", exact=True).count() == 1
    lab_page.close_notebook()
