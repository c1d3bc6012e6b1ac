"""What a drawn SVG may hold: shapes, text and pictures of its own; nothing that reaches out."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.parsers import expat

from diagramgen.errors import ChartError, visible

SVG = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset(
    {"svg", "g", "defs", "clipPath", "linearGradient", "radialGradient", "stop", "pattern", "a",
     "path", "line", "rect", "circle", "image", "text", "tspan", "title", "desc"}
)  # fmt: skip
"""What Vega draws with; none of them runs anything or shows another document."""
WORDS = frozenset(
    {"aria-label", "aria-roledescription", "aria-description", "class", "d", "id", "role",
     "transform"}
)  # fmt: skip
"""Attributes whose value is text, names or numbers to everyone who reads it, never CSS."""
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
"""A picture that is written out. Not one of SVG, which could refer to others in turn."""
LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
OWN = re.compile(r"url\((['\"]?)#[^'\"()\\]*\1\)", re.IGNORECASE)
"""A gradient or a clipping path of the same drawing."""
OUTSIDE = re.compile(
    r"(?:url|src|image|image-set|cross-fade|element)\s*\(|@import|\\", re.IGNORECASE
)
"""What CSS loads something with; a backslash can write any of it another way."""
MOST_SHOWN = 80


class Size(NamedTuple):
    """The width and height of a drawing in pixels."""

    width: float
    height: float


def check_svg(svg: str) -> Size:
    """The size of a drawing that holds all that it shows.

    Raises `ChartError` for one that would load anything, run a script or link to anything but a web
    page or a mail address, and for one that is no SVG.
    """
    root: list[Size] = []
    harmless: set[tuple[str, str]] = set()  # marks are alike: most of what one says is known

    def start(name: str, attributes: list[str]) -> None:
        space, _, element = name.rpartition(" ")
        if space != SVG or element not in ELEMENTS:
            raise ChartError(f"the drawing has an element '{element}', which none may have")
        said = zip(attributes[::2], attributes[1::2], strict=True)
        pairs = {pair for pair in said if pair[0] not in WORDS}
        if not root:
            root.append(_size(dict(pairs)))
        for key, value in sorted(pairs - harmless):
            if not _is_harmless(element, key, value):
                raise ChartError(_refusal(element, key, value))
            if element not in ("a", "image"):
                harmless.add((key, value))

    def refuse(*_: object) -> None:
        raise ChartError("the drawing has declarations or instructions, which none may have")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    try:
        parser.Parse(svg, True)
    except expat.ExpatError as err:
        raise ChartError(f"the renderer has drawn no SVG: {err}") from err
    return root[0]


def _is_harmless(element: str, attribute: str, value: str) -> bool:
    """Whether an attribute loads nothing and runs nothing."""
    name = _local(attribute)
    if name == "href" and element == "image":
        return value == "" or PICTURE.match(value) is not None
    if name == "href":
        return value.startswith("#") or (element == "a" and LINK.match(value) is not None)
    if name.startswith("on") or name == "src":
        return False
    return OUTSIDE.search(OWN.sub("", value)) is None


def _size(attributes: dict[str, str]) -> Size:
    try:
        return Size(float(attributes["width"]), float(attributes["height"]))
    except (KeyError, ValueError) as err:
        raise ChartError("the drawing has no width and height in numbers") from err


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def _refusal(element: str, attribute: str, value: str) -> str:
    text = visible(value, one_line=True)
    shown = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."
    if element == "a":
        return f"link: '{shown}'; a chart may link to https, http and mailto only"
    place = f"mark {element}, {_local(attribute)}"
    return f"{place}: '{shown}'; a chart holds all that it shows, and loads nothing"
