"""The workflow tasks that fail in this process: the newest error of each run, as it happens.

Temporal writes only the first failure of a task into the history and retries it for ever, so after
a cell was mended wrongly the history still tells of the error before. The worker knows better: this
runner wraps the sandboxed one and keeps what each activation ends with. A run is forgotten when its
task succeeds, or when its code was swapped and has not been tried yet.
"""

import re
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

if TYPE_CHECKING:
    from temporalio import workflow
    from temporalio.bridge.proto.workflow_activation import WorkflowActivation
    from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion

_SAID = re.compile(r'message: "(\[TMPRL1100\][^"]*)"')
"""What the core says in the middle of what it prints of itself."""

_NO_PROGRESS = {"remove_from_cache", "query_workflow"}
"""Jobs that an activation can do without the workflow's code going on."""


@dataclass(frozen=True, slots=True)
class FailingRun:
    """A run whose task fails.

    Attributes:
        workflow_id: Its workflow.
        workflow_type: Its type.
        event: The newest failure, in the form of the event that Temporal would write.
    """

    workflow_id: str
    workflow_type: str
    event: HistoryEvent


class FailingRuns:
    """The runs whose tasks fail in this process, by run id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # workers note from their threads, labs ask from others
        self._runs: dict[str, FailingRun] = {}

    def find(self, run_id: str) -> FailingRun | None:
        """The newest failure of a run, or None while its code goes on."""
        return self._runs.get(run_id)

    def all(self) -> dict[str, FailingRun]:
        """Every failing run, by run id."""
        with self._lock:
            return dict(self._runs)

    def forget(self, run_id: str) -> None:
        """The run goes on, or has ended."""
        with self._lock:
            self._runs.pop(run_id, None)

    def forget_types(self, names: Collection[str]) -> None:
        """These workflow types have new code, which has not been tried yet."""
        with self._lock:
            for run_id in [k for k, each in self._runs.items() if each.workflow_type in names]:
                del self._runs[run_id]

    def note(
        self,
        details: WorkflowInstanceDetails,
        activation: "WorkflowActivation",
        completion: "WorkflowActivationCompletion",
    ) -> None:
        """Keep how an activation ended."""
        run_id = activation.run_id
        different = _nondeterminism(activation)
        if different:
            self._keep(run_id, details, _event(different, "NondeterminismError"))
        elif completion.HasField("failed"):
            event = _event()
            event.workflow_task_failed_event_attributes.failure.CopyFrom(completion.failed.failure)
            self._keep(run_id, details, event)
        elif not activation.is_replaying and _went_on(activation):
            self.forget(run_id)

    def _keep(self, run_id: str, details: WorkflowInstanceDetails, event: HistoryEvent) -> None:
        info = details.info
        with self._lock:
            self._runs[run_id] = FailingRun(info.workflow_id, info.workflow_type, event)


class NotingRunner(WorkflowRunner):
    """A runner that notes how the activations of another one end.

    Args:
        inner: What really runs workflows.
        failing: Where it is noted.
    """

    def __init__(self, inner: WorkflowRunner, failing: FailingRuns) -> None:
        self._inner = inner
        self._failing = failing

    def prepare_workflow(self, defn: "workflow._Definition") -> None:
        """As the inner runner does."""
        self._inner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        """As the inner runner does."""
        self._inner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """An instance of the inner runner whose activations are noted."""
        instance = self._inner.create_instance(det)
        noting = self._noting(instance.activate, det)
        instance.activate = noting  # type: ignore[method-assign, assignment]  # of this one alone
        return instance

    def _noting(
        self,
        activate: "Callable[[WorkflowActivation], WorkflowActivationCompletion]",
        details: WorkflowInstanceDetails,
    ) -> "Callable[[WorkflowActivation], WorkflowActivationCompletion]":
        def activate_and_note(activation: "WorkflowActivation") -> "WorkflowActivationCompletion":
            completion = activate(activation)
            self._failing.note(details, activation, completion)
            return completion

        return activate_and_note


def _event(message: str = "", error_type: str = "") -> HistoryEvent:
    event = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    event.event_time.FromNanoseconds(time.time_ns())
    failure = event.workflow_task_failed_event_attributes.failure
    failure.message = message
    if error_type:
        failure.application_failure_info.type = error_type
    return event


def _nondeterminism(activation: "WorkflowActivation") -> str:
    """How the code differs from the history, when the core evicts a workflow for that."""
    for job in activation.jobs:
        evicted = job.remove_from_cache
        if job.HasField("remove_from_cache") and (
            evicted.EvictionReason.Name(evicted.reason) == "NONDETERMINISM"
        ):
            found = _SAID.search(evicted.message)
            return found[1] if found else str(evicted.message)
    return ""


def _went_on(activation: "WorkflowActivation") -> bool:
    return any(job.WhichOneof("variant") not in _NO_PROGRESS for job in activation.jobs)
