"""`domain`: group averages at several steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from diagramgen.transforms.parameters import GroupingName
from diagramgen.transforms.series import ResolvedSeries, Series

if TYPE_CHECKING:
    from diagramgen.model.checkpoints import Checkpoints


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

    def resolve(self, at: Checkpoints) -> ResolvedDomain:
        return ResolvedDomain(self, self.keep(self.steps, at))


class ResolvedDomain(ResolvedSeries):
    """The groups' averages at the steps that are there."""

    def default_template(self) -> str:
        """`grouped-bar`; `bar` where there is one step."""
        return "grouped-bar" if any(len(of) > 1 for of in self.steps.values()) else "bar"
