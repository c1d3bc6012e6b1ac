"""What is known -> the text of a suite: YAML with comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from diagramgen.errors import visible
from diagramgen.init.charts.axes import Entry
from diagramgen.init.metrics.draft import Draft

WIDTH = 100
PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./*+@%~-]*( [A-Za-z0-9_./*+@%~-]+)*")
NO_TEXT = re.compile(
    r"(?i)yes|no|on|off|true|false|null|~|[-+.]?[0-9_.]+(e[-+]?[0-9]+)?|\.inf|\.nan"
)


def scalar(value: Any) -> str:
    """A number or a text as YAML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    if PLAIN.fullmatch(text) and not NO_TEXT.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escape(ord(c)) for c in quoted)


def _escape(code: int) -> str:
    """A character that YAML's readers do not take as it is."""
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _comment(text: str) -> str:
    return f"# {visible(text, one_line=True)}"


def flow(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, Mapping):
        pairs = (f"{scalar(key)}: {flow(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(flow(each) for each in value)}]"
    return scalar(value)


def key_lines(key: str, value: Any, indent: int) -> list[str]:
    """A key with its value: in one line, or a list in as many as it needs."""
    lead = " " * indent
    line = f"{lead}{scalar(key)}: {flow(value)}"
    if len(line) <= WIDTH or not isinstance(value, list | tuple | Mapping):
        return [line]
    if isinstance(value, Mapping):
        below = [line for k, v in value.items() for line in key_lines(k, v, indent + 2)]
        return [f"{lead}{scalar(key)}:", *below]
    lines, row = [f"{lead}{scalar(key)}:"], f"{lead}  ["
    for i, each in enumerate(value):
        part = flow(each) + ("]" if i == len(value) - 1 else ",")
        if len(row) + len(part) > WIDTH - 1:
            lines.append(row.rstrip())
            row = f"{lead}   "
        row += part + " "
    return [*lines, row.rstrip()]


def suite_text(
    title: str,
    sources: Mapping[str, Mapping[str, Any]],
    whys: Iterable[str],
    aliases: Mapping[str, str],
    metrics: Iterable[Draft],
    charts: Iterable[tuple[str, list[Entry]]],
) -> str:
    """The whole text."""
    lines = [
        "# Written by `diagramgen init`: a beginning, yours to change. The reference has all keys;",
        "# `diagramgen validate` checks what you write.",
        "version: 1",
        f"title: {scalar(title)}",
        "",
        "output: {dir: diagrams, formats: [png, vl.json]}",
        "",
        *map(_comment, whys),
        "# (`bridge: STEP` in a source names a checkpoint of an earlier stage: a baseline.)",
        "sources:",
    ]
    for name, source in sources.items():
        lines += [f"  {scalar(name)}:"]
        lines += [line for key, value in source.items() for line in key_lines(key, value, 4)]
    if aliases:
        lines += ["", "# Other names of the same tasks, as older and newer harnesses write them.",
                  *key_lines("aliases", aliases, 0)]  # fmt: skip
    lines += ["", "metrics:"]
    for metric in metrics:
        lines += _metric_lines(metric)
    lines += ["", f"defaults: {flow({'source': next(iter(sources))})}", "", "charts:"]
    for heading, entries in charts:
        lines += [f"  {_comment(heading)}"]
        for entry in entries:
            pairs = [line for key, value in entry.items() for line in key_lines(key, value, 4)]
            lines += ["  - " + pairs[0][4:], *pairs[1:]]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _metric_lines(metric: Draft) -> list[str]:
    kind = metric.kind
    lines = [f"  {scalar(metric.name)}:", *(f"    {_comment(note)}" for note in metric.notes)]
    lines += [f"    {_comment(kind.note)}"] if kind.note else []
    lines += key_lines("label", kind.label, 4) + key_lines("item", metric.item, 4)
    lines += [f"    better: {kind.better}", *key_lines("format", kind.format, 4)]
    several = len(metric.members()) > 1
    if kind.name == "perplexity" and several and metric.range()[0] > 0:
        lines += ["    average: geometric  # a plain mean is ruled by the largest perplexity"]
    elif metric.part and metric.has_n():
        lines += ["    average: weighted  # by n, as MMLU is usually reported"]
    if metric.values:
        lines += ["    read:", *(line for k, v in metric.read.items() if k != "value"
                                 for line in key_lines(k, v, 6)),
                  "      # Which measure counts for which task; no other task is read.",
                  "      values:"]  # fmt: skip
        for glob, measure, comment in metric.values:
            line = f"        {scalar(glob)}: {scalar(measure)}"
            lines.append(f"{line}  {_comment(comment)}" if comment else line)
    else:
        lines += key_lines("read", metric.read, 4)
    if metric.without:
        lines += key_lines("without", metric.without, 4)
    if metric.collapse:
        lines.append(
            "    # These count as one, so that an average over tasks has each benchmark once."
        )
        lines.append("    collapse:")
        for name, (globs, average) in metric.collapse.items():
            lines += key_lines(name, {"items": globs, "average": average}, 6)
    if metric.groupings:
        lines += ["    groupings:"]
        lines += [line for name, of in metric.groupings.items() for line in _grouping(name, of)]
    if metric.labels:
        lines += key_lines("labels", metric.labels, 4)
    return lines


def _grouping(name: str, groups: Mapping[str, list[str]]) -> list[str]:
    lines = [line for group, globs in groups.items() for line in key_lines(group, globs, 8)]
    return [f"      {scalar(name)}:", *lines]
