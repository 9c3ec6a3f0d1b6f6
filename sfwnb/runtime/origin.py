"""Whose code is running: which workflow's or activity's, told from the current thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from temporalio import activity, workflow


class Source(StrEnum):
    """What kind of code a line comes from."""

    WORKFLOW = "workflow"
    ACTIVITY = "activity"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Origin:
    """The workflow or activity that runs; empty strings where something is not known."""

    source: Source
    workflow_id: str = ""
    run_id: str = ""
    workflow_type: str = ""
    activity_type: str = ""
    task_queue: str = ""
    replaying: bool = False


def current_origin() -> Origin | None:
    """The workflow or activity whose code runs in this thread, or None in any other code.

    Replaying means that history is replayed; a query answered meanwhile is live.
    """
    if workflow.in_workflow():
        info = workflow.info()
        return Origin(
            Source.WORKFLOW,
            workflow_id=info.workflow_id,
            run_id=info.run_id,
            workflow_type=info.workflow_type,
            task_queue=info.task_queue,
            replaying=workflow.unsafe.is_replaying_history_events(),
        )
    if activity.in_activity():
        return _activity_origin(activity.info())
    return None


def origin_of_details(details: Mapping[str, Any], source: Source) -> Origin:
    """What Temporal attaches to a log record of its own (``temporal_workflow`` and the like)."""
    return Origin(
        source,
        workflow_id=details.get("workflow_id") or "",
        run_id=details.get("run_id") or details.get("workflow_run_id") or "",
        workflow_type=details.get("workflow_type") or "",
        activity_type=details.get("activity_type") or "",
        task_queue=details.get("task_queue") or "",
    )


def _activity_origin(info: activity.Info) -> Origin:
    return Origin(
        Source.ACTIVITY,
        workflow_id=info.workflow_id or "",
        run_id=info.workflow_run_id or "",
        workflow_type=info.workflow_type or "",
        activity_type=info.activity_type,
        task_queue=info.task_queue,
    )
