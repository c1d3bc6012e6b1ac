"""What a stranger's file may hold: hostile values, names and bytes, each with a name.

A change names what it puts in, so that it stays short and readable however long that is.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

OUTSIDE = "@outside@"
"""Stands for the path of the folder beside the project that nothing may touch."""


def nested(depth: int) -> list[Any]:
    """Lists in lists."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


ATOMS: dict[str, Any] = {
    "null": None,
    "zero": 0,
    "one": 1,
    "minus one": -1,
    "half": 0.5,
    "true": True,
    "false": False,
    "64 bits": 2**63,
    "huge": 10**400,
    "1e300": 1e300,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "minus infinity": float("-inf"),
    "decimal": Decimal("0.25"),
    "a date": datetime.date(2024, 2, 29),
    "a time": datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.UTC),
    "bytes": b"\x00\xff",
    "empty text": "",
    "empty list": [],
    "empty mapping": {},
    "a list": ["a", 1, None],
    "a mapping": {"a": {"b": 1}},
    "deep": nested(60),
    "deeper": nested(400),
    "a letter": "a",
    "numeric text": "0.25",
    "nan as text": "NaN",
    "superscript two": "\u00b2",
    "exponent": "1e999",
    "5,000 digits": "7" * 5000,
    "10,000 letters": "a" * 10_000,
    "many stars": "*a" * 12 + "b",
    "many globs": "**/" * 12 + "b",
    "brackets": "[[!a-",
    "step": "{step}",
    "two steps": "{step}/{step}_{item}",
    "a format": ".999999999999999999999999999999f",
    "nul": "a\x00b",
    "escape": "\x1b]0;title\x07\x1b[31m",
    "newline": "two\nlines",
    "carriage return": "a\rb",
    "next line": "a\x85b\u2028c",
    "right to left": "\u202eabc",
    "lone surrogate": "\ud800",
    "combining": "e\u0301",
    "composed": "\xe9",
    "upper case": "SERIES",
    "var": "${a}",
    "var of itself": "${snapshots}",
    "open var": "${",
    "late var": "${step}",
    "script": "</script><script>alert(1)</script>",
    "quotes": "\"'`<>&",
    "markup": "![a](http://127.0.0.1:9/a.png)",
    "css": "url(http://127.0.0.1:9/a.png)",
    "parent": "../outside/secret.txt",
    "parents": "../../../../etc/passwd",
    "home": "~/secret.txt",
    "absolute": f"{OUTSIDE}/secret.txt",
    "absolute folder": OUTSIDE,
    "dot": ".",
    "two dots": "..",
    "slash": "/",
    "a/./b": "a/./b.png",
    "a//b": "a//b.png",
    "the state": ".diagramgen/state.json",
    "index": "index.html",
    "manifest": "manifest.json",
    "http": "http://127.0.0.1:9/a.json",
    "file URL": f"file://{OUTSIDE}/secret.txt",
    "chain": "simplecache::memory://a",
    "memory": "memory://a",
    "reference": "reference://",
    "odd URL": "x://[",
    "javascript": "javascript:alert(1)",
    "device": "/dev/zero",
    "regular expression": "(a+)+$",
    "expression": "datum.value > 0 ? 1 : image('http://127.0.0.1:9/a.png')",
    "sequence": {"sequence": {"start": 0, "stop": 1_000_000_000}},
    "url": {"url": "http://127.0.0.1:9/a.json"},
    "lookup": {"lookup": "a", "from": {"data": {"url": "/etc/passwd"}, "key": "a"}},
    "image": {"type": "image", "url": "file:///etc/passwd"},
    "a step chart": {"transform": "series", "metric": "ppl", "output": "a.png"},
}
"""Name -> value."""

NAMES: dict[str, bytes] = {
    "a space": b"a b",
    "a newline": b"a\nb.json",
    "an escape": b"\x1b[31m.json",
    "no UTF-8": b"\xff\xfe.json",
    "long": b"a" * 250 + b".json",
    "a dash": b"-rf",
    "percent": b"%2e%2e",
    "huge step": b"step_" + b"9" * 30,
    "zero step": b"step_000",
    "same step": b"step_0100",
    "text direction": "\u202e.yaml".encode(),
    "markup": b"<script>.yaml",
    "hidden": b".hidden.yaml",
    "a glob": b"[a-z]*.yaml",
}
"""Name -> the name of a file."""

BYTES: dict[str, bytes] = {
    "nothing": b"",
    "nul": b"\x00",
    "no UTF-8": b"\xff\xfe\x00a",
    "a byte order mark": b"\xef\xbb\xbf",
    "a carriage return": b"\r",
    "a tab": b"\t",
    "a quote": b'"',
    "a brace": b"{",
    "a bracket": b"]",
    "a colon": b": ",
    "a dash": b"\n- ",
    "an alias": b"*a",
    "an anchor": b"&a ",
    "a tag": b"!!python/object:os.system ",
    "a merge": b"\n<<: ",
    "a document": b"\n---\n",
    "a block": b"|\n",
    "open brackets": b"[" * 3000,
    "open braces": b'{"a":' * 3000,
    "dashes": b"- " * 3000,
    "digits": b"7" * 5000,
    "an exponent": b"1e999999999",
    "a million spaces": b" " * 1_000_000,
    "many lines": b"a,b\n" * 20_000,
    "aliases": b"a: &a [x,x,x,x,x,x,x,x]\n"
    + b"".join(
        b"%c: &%c [%s]\n" % (i, i, b",".join([b"*%c" % (i - 1)] * 8)) for i in range(98, 107)
    ),
    "a true mapping": b"{}",
    "a list": b"[]",
    "a null": b"null",
    "a number": b"3",
    "a text": b'"a"',
    "a PNG's head": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a PNG's huge chunk": b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffiTXt",
    "a PDF's head": b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF",
    "an SVG's entities": b'<!DOCTYPE a [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
    "an open script": b"<script>",
}
"""Name -> what stands in a file."""
