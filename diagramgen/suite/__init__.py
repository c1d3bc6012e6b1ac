"""`charts.yaml` -> Suite: read, filled in, checked."""
