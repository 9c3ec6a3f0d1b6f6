"""What a Temporal client or worker needs to run StatefulWorkflows, in a notebook or in production."""
