"""Lab and connect: a server, a client, a worker and a loop, from one call in a cell.

There is one living lab in a process. Asking for it again with the same settings returns it; with
other settings it is closed first. What runs is a background loop with the client and a worker that
is swapped whenever a cell writes one of its classes anew.
"""

import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar
from weakref import WeakSet

from temporalio.client import Client, WorkflowHandle

from sfwnb.cells import Cells
from sfwnb.errors import LabError, SfwnbError, StateError
from sfwnb.lab import notebook
from sfwnb.lab.look import lab_card, note_card
from sfwnb.lab.refresher import Refresher
from sfwnb.lab.registry import Registry
from sfwnb.lab.running import RunningWorkflow
from sfwnb.lab.session import Session
from sfwnb.lab.settings import Settings
from sfwnb.lab.starting import plan_start, start
from sfwnb.runtime.calls import Caller
from sfwnb.runtime.leaving import before_exit
from sfwnb.runtime.log import LogCapture
from sfwnb.runtime.worker import SwappingWorker
from sfwnb.views.cards import Card

if TYPE_CHECKING:
    from sfwnb.runtime.log import LogRecord
    from sfwnb.views.log import Log

Answer = TypeVar("Answer")

_NOT_GIVEN: Any = object()


class Lab:
    """A real Temporal server on this machine, with a client, and a worker for your classes.

    Shows a card in a notebook. Called again with the same arguments it returns the living lab; with
    others it closes that one first. Nothing is left running when the kernel ends, however it ends.

    Args:
        file: A SQLite file that keeps workflows across restarts; in memory unless given.
        port: The server's gRPC port; a free one unless given.
        ui_port: The Web UI's port; a free one unless given.
        namespace: Temporal's namespace; made when the server starts.
        task_queue: The worker's task queue; one of this notebook's own unless given, the same after
            a kernel restart.

    Attributes:
        address: Where the server answers, ``"127.0.0.1:PORT"``.
        namespace: Temporal's namespace.
        task_queue: The worker's task queue.
        ui_url: The Web UI, or None where it is not known.
        client: The Temporal client, for those who want ``await``.
        worker: The worker that runs your classes.
        session: The server, client, worker and loop together.

    Raises:
        LabError: No server program, a taken port, a file in use: says which, and what to do.

    Example:
        >>> import sfwnb
        >>> with sfwnb.Lab() as lab:  # doctest: +SKIP
        ...     order = lab.start(OrderWorkflow, data={"id": "o1"})
    """

    _living: ClassVar["Lab | None"] = None

    address: str
    namespace: str
    task_queue: str
    ui_url: str | None
    client: Client
    worker: SwappingWorker
    session: Session

    def __new__(
        cls,
        file: str | Path | None = None,
        *,
        port: int | None = None,
        ui_port: int | None = None,
        namespace: str = "default",
        task_queue: str | None = None,
    ) -> "Lab":
        """The living lab if it has these settings, else a new one."""
        return cls._of(
            Settings(
                task_queue=task_queue or notebook.task_queue(shared_server=False),
                namespace=namespace,
                file=Path(file).expanduser().resolve() if file is not None else None,
                port=port,
                ui_port=ui_port,
            )
        )

    @classmethod
    def _of(cls, settings: Settings) -> "Lab":
        settings.check()
        living = cls._living
        if living and living.is_open and living.settings == settings:
            notebook.show(lab_card(living, "This lab is already running."))
            return living
        note = ""
        if living and not living.session.closed:
            why = "which had other settings" if living.is_open else "whose server had ended"
            note = f"The lab at {living.address}, {why}, was closed first."
            if settings.shares_with(living.settings) or not living.is_open:
                living.close()
        lab = object.__new__(cls)
        try:
            lab._open(settings)
        except LabError as error:
            if living and note and living.session.closed:
                raise LabError(f"{error}\n{note}") from error
            raise
        if living:
            living.close()
        cls._living = lab
        notebook.show(lab_card(lab, note))
        return lab

    def _open(self, settings: Settings) -> None:
        self.settings = settings
        self.session = Session(settings)
        self.client, self.worker = self.session.client, self.session.worker
        self.address = self.client.service_client.config.target_host
        self.namespace, self.task_queue = self.client.namespace, settings.task_queue
        self.ui_url = self.session.server.ui_url if self.session.server else None
        self.refresher = Refresher(self.session.loop)
        self._registering = threading.RLock()
        self._registry = Registry(Cells(notebook.namespace()))
        self._newest: dict[str, str] = {}
        self._running: WeakSet[RunningWorkflow] = WeakSet()
        self._log = LogCapture(self.task_queue)
        self._log.install()
        self._forget_cells = notebook.after_each_cell(self._after_cell)
        self._stay = before_exit(self.close)

    def start(
        self,
        workflow: type | str,
        *arguments: Any,
        data: dict[str, Any] | None = None,
        id: str | None = None,
        if_running: Literal["return", "replace"] = "return",
    ) -> RunningWorkflow:
        """Start a workflow; its class is picked up from its cell or module.

        A workflow of the same id, class and input that runs already is returned as it is.

        Args:
            workflow: A workflow class, or the name of a workflow type that some worker knows.
            *arguments: The arguments of ``run``, for a workflow that is not a StatefulWorkflow.
            data: The record of a StatefulWorkflow's own entity, nested to any depth.
            id: Temporal's workflow id; ``Kind-id`` unless given, such as ``Order-o1``, or the type
                and a random part where there is no kind.
            if_running: ``"replace"`` terminates a running workflow of this id first.

        Raises:
            DefinitionError: The class cannot be a workflow.
            StateError: The data do not fit the schema, or the arguments do not fit ``run``.
            AlreadyRunning: A workflow of this id runs on another class or input.
        """
        if if_running not in ("return", "replace"):
            raise StateError(f"if_running={if_running!r} is neither 'return' nor 'replace'.")
        if id is not None:
            _check_id(id)
        if not isinstance(workflow, str):
            self.register(workflow)
        registered = self._registry.find(workflow)
        definition = registered.definition if registered else None
        wanted = plan_start(workflow, definition, arguments, data, id)
        begun = start(self.client, self.task_queue, wanted, replace=if_running == "replace")
        handle, note = self.ask(begun)
        self._newest[handle.id] = handle.first_execution_run_id or ""
        return self._know(RunningWorkflow(self, handle, wanted.type, definition, note))

    def open(self, id: str, *, run_id: str | None = None) -> RunningWorkflow:
        """Open a workflow that is on the server, running or closed.

        Args:
            id: Temporal's workflow id.
            run_id: One of its runs; the latest unless given.

        Raises:
            LabError: There is no such workflow.
        """
        _check_id(id)
        return self._know(self.ask(self._open_workflow(id, run_id)))

    def _know(self, running: RunningWorkflow) -> RunningWorkflow:
        self._running.add(running)
        return running

    async def _open_workflow(self, id: str, run_id: str | None) -> RunningWorkflow:
        handle: WorkflowHandle[Any, Any] = self.client.get_workflow_handle(id, run_id=run_id)
        described = await Caller(self.client, handle, self.worker).describe()
        registered = self._registry.find(described.workflow_type)
        definition = registered.definition if registered else None
        return RunningWorkflow(self, handle, described.workflow_type, definition)

    def register(self, *things: Any) -> None:
        """Let the worker run workflow classes and activity functions, from cells or modules.

        ``lab.start`` registers its class by itself, with the activities and workflows that the
        class's cell names; this is for all others.

        Args:
            *things: Workflow classes and activity functions.

        Raises:
            DefinitionError: One of them cannot be run; what was registered before goes on.
        """
        if self.is_open:
            self._log.install()  # once more, for whatever replaced the streams since
        with self._registering:
            self._serve(self._registry.add(things))

    def log(self) -> "Log[LogRecord]":
        """What workflow and activity code printed and logged since the lab was started."""
        from sfwnb.views.log import Log  # it brings pandas, which the start should not wait for

        return Log(self._log.records())

    def ask(self, question: Coroutine[Any, Any, Answer], timeout: float | None = None) -> Answer:
        """Run a coroutine on the lab's loop and wait for it; for your own use of ``lab.client``.

        Args:
            question: A coroutine, such as ``lab.client.count_workflows()``.
            timeout: Seconds to wait; None waits for ever.

        Raises:
            ServerLost: The lab's server ended meanwhile.
            TimeoutError: The time ran out.
        """
        return self.session.ask(question, timeout)

    def is_replaced(self, id: str, first_run_id: str | None) -> bool:
        """Whether this lab has started another workflow of the same id since."""
        return first_run_id is not None and self._newest.get(id, first_run_id) != first_run_id

    @property
    def is_open(self) -> bool:
        """Whether the lab can be asked: not closed, and its own server lives."""
        return self.session.is_open

    @property
    def server_version(self) -> str:
        """The Temporal server's version, where it is known."""
        return self.session.server.version if self.session.server else ""

    @property
    def registered(self) -> list[str]:
        """The names of the workflows and activities that the worker runs."""
        return [*self._registry.workflows, *self._registry.activities]

    def close(self) -> None:
        """Stop the worker and the server; closing twice is fine."""
        if self.session.closed:
            return
        self._forget_cells()
        self._stay()
        self._log.close()
        self.session.close()

    def __enter__(self) -> "Lab":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def card(self, note: str = "") -> Card:
        """What there is to know about the lab now, in a second at most; never raises."""
        return lab_card(self, note)

    def __repr__(self) -> str:
        return repr(self.card())

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        card = self.card()
        return {"text/plain": repr(card), "text/html": card.html()}

    def _serve(self, registry: Registry) -> list[str]:
        """Swap the worker if the registry's code is not what it runs; returns what changed."""
        changed = registry.changed_since(self._registry)
        if changed:
            workflows = [each.cls for each in registry.workflows.values()]
            activities = list(registry.activities.values())
            self.ask(self.worker.swap(workflows, activities))
        self._registry = registry
        for running in self._running:
            found = registry.find(running.type)
            if found and found.definition != running.definition:
                running.renew(found.definition)
        return changed

    def _after_cell(self, _result: Any) -> None:
        """A cell has run: when it wrote a class of ours anew, the worker gets the new one."""
        if not self.is_open:
            return
        try:
            with self._registering:
                changed = self._serve(self._registry.renew(notebook.namespace()))
        except SfwnbError as error:
            notebook.show(note_card("The worker keeps the code from before", error))
            return
        if changed:
            notebook.show(
                note_card(
                    f"{', '.join(changed)}: new code; running workflows go on with it. One whose "
                    "code raised is tried again within 10 s."
                )
            )


