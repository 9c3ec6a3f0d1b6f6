"""Classes written in notebook cells, made importable so that Temporal's sandbox can run them."""
