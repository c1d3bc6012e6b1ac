"""A Vega-Lite spec, or a part of one, as it is here: data as JSON has it, and the bytes of that."""

from __future__ import annotations

import json
from typing import Any

import msgspec

Spec = dict[str, Any]


def encode(data: Spec) -> bytes:
    """A spec or manifest as the bytes of a JSON file."""
    # To indent by itself takes the encoder three times as long.
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return msgspec.json.format(text.encode(), indent=1) + b"\n"
