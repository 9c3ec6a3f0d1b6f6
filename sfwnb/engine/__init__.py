"""What runs inside a workflow: importable in Temporal's sandbox, without I/O."""
