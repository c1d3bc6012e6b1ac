"""Charts of evaluation results, declared in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diagramgen.api import load as load

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def __dir__() -> list[str]:
    """What the module has, with what is imported only when it is asked for."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """`diagramgen.load`, imported when it is first asked for, since the command line never does."""
    if name == "load":
        from diagramgen.api import load

        return load
    raise AttributeError(f"module 'diagramgen' has no attribute '{name}'")