def connect(
    address: str | None = None,
    *,
    profile: str | None = None,
    namespace: str | None = None,
    task_queue: str | None = None,
) -> Lab:
    """Reach a Temporal server, cluster or Cloud that runs already; the same face as Lab.

    What is not given comes from Temporal's own environment configuration: the variables
    ``TEMPORAL_ADDRESS``, ``TEMPORAL_NAMESPACE``, ``TEMPORAL_API_KEY``, ``TEMPORAL_PROFILE``, … and
    the profiles of its configuration file.

    Args:
        address: ``"host:port"``.
        profile: A profile of the configuration file.
        namespace: Temporal's namespace.
        task_queue: The task queue of this notebook's worker; one of its own unless given.

    Returns:
        A lab without a server of its own; closing it leaves the server alone.

    Raises:
        LabError: No server answers.

    Example:
        >>> lab = connect("127.0.0.1:7233")  # doctest: +SKIP
    """
    return Lab._of(
        Settings(
            task_queue=task_queue or notebook.task_queue(shared_server=True),
            namespace=namespace,
            address=address,
            profile=profile,
            own_server=False,
        )
    )


def _check_id(id: object) -> None:
    if not isinstance(id, str) or not id:
        raise StateError(f"{id!r} is no workflow id: give a text, such as 'Order-o1'.")
