from pathlib import Path

import pytest

from sfwnb.lab import notebook


@pytest.fixture
def nameless(monkeypatch):
    """A kernel that nobody has told a path, as under nbclient."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setattr(notebook, "_own_path", lambda: None)


def test_a_notebook_keeps_its_task_queue_and_another_has_another(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "/shop/orders.ipynb")
    first = notebook.task_queue(shared_server=True)
    assert first == notebook.task_queue(shared_server=False)
    assert first.startswith("sfwnb-orders-")
    monkeypatch.setenv("JPY_SESSION_NAME", "/other/orders.ipynb")
    assert notebook.task_queue(shared_server=True) != first


@pytest.mark.usefixtures("nameless")
def test_a_nameless_kernel_takes_the_folder_that_it_began_in(monkeypatch, tmp_path: Path):
    own = notebook.task_queue(shared_server=False)
    monkeypatch.chdir(tmp_path)
    assert notebook.task_queue(shared_server=False) == own
    monkeypatch.setattr(notebook, "_FOLDER", tmp_path)
    assert tmp_path.stem in notebook.task_queue(shared_server=False)


@pytest.mark.usefixtures("nameless")
def test_a_nameless_kernel_takes_a_name_of_this_process_on_a_shared_server():
    assert notebook.task_queue(shared_server=True) != notebook.task_queue(shared_server=False)
    assert notebook.task_queue(shared_server=True).startswith("sfwnb-")
