"""Specs -> files, and the manifest that says what was done."""
