"""Who polls a task queue, as the server lists them."""

from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

_ANSWER = timedelta(seconds=2)


async def pollers(client: Client, task_queue: str, *, for_workflows: bool = True) -> set[str]:
    """The identities of the workers that have polled a task queue of late.

    Args:
        client: A connected client.
        task_queue: The task queue.
        for_workflows: For workflow tasks, or else for activity tasks.

    Raises:
        RPCError: The server does not answer.
    """
    kinds = TaskQueueType
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=kinds.TASK_QUEUE_TYPE_WORKFLOW
        if for_workflows
        else kinds.TASK_QUEUE_TYPE_ACTIVITY,
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=_ANSWER)
    return {poller.identity for poller in answer.pollers}
