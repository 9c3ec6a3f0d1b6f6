"""The dev server's life: starts on any machine, survives an interrupt, never outlives its owner."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from temporalio.client import Client

from sfwnb.errors import LabError
from sfwnb.runtime.binary import VARIABLE, find_binary
from sfwnb.runtime.loop import BackgroundLoop
from sfwnb.runtime.ports import reserved_port
from sfwnb.runtime.server import DevServer

OWNER = Path(__file__).with_name("owner.py")
GONE_WITHIN = 3.0
STARTS = int(os.environ.get("SFWNB_TEST_STARTS", "3"))
EXITS = int(os.environ.get("SFWNB_TEST_EXITS", "2"))


@dataclass
class Owner:
    """A process that owns a server, and the processes and files that must go with it."""

    process: subprocess.Popen[str]
    address: str
    server: psutil.Process
    watchdog: psutil.Process
    folder: Path

    def tell(self, order: str) -> str:
        assert self.process.stdin
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def nothing_is_left(self) -> bool:
        return gone(self.server, self.watchdog) and not self.folder.exists()


def gone(*processes: psutil.Process) -> bool:
    """Whether they end in time; one that only waits to be reaped by its parent has ended."""
    start = time.monotonic()
    while any(_runs(process) for process in processes):
        if time.monotonic() - start > GONE_WITHIN:
            return False
        time.sleep(0.01)
    print("gone after", round(time.monotonic() - start, 3), "s")
    return True


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def owner(file: Path | None = None, workflows: int = 0) -> Iterator[Owner]:
    process = subprocess.Popen(
        [sys.executable, str(OWNER), str(file or ""), str(workflows)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    report = {}
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        report = json.loads(line)
        yield Owner(
            process,
            report["address"],
            psutil.Process(report["server"]),
            psutil.Process(report["watchdog"]),
            Path(report["folder"]),
        )
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(report.get("folder", ""), ignore_errors=True)  # where the watchdog could not


def a_program(folder: Path, script: str) -> Path:
    program = folder / "temporal"
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(0o755)
    return program


def test_a_started_server_answers_and_says_where_it_is(loop: BackgroundLoop, server: DevServer):
    client = loop.call(Client.connect(server.address))
    assert loop.call(client.service_client.check_health())
    assert server.version.count(".") == 2
    assert server.is_running()
    assert psutil.Process(server.pid).is_running()
    assert repr(server) == f"<DevServer {server.address} running>"


def test_stopping_leaves_no_process_and_no_file(loop: BackgroundLoop):
    server = loop.call(DevServer.start())
    process, folder = psutil.Process(server.pid), server._folder
    assert folder.exists()
    loop.call(server.stop())
    assert not process.is_running()
    assert not server.is_running()
    assert not folder.exists()
    loop.call(server.stop())


def test_a_server_without_an_owner_that_stops_it_goes_at_exit():
    with owner() as it:
        it.tell("leave")
        assert it.process.wait(10) == 0
        assert it.nothing_is_left()


def test_an_interrupt_of_the_process_group_leaves_the_server_running():
    with owner() as it:
        os.killpg(it.process.pid, signal.SIGINT)
        assert it.answer() == "interrupted"
        assert it.tell("alive") == "True"
        assert it.server.is_running()


def test_nothing_is_left_when_the_owner_is_killed():
    with owner() as it:
        it.process.kill()
        assert it.nothing_is_left()


def test_nothing_is_left_when_the_owner_is_killed_with_16_busy_workflows():
    with owner(workflows=16) as it:
        it.process.kill()
        assert it.nothing_is_left()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the owner ends the server, later")
def test_the_server_goes_when_the_watchdog_is_killed():
    with owner() as it:
        it.watchdog.kill()
        assert gone(it.server)


def test_a_forked_child_that_lives_on_does_not_keep_the_server_alive():
    with owner() as it:
        child = psutil.Process(int(it.tell("fork")))
        try:
            it.process.kill()
            assert it.nothing_is_left()
            assert child.is_running()
        finally:
            child.kill()


def test_the_server_goes_when_its_watchdog_is_told_to_end():
    with owner() as it:
        it.watchdog.terminate()
        assert gone(it.server, it.watchdog)


def test_every_exit_with_a_live_worker_ends_with_code_0():
    for _ in range(EXITS):
        with owner(workflows=4) as it:
            _, errors = it.process.communicate("leave\n", timeout=30)
            assert it.process.returncode == 0, errors
            assert "Fatal Python error" not in errors
            assert it.nothing_is_left()


def test_every_start_succeeds_while_the_processor_is_overloaded(loop: BackgroundLoop):
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(2 * (os.cpu_count() or 1))
    ]
    took = []
    try:
        for _ in range(STARTS):
            start = time.monotonic()
            server = loop.call(DevServer.start())
            took.append(round(time.monotonic() - start, 2))
            assert server.is_running()
            loop.call(server.stop())
    finally:
        for process in busy:
            process.kill()
            process.wait()
    print("starts under load took", sorted(took), "s")


def test_a_file_keeps_the_workflows_of_a_killed_owner(loop: BackgroundLoop, tmp_path: Path):
    file = tmp_path / "shop.db"
    with owner(file, workflows=1) as it:
        it.process.kill()
        assert it.nothing_is_left()
    server = loop.call(DevServer.start(file))
    try:
        client = loop.call(Client.connect(server.address))
        description = loop.call(client.get_workflow_handle("busy-0").describe())
        assert description.status is not None
        assert description.status.name == "RUNNING"
    finally:
        loop.call(server.stop())


def test_a_second_server_on_a_file_is_refused_with_the_address_of_the_first(
    loop: BackgroundLoop, tmp_path: Path
):
    file = tmp_path / "shop.db"
    with owner(file) as it:
        with pytest.raises(LabError) as refused:
            loop.call(DevServer.start(file))
        assert f'sfwnb.connect("{it.address}")' in str(refused.value)
        it.process.kill()  # as a restart of its kernel does; its server takes a moment to end
        again = loop.call(DevServer.start(file))
    loop.call(again.stop())


def test_the_lock_of_a_file_is_free_again_when_its_server_has_crashed(
    loop: BackgroundLoop, tmp_path: Path
):
    file = tmp_path / "shop.db"
    with owner(file) as it:
        it.server.kill()
        assert gone(it.server)
        again = loop.call(DevServer.start(file))
        assert again.address != it.address
        loop.call(again.stop())


@pytest.mark.parametrize("argument", ["port", "ui_port"])
def test_a_given_port_that_is_taken_is_named(loop: BackgroundLoop, argument: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LabError) as refused:
            loop.call(DevServer.start(**{argument: port}))
    assert f"Port {port} is already in use" in str(refused.value)
    assert f"Leave {argument}= out" in str(refused.value)


def test_a_given_port_is_used(loop: BackgroundLoop):
    with reserved_port() as port, reserved_port() as ui_port:
        pass
    server = loop.call(DevServer.start(port=port, ui_port=ui_port))
    assert server.address == f"127.0.0.1:{port}"
    assert server.ui_url == f"http://127.0.0.1:{ui_port}"
    loop.call(server.stop())


def test_a_port_that_somebody_takes_meanwhile_is_replaced_by_another(
    loop: BackgroundLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    said = "Error: can't set metrics port 4321: listen tcp: bind: address already in use"
    marker = tmp_path / "tried"
    program = a_program(
        tmp_path,
        f"""if [ ! -e '{marker}' ]; then touch '{marker}'; echo "{said}" >&2; exit 1; fi
        exec '{find_binary()}' "$@"
        """,
    )
    monkeypatch.setenv(VARIABLE, str(program))
    server = loop.call(DevServer.start())
    assert marker.exists()
    assert server.is_running()
    loop.call(server.stop())


def test_a_server_that_ends_at_start_is_quoted(
    loop: BackgroundLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, str(a_program(tmp_path, "echo 'disk is full of cats'; exit 3")))
    with pytest.raises(LabError, match=r"ended at start[^\n]*\ndisk is full of cats"):
        loop.call(DevServer.start())


def test_a_server_that_cannot_be_executed_is_quoted(
    loop: BackgroundLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "temporal"
    program.write_bytes(b"\x00no program")
    program.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(program))
    with pytest.raises(LabError, match="Exec format error"):
        loop.call(DevServer.start())


def test_a_file_in_a_folder_that_is_missing_is_refused(loop: BackgroundLoop, tmp_path: Path):
    with pytest.raises(LabError, match="No such file or directory"):
        loop.call(DevServer.start(tmp_path / "missing" / "shop.db"))


def test_a_server_that_dies_is_noticed(loop: BackgroundLoop):
    server = loop.call(DevServer.start())
    watchdog = server._watchdog
    assert watchdog
    psutil.Process(server.pid).kill()
    watchdog.wait(GONE_WITHIN)
    assert not server.is_running()
    loop.call(server.stop())


def test_a_second_namespace_is_made_at_start(loop: BackgroundLoop):
    server = loop.call(DevServer.start(namespace="bookshop"))
    client = loop.call(Client.connect(server.address, namespace="bookshop"))
    assert loop.call(client.count_workflows()).count == 0
    loop.call(server.stop())
