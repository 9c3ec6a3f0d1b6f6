"""Temporal's failures in words: what happened, what is known, what to do."""

from temporalio.client import WorkflowFailureError
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    CancelledError,
    ChildWorkflowError,
    TerminatedError,
)
from temporalio.exceptions import TimeoutError as TimedOutError

from sfwnb import errors
from sfwnb.errors import (
    ActionFailed,
    LabError,
    ServerLost,
    SfwnbError,
    WorkflowFailed,
    WorkflowTaskFailed,
)
from sfwnb.replay.failures import TaskFailure


def task_failed(title: str, failure: TaskFailure) -> WorkflowTaskFailed:
    """The error that says which code of the user's fails the tasks of a workflow."""
    if failure.cause.startswith("NON_DETERMINISTIC") or "TMPRL1100" in failure.message:
        return WorkflowTaskFailed(
            f"{title} cannot go on with the code as it is now, which does other things than its "
            f"history tells: {failure.message}\n"
            "Run the cell with the code from before, and it goes on within 10 s; or start it anew "
            'with if_running="replace".'
        )
    if "is not registered on this worker" in failure.message:
        return WorkflowTaskFailed(
            f"{title}: this lab's worker does not know its class. Register it: lab.register(…)."
        )
    line = f"\n  in {failure.place}: {failure.source}" if failure.place else ""
    causes = "" if failure.place else "".join(f"\n  because of {each}" for each in failure.causes)
    return WorkflowTaskFailed(
        f"{title}: its code raised {failure.error}{line}{causes}\n"
        "Mend the code and run its cell again: Temporal retries the task within 10 s, and the "
        "workflow goes on."
    )


def lost(address: str) -> ServerLost:
    """The error for a server that does not answer."""
    return ServerLost(
        f"The Temporal server at {address} does not answer any more. "
        "lab = sfwnb.Lab() starts a new one (with file=… the workflows are still there); a server "
        "of somebody else is reached again with sfwnb.connect(…)."
    )


def ended(id: str, error: WorkflowFailureError) -> WorkflowFailed:
    """The error for a workflow that ended otherwise than by returning."""
    cause = error.cause
    status = {
        CancelledError: "CANCELED",
        TerminatedError: "TERMINATED",
        TimedOutError: "TIMED_OUT",
    }.get(type(cause), "FAILED")
    return WorkflowFailed(f"{id!r} ended as {status}: {root_message(cause)}", status)


def root_message(error: BaseException | None) -> str:
    """The words of the innermost failure, with its type: ``ValueError: no such carrier``."""
    while isinstance(error, ActivityError | ChildWorkflowError) and error.cause:
        error = error.cause
    if isinstance(error, ApplicationError) and error.type:
        return f"{error.type}: {error.message}"
    return str(error) or type(error).__name__


def update_failed(what: str, cause: BaseException | None) -> SfwnbError:
    """The error of this library that an action raised, or one that tells of any other."""
    name = getattr(cause, "type", None)
    known = getattr(errors, name, None) if name else None
    if isinstance(known, type) and issubclass(known, SfwnbError):
        return known(getattr(cause, "message", str(cause)))
    return ActionFailed(f"{what} failed: {root_message(cause)}")


def replaced(id: str) -> LabError:
    """The error for a workflow that another one of the same id has taken the place of."""
    return LabError(
        f"This {id!r} has ended, and another one was started under its id since. "
        f"Look at that one with lab.open({id!r})."
    )
