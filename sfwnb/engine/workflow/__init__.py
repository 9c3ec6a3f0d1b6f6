"""StatefulWorkflow from the inside: decorators, the collector and the workflow's life."""

from sfwnb.engine.workflow.decorators import action, chronoforge
from sfwnb.engine.workflow.definition import Handler, WorkflowDefinition, describe, type_name
from sfwnb.engine.workflow.stateful import StatefulWorkflow, Status

__all__ = [
    "Handler",
    "StatefulWorkflow",
    "Status",
    "WorkflowDefinition",
    "action",
    "chronoforge",
    "describe",
    "type_name",
]
