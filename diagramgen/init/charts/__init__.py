"""Metrics and runs -> charts, and the text of a suite with them."""
