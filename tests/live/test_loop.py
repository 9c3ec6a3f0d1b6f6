"""The background loop under real threads and a real interrupt."""

import asyncio
import os
import subprocess
import sys
import threading
import time

import pytest

from sfwnb.errors import LabError
from sfwnb.runtime.loop import BackgroundLoop

INTERRUPTED = """
import asyncio, os, signal, threading
from sfwnb.runtime.loop import BackgroundLoop

loop = BackgroundLoop()
ended = threading.Event()

async def wait_for_ever():
    try:
        # not at once: the interrupt is meant for a caller that waits already
        asyncio.get_running_loop().call_later(0.2, os.kill, os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()
    finally:
        ended.set()

try:
    loop.call(wait_for_ever())
except KeyboardInterrupt:
    print("interrupted", ended.wait(5), loop.call(asyncio.sleep(0, result="alive")))
"""

LEFT_ALIVE = """
import asyncio
from sfwnb.runtime.loop import BackgroundLoop

async def clean_up():
    try:
        await asyncio.Event().wait()
    finally:
        print("cleaned up", flush=True)

loop = BackgroundLoop()
loop.submit(clean_up())
loop.call(asyncio.sleep(0))
"""


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_an_interrupt_cancels_the_call_and_the_loop_lives_on():
    assert run(INTERRUPTED) == "interrupted True alive"


def test_coroutines_clean_up_when_the_interpreter_leaves():
    assert run(LEFT_ALIVE) == "cleaned up"


def test_calls_work_from_many_threads_at_once(loop: BackgroundLoop):
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda n=n: answers.append(loop.call(asyncio.sleep(0.01, result=n)))
        )
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(20))


def test_the_loop_works_while_the_calling_thread_computes(loop: BackgroundLoop):
    count = 0

    async def count_up() -> None:
        nonlocal count
        while True:
            count += 1
            await asyncio.sleep(0.001)

    counting = loop.submit(count_up())
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        sum(range(1000))
    counting.cancel()
    assert count > 20


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # 3.12 and later warn
def test_a_forked_child_is_refused_instead_of_waiting_for_ever():
    loop = BackgroundLoop()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            loop.call(asyncio.sleep(0))
        except LabError:
            os.write(write, b"refused")
        finally:
            os._exit(0)
    os.close(write)
    assert os.read(read, 100) == b"refused"
    os.close(read)
    os.waitpid(child, 0)
    loop.close()


def test_closing_ends_a_call_that_waits_in_another_thread_in_words():
    loop = BackgroundLoop()
    waiting = threading.Event()
    raised: list[BaseException] = []

    async def wait_for_ever() -> None:
        waiting.set()
        await asyncio.Event().wait()

    def call() -> None:
        with pytest.raises(LabError) as error:
            loop.call(wait_for_ever())
        raised.append(error.value)

    thread = threading.Thread(target=call)
    thread.start()
    assert waiting.wait(5)
    loop.close()
    thread.join(5)
    assert [str(error) for error in raised] == ["The lab was closed while this call waited."]
