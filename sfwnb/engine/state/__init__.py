"""Schema, store, edits, changes and selectors: the normalized state, in pure Python."""
