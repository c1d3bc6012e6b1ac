"""What is wrong with a picture, which of it is meant, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import yaml

MEANT = Path(__file__).with_name("meant.yaml")
KINDS = {
    "overlap": "two texts on each other",
    "cut": "a text that the picture's edge cuts",
    "contrast": "a text, line or point that is hardly seen on what lies behind it",
    "covered": "a point, or the end of a bar, under a text; a text that a line crosses",
    "alike": "two series or labels that look the same",
    "words": "words that are none, such as NaN",
    "width": "another width than the suite's pictures have",
    "share": "hardly room for the plot",
    "empty": "a plot without a mark, or a chart that is not drawn",
}
FEW = 4
"""Findings of one kind that are told of one picture."""


class Finding(NamedTuple):
    """One thing that is wrong: at which width, in which theme, with which chart, and where."""

    width: str
    theme: str
    chart: str
    kind: str
    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.place()}  {self.kind}: {self.what}, {self.where}"

    def place(self) -> str:
        """Which picture it is of."""
        return f"{self.width:<12} {self.theme:<5} {self.chart}"


class Meant(NamedTuple):
    """What is meant: findings of a kind, of charts by their glob, and why they may stay."""

    chart: str
    kind: str
    reason: str
    what: str = "*"
    width: str = "*"
    theme: str = "*"

    def matches(self, finding: Finding) -> bool:
        """Whether a finding is meant by it."""
        pairs = [
            (finding.chart, self.chart),
            (finding.what, self.what),
            (finding.width, self.width),
            (finding.theme, self.theme),
        ]
        return self.kind == finding.kind and all(fnmatchcase(*pair) for pair in pairs)


def read_meant(path: Path = MEANT) -> list[Meant]:
    """The list of what is meant."""
    return [Meant(**entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or ()]


def sort_out(
    findings: Iterable[Finding], meant: Sequence[Meant]
) -> tuple[list[Finding], list[Meant]]:
    """The findings that are not meant, and what is meant but was not found."""
    left: list[Finding] = []
    met: set[Meant] = set()
    for finding in findings:
        whose = [entry for entry in meant if entry.matches(finding)]
        met.update(whose)
        if not whose:
            left.append(finding)
    return left, [entry for entry in meant if entry not in met]


def lines(findings: Iterable[Finding], most: int | None = FEW) -> list[str]:
    """A line for each finding, of one kind and picture no more than `most`."""
    found: list[str] = []
    for (kind, *_), group in groupby(_sorted(findings), lambda each: (each.kind, each[:3])):
        same = list(group)
        told = same[:most]
        found += map(str, told)
        if len(told) < len(same):
            found.append(f"{same[0].place()}  {kind}: {len(same) - len(told)} more")
    return found


def brief(findings: Iterable[Finding]) -> list[str]:
    """A line for each kind and chart: one of its findings, and in which pictures there are some."""
    found: list[str] = []
    for (kind, chart), group in groupby(_sorted(findings), lambda each: (each.kind, each.chart)):
        same = list(group)
        places = ", ".join(dict.fromkeys(f"{each.width} {each.theme}" for each in same))
        more = f" (and {len(same) - 1} more)" if len(same) > 1 else ""
        found.append(f"{kind}  {chart}: {same[0].what}, {same[0].where}{more}; {places}")
    return found


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    """By kind, in their order, then by chart and picture."""
    kinds = list(KINDS)
    return sorted(set(findings), key=lambda each: (kinds.index(each.kind), each.chart, each))


def summary(findings: Iterable[Finding], pictures: Mapping[str, int]) -> str:
    """How many findings there are by kind, in how many pictures and charts."""
    found = sorted(set(findings))
    rows = []
    for kind, meaning in KINDS.items():
        own = [finding for finding in found if finding.kind == kind]
        drawn = len({finding[:3] for finding in own})
        rows.append(
            f"{kind:<9}{len(own):>7} in {drawn:>4} pictures of "
            f"{len({finding.chart for finding in own}):>3} charts   {meaning}"
        )
    measured = ", ".join(f"{number} of {what}" for what, number in pictures.items())
    return "\n".join([*rows, f"measured: {measured}"])
