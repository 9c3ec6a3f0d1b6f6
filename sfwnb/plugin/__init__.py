"""What a Temporal client or worker needs to run StatefulWorkflows, in a cell or in production."""

import dataclasses

from temporalio import activity
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from sfwnb.engine.workflow.stateful import CANCEL_ACTIVITY

__all__ = ["StatefulPlugin"]


class StatefulPlugin(SimplePlugin):
    """Give it to the client; every worker made from that client can run StatefulWorkflows.

    It brings the activities with I/O that they need, and lets the sandbox share this package
    between workflows (its engine keeps no module state), so that its classes are the same inside
    and outside.

    Example:
        >>> from temporalio.client import Client
        >>> async def connect() -> Client:
        ...     return await Client.connect("localhost:7233", plugins=[StatefulPlugin()])
    """

    def __init__(self) -> None:
        super().__init__(
            "sfwnb.StatefulPlugin",
            activities=[cancel_workflow],
            workflow_runner=_share_this_package,
        )


@activity.defn(name=CANCEL_ACTIVITY)
async def cancel_workflow(workflow_id: str, run_id: str) -> None:
    """Ask the server to cancel a run: what the signal ``cancel`` does for its workflow."""
    await activity.client().get_workflow_handle(workflow_id, run_id=run_id).cancel()


def _share_this_package(runner: WorkflowRunner | None) -> WorkflowRunner:
    runner = runner or SandboxedWorkflowRunner()
    if not isinstance(runner, SandboxedWorkflowRunner):
        return runner
    restrictions = runner.restrictions.with_passthrough_modules("sfwnb")
    return dataclasses.replace(runner, restrictions=restrictions)
