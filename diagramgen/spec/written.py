"""Numbers as the renderer will write them, to know how much room they need."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec

FORM = re.compile(r"(\+?)(,?)(?:\.(\d+))?(~?)([a-z%]?)")
"""The number formats of d3 that charts have."""
CALL = re.compile(r"format\(datum\.\w+( \* 100)?, '([^']*)'\)")
"""A number in a Vega expression; times 100 where it is of percentage points."""
MINUS = "\u2212"


def written(number: float, form: str) -> str:
    """A number in one of d3's formats, as long as d3 would write it."""
    match = FORM.fullmatch(form)
    if match is None or not math.isfinite(number):
        return f"{number:,.4g}"
    plus, comma, digits, trimmed, kind = match.groups()
    if kind == "%":
        number *= 100
    if digits is None and kind in ("", "r", "s", "d", "g"):
        text = f"{number:{plus}{comma}.6g}"
        if "e" in text:
            text = f"{number:{plus}{comma}.0f}"
    else:
        text = f"{number:{plus}{comma}.{digits if digits is not None else 6}f}"
        if trimmed and "." in text:
            text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS) + ("%" if kind == "%" else "")


def writer(part: Spec) -> Callable[[float], str]:
    """What a layer of text writes of a number, from its format or its expression."""
    mark: Any = part.get("mark")
    own = mark.get("text") if isinstance(mark, dict) else None
    call = CALL.search(str(mapping({"text": own}, "text").get("expr", "")))
    if call is not None:
        times, form = (100 if call[1] else 1), call[2]
        return lambda number: written(number * times, form)
    form = str(mapping(part.get("encoding", {}), "text").get("format", ""))
    return lambda number: written(number, form)
