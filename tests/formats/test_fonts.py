"""The same picture on every machine, whatever fonts it has."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

from diagramgen.formats.fonts import renderer

TEXT = {
    "data": {"values": [{"a": "Perplexity, 1,000 steps"}]},
    "mark": {"type": "text", "font": "Liberation Sans", "fontSize": 40},
    "encoding": {"text": {"field": "a"}},
}
NO_FONTS = "<fontconfig><dir>{}</dir></fontconfig>"
DRAW = f"""
import hashlib, os
from diagramgen.formats.fonts import renderer
print(hashlib.sha256(renderer().vegalite_to_png({TEXT!r})).hexdigest())
print(os.environ.get("FONTCONFIG_FILE"))
"""


def drawn(**environment):
    plain = {key: value for key, value in os.environ.items() if key != "FONTCONFIG_FILE"}
    command = [sys.executable, "-c", DRAW]
    return subprocess.check_output(command, env=plain | environment, text=True).split()


def test_the_fonts_of_the_machine_do_not_matter(tmp_path):
    conf = tmp_path / "fonts.conf"
    conf.write_text(NO_FONTS.format(tmp_path))
    without_any, given = drawn(FONTCONFIG_FILE=str(conf))
    assert given == str(conf)
    assert drawn() == [without_any, "None"]
    assert hashlib.sha256(renderer().vegalite_to_png(TEXT)).hexdigest() == without_any
