"""The driver itself: it says what is missing, and it lets nothing leave this host."""

import shutil
from pathlib import Path

import pytest

from tests.browser.jupyterlab_driver import LabPage, find_chromium


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
