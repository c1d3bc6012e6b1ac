"""What in a Vega-Lite spec, a template or a theme would reach outside of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diagramgen.document.document import Document
from diagramgen.document.wording import shown
from diagramgen.errors import SuiteError
from diagramgen.formats.check import LINK, PICTURE

Way = tuple[str | int, ...]
CSS = re.compile(
    r"(?:url|src|image|image-set|cross-fade|element)\s*\((?!\s*['\"]?#)|@import", re.IGNORECASE
)
"""What a colour, a background, a font or a cursor loads something with."""
PROSE = ("title", "subtitle", "text", "description")
"""Keys whose text is shown as it is."""
CALCULATED = {"field", "expr", "signal"}


def references(spec: Any, way: Way = ()) -> Iterator[tuple[Way, str]]:
    """Each thing that reaches outside: the way to its key, and what is wrong with it.

    `spec` may be part of a spec, a template, a config: anything that was read from YAML. The rows
    of its tables are not looked at, and links that are calculated are not known before the chart is
    drawn.
    """
    if isinstance(spec, dict):
        for key, value in spec.items():
            here = (*way, key)
            if key == "url":
                yield from ((here, _loads(key, each)) for each in _said(value) if not _held(each))
            elif key == "href":
                yield from ((here, _leads(each)) for each in _said(value) if not _is_link(each))
            elif not _is_plain(key, value, way):
                yield from references(value, here)
    elif isinstance(spec, list):
        for i, value in enumerate(spec):
            yield from references(value, (*way, i))
    elif isinstance(spec, str) and CSS.search(spec):
        yield way, _loads(next((key for key in way[::-1] if isinstance(key, str)), ""), spec)


def held(document: Document) -> Any:
    """The data of a template or a theme that reaches nothing outside.

    Raises `SuiteError` with the place of each thing that does.
    """
    found = [
        document.diagnostic(way, "outside-reference", message, at="key")
        for way, message in references(document.data)
    ]
    if found:
        raise SuiteError(found)
    return document.data


def _said(value: Any) -> Iterator[Any]:
    """The values that a property or a channel has; a mapping where they are calculated."""
    if isinstance(value, list):
        for each in value:
            yield from _said(each)
    elif (
        isinstance(value, dict)
        and {"value", "condition"} & set(value)
        and not (CALCULATED & set(value))
    ):
        yield from _said(value.get("value"))
        yield from _said(value.get("condition"))
    elif value is not None:
        yield value


def _held(address: Any) -> bool:
    return isinstance(address, str) and PICTURE.match(address) is not None


def _is_link(address: Any) -> bool:
    """Whether a link may lead there, as far as that is known."""
    return isinstance(address, dict) or (
        isinstance(address, str) and LINK.match(address) is not None
    )


def _is_plain(key: str, value: Any, way: Way) -> bool:
    """Whether there are rows or words below a key, which nothing takes for an address."""
    if key in PROSE:
        lines = value if isinstance(value, list) else [value]
        return all(isinstance(line, str) for line in lines)
    return key in ("datasets", "usermeta") or (key == "values" and way[-1:] == ("data",))


def _loads(key: str, address: Any) -> str:
    what = "what is calculated" if isinstance(address, dict) else shown(address)
    return (
        f"'{key}' loads {what}; a chart holds all that it shows: its table, and pictures "
        "written out as 'data:image/png;base64,...'"
    )


def _leads(address: Any) -> str:
    return f"'href' leads to {shown(address)}; expected an address of https, http or mailto"
