"""The dates in the names of result files."""

from __future__ import annotations

import re

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?")
US_DATE = re.compile(r"(\d\d)-(\d\d)-(\d{4})-(\d\d)-(\d\d)-(\d\d)")


def date_in(path: str) -> str:
    """The date in a file's name, as text that sorts; empty where there is none."""
    name = path.rsplit("/", 1)[-1]
    if found := ISO_DATE.search(name):
        return found[0]
    if found := US_DATE.search(name):
        month, day, year, *time = found.groups()
        return f"{year}-{month}-{day}T{'-'.join(time)}"
    return ""
