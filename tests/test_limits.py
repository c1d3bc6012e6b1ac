"""Files that would take all time or memory: `validate` of each ends soon, with a finding."""

import resource
import subprocess
import sys

import pytest

from tests.fixtures.patience import PATIENCE

HEAD = """\
version: 1
sources: {run: {root: results}}
metrics: {ppl: {better: lower, item: slice, read: {reader: json, file: p.json}ORDER}}
defaults: {source: run, metric: ppl}
"""
A_CHART = "charts: [{transform: series, output: a.png}]\n"
MOST_BYTES = 3_000_000_000
"""Several times what is promised: the machine may be busy, and address space is not memory."""


def suite(rest, order=""):
    return HEAD.replace("ORDER", order) + rest


def many(count, text="#"):
    """Words in a row, each with its number in place of `#`."""
    return ", ".join(text.replace("#", str(i)) for i in range(count))


def links(count, text, first):
    """Vars of which each names the one before."""
    lines = [text.replace("#", str(i)).replace("@", str(i - 1)) for i in range(1, count)]
    return "\n".join(["vars:", f"  a0: {first}", *lines, A_CHART])


def entry(rest):
    return f"charts: [{{transform: series, output: a.png, {rest}}}]\n"


HOSTILE = {
    "text of vars": suite(links(40, '  a#: "${a@}${a@}"', "0123456789")),
    "lists of vars": suite(links(40, '  a#: ["${a@}", "${a@}"]', "[x, y]")),
    "chain of vars": suite(links(40_000, '  b@: "${b#}"', "1")),
    "aliases in aliases": suite(links(400, "  a#: &a# [*a@]", "&a0 [1]")),
    "combinations": suite(
        "charts:\n  - transform: series\n    output: ${a}/${b}/${c}.png\n"
        f"    for_each: {{a: [{many(999)}], b: [{many(999)}], c: [{many(999)}]}}\n"
    ),
    "many values in many charts": suite(
        "charts:\n  - transform: series\n    output: ${a}.png\n"
        f"    for_each: {{a: [{many(9000)}]}}\n    items: [{many(9000, 'i#')}]\n"
    ),
    "mistakes in one line": suite(f"charts: [{many(49_000, '{transform: x}')}]\n"),
    "unknown keys": suite(entry(many(50_000, "k#: 1"))),
    "unknown vars": suite(
        f"vars: {{{many(40_000, 'v#: 1')}}}\n" + entry(f"items: [{many(40_000, '${w#}')}]")
    ),
    "globs and items": suite(
        A_CHART,
        f", order: [{many(30_000, 'i#')}], groupings: {{g: {{{many(30_000, 'g#: [x#]')}}}}}",
    ),
    "a long list": suite(entry(f"steps: [{many(95_000, 'x')}]")),
    "open vars": suite('title: "' + "${" * 900_000 + '"\n'),
    "words of YAML 1.1": suite(f"vars: {{a: [{many(95_000, 'no')}]}}\n{A_CHART}"),
    "colons": "a" + "b:" * 900_000 + " c: d: e\n",
    "a long key": suite(f"? {'k' * 1_900_000}\n: 1\n{A_CHART}"),
}
SAID = {
    "text of vars": "13:7: error[too-large]: vars make this text more than 1,000 characters longer",
    "lists of vars": "23:8: error[too-large]: more than 300,000 values",
    "chain of vars": "67:8: error[too-large]: vars name one another over more than 60 links",
    "aliases in aliases": "6:12: error[too-large]: nested more than 60 levels deep",
    "combinations": "6:5: error[too-large]: with this one there are more than 20,000 charts",
    "many values in many charts": (
        "6:5: error[too-large]: with this one the charts have more than 300,000 values"
    ),
    "mistakes in one line": "5:10: error[missing-key]: a chart needs the key 'output'",
    "unknown keys": "5:45: error[unknown-parameter]: 'k0' is not a parameter of transform 'series'",
    "unknown vars": "6:53: error[unknown-var]: 'w0' is not a var; known: v0, v1, v2, ",
    "globs and items": "error[too-large]: more than 3,000,000 pairs of items and globs",
    "a long list": "5:52: error[too-large]: 'steps' has more than 20,000 values",
    "open vars": "1:1: error[missing-key]: the suite needs the key 'charts'",
    "words of YAML 1.1": "5:8: warning[unused-var]: nothing names var 'a'",
    "colons": (
        "1:1: error[yaml-syntax]: a key cannot stand here: it is indented deeper than the keys "
        "above, or the line above is no key with ': ' and a value"
    ),
    "a long key": f"5:3: error[unknown-key]: '{'k' * 57}...' is not a key of the suite",
}
"""What `validate` says first, from the line on."""


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_told_of_soon(tmp_path, case):
    (tmp_path / "charts.yaml").write_text(HOSTILE[case], "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "diagramgen", "validate"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES)),
    )
    assert "Traceback" not in done.stderr
    assert SAID[case] in done.stdout.splitlines()[0]
    assert len(done.stdout) < 100_000
