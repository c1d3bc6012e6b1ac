"""What a template or a theme must not have: the variables of suites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diagramgen.document.document import Where
from diagramgen.document.wording import Finding
from diagramgen.errors import short

VARIABLE = re.compile(r"\$\{[^{}]*\}")


def check_variables(value: Any, what: str, where: Where = ()) -> Iterator[Finding]:
    """Each text with a `${name}` in it, which would be drawn as it stands there."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from check_variables(each, what, (*where, key))
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from check_variables(each, what, (*where, i))
    elif isinstance(value, str) and (found := VARIABLE.search(value)):
        message = (
            f"'{short(found[0])}' in {what}, which is plain Vega-Lite; vars are for suites: write "
            "the value here, or the key in 'vegalite' of an entry"
        )
        yield Finding(where, "unknown-var", message)
