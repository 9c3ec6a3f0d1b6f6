"""The background loop, the server process and the worker that swaps."""
