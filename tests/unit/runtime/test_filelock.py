import pytest

from sfwnb.errors import LabError
from sfwnb.runtime import filelock
from sfwnb.runtime.filelock import FileLock, ServerPlace


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(filelock, "_PATIENCE", 0)


def test_a_file_that_is_in_use_names_the_address_to_connect_to(tmp_path):
    first = FileLock(tmp_path / "shop.db")
    first.write(ServerPlace("127.0.0.1:7233", "http://127.0.0.1:8233", 42))
    with pytest.raises(LabError, match=r'sfwnb\.connect\("127\.0\.0\.1:7233"\)'):
        FileLock(tmp_path / "shop.db")
    first.release()


def test_a_file_whose_server_only_starts_is_refused_too(tmp_path):
    first = FileLock(tmp_path / "shop.db")
    with pytest.raises(LabError, match="Try again in a moment"):
        FileLock(tmp_path / "shop.db")
    first.release()


def test_a_lock_that_was_released_is_free_whatever_its_file_says(tmp_path):
    first = FileLock(tmp_path / "shop.db")
    first.write(ServerPlace("127.0.0.1:7233", "http://127.0.0.1:8233", 42))
    first.release()
    second = FileLock(tmp_path / "shop.db")
    assert (tmp_path / "shop.db.lock").read_text() == ""
    second.release()
    second.release()


def test_two_files_have_two_locks(tmp_path):
    one, other = FileLock(tmp_path / "one.db"), FileLock(tmp_path / "other.db")
    one.release()
    other.release()


def test_a_folder_that_is_missing_is_refused(tmp_path):
    with pytest.raises(LabError, match="a folder that exists"):
        FileLock(tmp_path / "missing" / "shop.db")
