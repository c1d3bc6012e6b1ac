"""A Vega-Lite spec, or a part of one, as it is here: data as JSON has it, and the bytes of that."""

from __future__ import annotations

import json
from typing import Any

Spec = dict[str, Any]


def encode(data: Spec) -> bytes:
    """A spec or manifest as the bytes of a JSON file."""
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()
