"""Measures against the named peers, in the same run, as ratios: ``python -m benchmarks``."""
