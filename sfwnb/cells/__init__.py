"""Classes written in notebook cells, made importable so that Temporal's sandbox can run them."""

from sfwnb.cells.cells import CellClass, Cells

__all__ = ["CellClass", "Cells"]
