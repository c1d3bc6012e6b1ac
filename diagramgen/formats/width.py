"""The width of a picture to the pixel: what the renderer's rounding adds is taken from its edge."""

from __future__ import annotations

import re

from diagramgen.document.data import mapping
from diagramgen.formats.spec import Spec

SLACK = 12
"""Pixels that a picture of several plots may be wider or narrower than it was measured to be."""
ROOT = re.compile(r'(<svg[^>]*?) width="([0-9.]+)"([^>]*?) viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


def at_width(svg: str, spec: Spec) -> str:
    """A drawing as wide as its spec says of itself, where it is nearly so.

    Vega fits in a single view; of several it draws each as wide as it is told, and rounds what is
    between them. What is too much or too little is free space on the right.
    """
    said = mapping(mapping(spec, "usermeta"), "diagramgen").get("width")
    root = ROOT.match(svg)
    if root is None or isinstance(said, bool) or not isinstance(said, int | float):
        return svg
    drawn = float(root[2])
    if root[2] != root[4] or not 0 < abs(drawn - said) <= SLACK:
        return svg
    head = f'{root[1]} width="{said:g}"{root[3]} viewBox="0 0 {said:g} {root[5]}"'
    ground = f'<rect width="{root[2]}" height="{root[5]}"'
    rest = svg[root.end() :]
    return head + rest.replace(ground, f'<rect width="{said:g}" height="{root[5]}"', 1)
