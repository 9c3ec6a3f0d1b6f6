import asyncio
import contextvars
import gc
import threading

import pytest

from sfwnb.errors import LabError
from sfwnb.runtime.loop import BackgroundLoop


@pytest.fixture
def loop():
    background = BackgroundLoop()
    yield background
    background.close()


async def answer(value):
    return value


def test_a_call_returns_what_the_coroutine_returns(loop):
    assert loop.call(answer(42)) == 42


def test_a_call_raises_what_the_coroutine_raises(loop):
    async def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        loop.call(fail())


def test_coroutines_run_on_a_daemon_thread_of_their_own(loop):
    async def where():
        return threading.current_thread()

    thread = loop.call(where())
    assert thread is not threading.current_thread()
    assert thread.daemon


def test_a_call_on_the_loop_s_own_thread_is_refused_in_words(loop):
    async def call_again():
        loop.call(answer(1))

    with pytest.raises(LabError, match="wait for itself for ever"):
        loop.call(call_again())
    gc.collect()  # a coroutine that was never awaited would warn here, and warnings are errors


def test_a_call_on_a_closed_loop_is_refused_and_names_the_way_out(loop):
    loop.close()
    with pytest.raises(LabError, match=r"lab = sfwnb\.Lab\(\)"):
        loop.call(answer(1))
    gc.collect()


def test_a_call_that_takes_too_long_is_cancelled(loop):
    cancelled = threading.Event()

    async def wait_for_ever():
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError, match=r"No answer within 0\.01 s"):
        loop.call(wait_for_ever(), timeout=0.01)
    assert cancelled.wait(5)


def test_a_timeout_of_the_coroutine_itself_is_passed_on(loop):
    async def give_up():
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        loop.call(give_up(), timeout=5)


def test_submit_does_not_wait(loop):
    release = asyncio.Event()

    async def wait():
        await release.wait()
        return "done"

    future = loop.submit(wait())
    assert not future.done()

    async def let_go():
        release.set()

    loop.call(let_go())
    assert future.result(5) == "done"


def test_the_caller_s_context_is_seen(loop):
    variable = contextvars.ContextVar("variable", default="outside")
    variable.set("of the cell")

    async def read():
        return variable.get()

    assert loop.call(read()) == "of the cell"


def test_closing_twice_is_fine_and_ends_the_thread(loop):
    async def thread():
        return threading.current_thread()

    its = loop.call(thread())
    loop.close()
    loop.close()
    assert not its.is_alive()
    assert loop.closed


def test_a_coroutine_that_refuses_to_end_does_not_hold_the_closing(monkeypatch):
    monkeypatch.setattr("sfwnb.runtime.loop._CLEANING_UP", 0.05)
    loop = BackgroundLoop()
    stubborn = threading.Event()

    async def never_end():
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                stubborn.set()

    task = loop.submit(never_end())
    loop.call(answer(None))
    loop.close()
    assert stubborn.is_set()
    assert loop.closed
    del task
