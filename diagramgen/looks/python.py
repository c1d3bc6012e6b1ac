"""Templates written in Python: functions that return an altair chart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from diagramgen.errors import UsageError
from diagramgen.formats.spec import Spec
from diagramgen.local import MOST_OWN, read_local
from diagramgen.plugins import Registry

FUNCTION = "chart"
"""What a file calls its function."""


def _problem(part: object, _: str) -> str | None:
    return None if callable(part) else "is no function"


TEMPLATES: Registry[Callable[[], Any]] = Registry("template", {}, _problem)
"""The templates that other packages bring; the built-in ones are files."""


def function_in(file: Path, shown: str) -> Callable[[], Any]:
    """The function of a suite's own file. The file is run; nothing is written beside it.

    Raises `UsageError` when that fails, or there is no such function.
    """
    try:
        names: dict[str, Any] = {"__name__": f"template_{file.stem}", "__file__": str(file)}
        exec(compile(read_local(file, MOST_OWN), shown, "exec"), names)
        found = names.get(FUNCTION)
    except OSError as err:
        raise UsageError(f"{shown}: cannot be read: {err.strerror}") from err
    except (Exception, SystemExit) as err:  # a person's file may raise anything
        raise UsageError(f"{shown}: {_said(err)}") from err
    if not callable(found):
        raise UsageError(f"{shown}: needs a function `{FUNCTION}` that returns an altair chart")
    function: Callable[[], Any] = found
    return function


def made_by(function: Callable[[], Any], shown: str) -> Spec:
    """The chart that a function returns, as Vega-Lite without altair's own looks.

    Raises `UsageError` when it raises, or returns something else.
    """
    import altair as alt

    try:
        with alt.theme.enable("none"):
            chart = function()
            spec = chart.to_dict() if isinstance(chart, alt.TopLevelMixin) else None
    except (Exception, SystemExit) as err:  # a person's function may raise anything
        raise UsageError(f"{shown}: {_said(err)}") from err
    if not isinstance(spec, dict):
        raise UsageError(f"{shown}: got {type(chart).__name__}; expected an altair chart")
    # To a chart without data altair gives one empty row.
    data = {name: rows for name, rows in spec.pop("datasets", {}).items() if rows != [{}]}
    return spec | ({"datasets": data} if data else {})


def _said(err: BaseException) -> str:
    lines = str(err).strip().splitlines() or [""]
    return f"{type(err).__name__}: {lines[0]}".removesuffix(": ")
