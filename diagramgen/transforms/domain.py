"""`domain`: group averages at several steps."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from diagramgen.transforms.parameters import GroupingName
from diagramgen.transforms.series import Series


class Domain(Series, frozen=True, kw_only=True, tag="domain", tag_field="transform"):
    """The average of each group of a grouping (`by`; default: `domain`) at several steps.

    Table: source, step, group, value, n, stderr.
    """

    template = "grouped-bar"
    example = """\
- {transform: domain, metric: tier3, average: weighted, steps: [first, last], output: domains.png}
"""

    by: Annotated[
        GroupingName | None, Meta(description="The grouping whose groups are averaged.")
    ] = "domain"
