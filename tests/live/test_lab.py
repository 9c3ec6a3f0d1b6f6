"""The life of a lab: one at a time, its file, its task queue, and nothing left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests import kernel as kernels

DEFINE = """
import asyncio, os, sfwnb
from temporalio import workflow

@workflow.defn
class Waiting:
    def __init__(self): self.done = False
    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.done)
        return "done"
    @workflow.signal
    def finish(self): self.done = True

@workflow.defn
class Busy:
    @workflow.run
    async def run(self) -> None:
        while workflow.info().get_current_history_length() < 10_000:
            await asyncio.sleep(0.01)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with kernels.started(tmp_path_factory.mktemp("notebook")) as kernel:
        kernel.run(DEFINE)
        yield kernel


def gone(pids: list[int], seconds: float = 3.0) -> bool:
    """Whether all these processes end within the time."""
    processes = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            processes.append(psutil.Process(pid))
    return not psutil.wait_procs(processes, timeout=seconds)[1]


def family(kernel: kernels.Kernel) -> list[int]:
    """The server and its watchdog, as the kernel knows them."""
    text = kernel.run("print(lab.session.server.pid, lab.session.server._watchdog.pid)").text
    return [int(pid) for pid in text.split()]


def test_the_same_arguments_return_the_living_lab(kernel):
    kernel.run("lab = sfwnb.Lab()\nfirst = lab")
    again = kernel.run("lab = sfwnb.Lab()\nprint(lab is first)")
    assert "True" in again.text
    assert "This lab is already running." in again.text


def test_other_arguments_close_the_living_lab_first_and_say_so(kernel):
    kernel.run("lab = sfwnb.Lab()\nfirst = lab")
    pids = family(kernel)
    other = kernel.run("lab = sfwnb.Lab(namespace='other')")
    assert "had other settings, was closed first" in other.text
    assert kernel.run("first.is_open, lab.namespace").text == "(False, 'other')"
    assert gone(pids)


def test_close_leaves_nothing_and_says_how_to_start_again(kernel):
    kernel.run("lab = sfwnb.Lab()")
    pids = family(kernel)
    kernel.run("lab.close()\nlab.close()")
    assert gone(pids)
    failed = kernel.run("lab.start(Waiting)", fails=True)
    assert "lab = sfwnb.Lab()" in failed.error
    assert "lab = sfwnb.Lab()" in kernel.run("lab").text


def test_workflows_in_a_file_go_on_after_a_restart(folder):
    with kernels.started(folder) as kernel:
        kernel.run(DEFINE + "lab = sfwnb.Lab(file='shop.db')")
        kernel.run("waiting = lab.start(Waiting, id='w')")
        queue = kernel.run("print(lab.task_queue)").text
        pids = family(kernel)
        kernel.restart()
        assert gone(pids)
        kernel.run(DEFINE + "lab = sfwnb.Lab(file='shop.db')")
        assert kernel.run("print(lab.task_queue)").text == queue
        again = kernel.run("waiting = lab.start(Waiting, id='w')\nwaiting")
        assert "already running since" in again.text
        kernel.run("waiting.signal.finish()")
        assert kernel.run("waiting.result(timeout=10)").text == "'done'"


def test_a_second_kernel_on_a_file_is_told_where_to_connect(folder):
    with kernels.started(folder) as first, kernels.started(folder) as second:
        address = first.run(DEFINE + "lab = sfwnb.Lab(file='shop.db')\nprint(lab.address)").text
        address = address.splitlines()[-1]
        failed = second.run("import sfwnb\nlab = sfwnb.Lab(file='shop.db')", fails=True)
        assert f'sfwnb.connect("{address}")' in failed.error
        connected = second.run(f"lab = sfwnb.connect('{address}')\nprint(lab.address)")
        assert address in connected.text
        first.run("waiting = lab.start(Waiting, id='w')")
        second.run("lab.open('w')")
        second.run("lab.close()")
        assert first.run("waiting.query").error == ""


def test_a_killed_kernel_leaves_nothing_even_with_busy_workflows(folder):
    with kernels.started(folder) as kernel:
        kernel.run(DEFINE + "lab = sfwnb.Lab()\nfor n in range(16): lab.start(Busy)")
        pids = family(kernel)
        process = kernel.manager.provisioner.process
        os.kill(process.pid, signal.SIGKILL)
        began = time.monotonic()
        assert gone(pids), "the server outlived its kernel"
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("env", "same"),
    [({"JPY_SESSION_NAME": "/notebooks/a.ipynb"}, True), ({}, True)],
    ids=["by the notebook's path", "by the folder"],
)
def test_the_task_queue_stays_over_a_kernel_restart(folder, env, same):
    queues = []
    with kernels.started(folder, **env) as kernel:
        for _ in range(2):
            kernel.run("from sfwnb.lab import notebook")
            queues.append(kernel.run("print(notebook.task_queue(shared_server=False))").text)
            kernel.restart()
    assert (queues[0] == queues[1]) is same


