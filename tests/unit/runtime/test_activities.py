import threading

import pytest

from sfwnb.runtime.activities import DaemonThreads


def test_a_call_runs_in_a_daemon_thread():
    thread = DaemonThreads(max_workers=2).submit(threading.current_thread).result(5)
    assert thread.daemon


def test_what_a_call_raises_is_the_future_s():
    with pytest.raises(ZeroDivisionError):
        DaemonThreads(max_workers=2).submit(lambda: 1 / 0).result(5)


def test_calls_do_not_wait_for_each_other():
    met = threading.Barrier(3, timeout=5)
    executor = DaemonThreads(max_workers=3)
    for future in [executor.submit(met.wait) for _ in range(3)]:
        future.result(5)
