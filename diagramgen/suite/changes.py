"""What the command line changes in a suite: vars, roots, and where the files go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diagramgen.document.data import mapping
from diagramgen.document.document import control_character
from diagramgen.document.scalars import MOST_INTEGER
from diagramgen.document.wording import unknown
from diagramgen.errors import UsageError, short
from diagramgen.roots import check_root, is_url


def changed(
    data: dict[str, Any],
    set_vars: Mapping[str, object],
    roots: Mapping[str, str | Path],
    output: dict[str, Any],
) -> dict[str, Any]:
    """The suite's data with the command line's changes.

    Raises `UsageError` where one names what the suite does not have, or is no value for a suite.
    """
    data = dict(data)
    for key, changes in (("vars", set_vars), ("sources", roots)):
        known = mapping(data, key)
        for name in changes:
            if name not in known:
                kind = key.removesuffix("s")
                raise UsageError(unknown((), kind, name, known, " of the suite").message)
    if set_vars:
        values = {name: _value(text, data["vars"][name]) for name, text in set_vars.items()}
        _refuse("--set", values)
        data["vars"] = data["vars"] | values
    _refuse("--source", roots)
    if roots:
        changed = {
            name: source | {"root": _place(name, roots[name])}
            for name, source in data["sources"].items()
            if name in roots and isinstance(source, dict)  # any other is told of as what it is
        }
        data["sources"] = data["sources"] | changed
    if output:
        data["output"] = mapping(data, "output") | output
    return data


def output_of(out: Path | None, formats: tuple[str, ...], gallery: bool) -> dict[str, Any]:
    """What the command line says of the output."""
    changes: dict[str, Any] = {}
    if out is not None:
        changes["dir"] = str(out.absolute())
    if formats:
        changes["formats"] = list(formats)
    return changes | ({"gallery": True} if gallery else {})


def _place(source: str, root: str | Path) -> str:
    """A root of the command line: a path as seen from where the command runs, or a URL."""
    text = str(root)
    if problem := check_root(text):
        raise UsageError(f"source '{source}': {problem}")
    return text if is_url(text) else str(Path(text).absolute())


def _refuse(option: str, values: Mapping[str, object]) -> None:
    """Raise `UsageError` for a value that no suite can have."""
    for name, value in values.items():
        for part in value if isinstance(value, list | tuple) else [value]:
            message = control_character(str(part), one_line=True)
            if isinstance(part, int) and abs(part) > MOST_INTEGER:
                message = f"{short(str(part))} is no number for a suite"
            if message:
                raise UsageError(f"{option} {short(name)}: {message}")


def _value(text: object, before: Any) -> Any:
    """The value that `--set name=text` means; a list where the var is one."""
    if not isinstance(text, str):
        return text
    if isinstance(before, list):
        return [_scalar(part.strip()) for part in text.split(",") if part.strip()]
    return _scalar(text)


def _scalar(text: str) -> Any:
    if text[:1] in ("[", "{", '"'):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float | bool) else text
