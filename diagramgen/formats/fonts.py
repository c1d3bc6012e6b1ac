"""The renderer, with the fonts that make it draw the same picture on every machine."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from types import ModuleType

FONTS = Path(__file__).with_name("fonts.conf")
BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@cache
def renderer() -> ModuleType:
    """vl-convert, which has loaded its fonts.

    It brings Liberation Sans, but takes one that the system has instead, if that says where its
    fonts are. `FONTCONFIG_FILE` tells it to look elsewhere; a user's own is respected. It is read
    at the first drawing, after which it is put back, for it is meant for this library alone.
    """
    import vl_convert

    before = os.environ.get("FONTCONFIG_FILE")
    os.environ.setdefault("FONTCONFIG_FILE", str(FONTS))
    try:
        vl_convert.svg_to_png(BLANK)
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
    return vl_convert
