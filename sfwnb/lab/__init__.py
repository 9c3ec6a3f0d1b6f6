"""The face: Lab, RunningWorkflow and connect, which compose everything below."""

from sfwnb.lab.lab import Lab, connect
from sfwnb.lab.running import RunningWorkflow

__all__ = ["Lab", "RunningWorkflow", "connect"]
