"""StatefulWorkflow from the inside: decorators, the collector and the workflow's life."""
