"""Runs -> the suite's metrics: which numbers count, and what belongs together."""
