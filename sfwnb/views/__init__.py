"""Frames, graphs, drawings and cards: what a state looks like."""
