"""The face: Lab, RunningWorkflow and connect, which compose everything below."""
