"""What a Vega-Lite spec, or a part of one, is here: data as JSON has it."""

from __future__ import annotations

from typing import Any

Spec = dict[str, Any]
