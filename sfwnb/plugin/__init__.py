"""What a Temporal client or worker needs to run StatefulWorkflows, in a cell or in production."""
