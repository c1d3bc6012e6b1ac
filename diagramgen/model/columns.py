"""The columns of a chart's table."""

from __future__ import annotations

COLUMNS = (
    "source", "step", "item", "group", "value", "n", "stderr", "lower", "upper", "x", "y", "color",
    "against", "from_step", "to_step", "better", "label", "reference",
)  # fmt: skip
"""The names that a chart's table may have, in the order in which it has them."""
