"""An entry's own Vega-Lite, merged over the built spec."""

from __future__ import annotations

from typing import Any

from diagramgen.document.data import Schema
from diagramgen.formats.spec import Spec
from diagramgen.spec.vegalite import anywhere, takes_null, under


def patched(spec: Spec, patch: Spec | None) -> Spec:
    """A spec with a patch merged over it, as RFC 7396 says but for null where it means something.

    Mappings merge; anything else, a list too, replaces what is there. Null is a value where
    Vega-Lite takes it for one (`sort: null`, `axis: null`), and removes anything else. What
    Vega-Lite does not know stays, so that the check of the spec tells of it.
    """
    merged: Spec = _merged(spec, patch, anywhere()) if patch else spec
    return merged


def _merged(below: Any, patch: Any, places: list[Schema]) -> Any:
    if not isinstance(patch, dict):
        return patch
    merged = dict(below) if isinstance(below, dict) else {}
    for key, value in patch.items():
        there = under(places, key)
        if value is None and there and not takes_null(there):
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value, there)
    return merged