def test_two_notebooks_have_two_task_queues(folder):
    queues = set()
    for name in ("a", "b"):
        with kernels.started(folder, JPY_SESSION_NAME=f"/notebooks/{name}.ipynb") as kernel:
            kernel.run("from sfwnb.lab import notebook")
            queues.add(kernel.run("print(notebook.task_queue(shared_server=True))").text)
    assert len(queues) == 2


SCRIPT = """
import sfwnb
from temporalio import workflow

@sfwnb.chronoforge(schema={"Order": {}}, kind="Order")
class OrderWorkflow(sfwnb.StatefulWorkflow):
    @sfwnb.action
    async def ship(self, carrier: str) -> str:
        return carrier

if __name__ == "__main__":
    with sfwnb.Lab() as lab:
        order = lab.start(OrderWorkflow, data={"id": "o1"})
        print(order.action.ship("dhl"))
"""

LIVING = """
import sfwnb

@sfwnb.chronoforge(schema={"Order": {}}, kind="Order")
class OrderWorkflow(sfwnb.StatefulWorkflow):
    pass

lab = sfwnb.Lab()
order = lab.start(OrderWorkflow, data={"id": "o1"})
panel = order.panel()
print(lab.session.server.pid, flush=True)
"""


def test_a_script_runs_in_a_with_block(folder):
    script = folder / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "dhl\n", "")


def test_exits_with_a_living_worker_and_panel_end_with_code_0(folder):
    script = folder / "living.py"
    script.write_text(LIVING)
    for _ in range(int(os.environ.get("SFWNB_TEST_EXITS", "3"))):
        done = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert gone([int(done.stdout)])


def test_labs_start_on_a_loaded_machine(folder):
    script = folder / "start.py"
    script.write_text("import sfwnb\nlab = sfwnb.Lab()\nprint(lab.is_open)\nlab.close()\n")
    burn = [sys.executable, "-c", "while True: pass"]
    load = [subprocess.Popen(burn) for _ in range(2 * (os.cpu_count() or 2))]
    try:
        for _ in range(int(os.environ.get("SFWNB_TEST_STARTS", "3"))):
            done = subprocess.run(
                [sys.executable, str(script)],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
    finally:
        for process in load:
            process.kill()
            process.wait()


def test_a_lab_that_cannot_start_leaves_the_living_one_alone(kernel):
    kernel.run("lab = sfwnb.Lab()\nwaiting = lab.start(Waiting, id='survivor')")
    failed = kernel.run("sfwnb.Lab(port=99999)", fails=True)
    assert "port=99999 is no port" in failed.error
    failed = kernel.run("sfwnb.connect('127.0.0.1:1')", fails=True)
    assert "No Temporal server answers" in failed.error
    kernel.run("waiting.signal.finish()")
    assert kernel.run("waiting.result(timeout=10)").text == "'done'"


def test_a_lab_whose_server_died_is_closed_when_another_starts(kernel):
    kernel.run("lab = sfwnb.Lab()\nfirst = lab\nos.kill(lab.session.server.pid, 9)")
    kernel.run("import time\nwhile first.is_open: time.sleep(0.01)")
    assert "whose server had ended, was closed first" in kernel.run("lab = sfwnb.Lab()").text
    assert kernel.run("first.session.closed, lab.is_open").text == "(True, True)"


def test_a_closed_lab_says_so_without_any_warning(kernel):
    kernel.run("lab = sfwnb.Lab()\nwaiting = lab.start(Waiting)\nlab.close()")
    output = kernel.run("import gc\nprint(waiting)\nprint(lab)\ngc.collect()")
    assert "This lab is closed. Start again: lab = sfwnb.Lab()" in output.text
    assert "never awaited" not in output.text
    failed = kernel.run("waiting.signal.finish()", fails=True)
    assert "This lab is closed" in failed.error


def test_a_replaced_workflow_says_so_instead_of_reaching_the_other_one(kernel):
    kernel.run("lab = sfwnb.Lab()\nold = lab.start(Waiting, id='twice')")
    kernel.run("new = lab.start(Waiting, id='twice', if_running='replace')")
    failed = kernel.run("old.signal.finish()", fails=True)
    assert "another one was started under its id since" in failed.error
    kernel.run("new.signal.finish()")
    assert kernel.run("new.result(timeout=10)").text == "'done'"
