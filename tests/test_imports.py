"""Which module may import which: from the command line down to the ground, and no way back."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "diagramgen"
ORDER = (
    ("cli",),
    ("api", "__init__", "__main__"),
    ("output",),
    ("spec",),
    ("results",),
    ("suite",),
    ("init",),
    ("transforms",),
    ("looks",),
    ("model",),
    ("formats",),
    ("readers",),
    ("document",),
    ("errors", "assets", "limits", "local", "patterns", "plugins", "roots", "signals"),
)
"""What a module may import is below it, or in its own package."""
INIT_SEES = {"init", "model", "readers", "document", "ground"}
LEVELS = {name: level for level, names in enumerate((*ORDER, ("ground",))) for name in names}
MODULES = {
    ".".join(path.with_suffix("").relative_to(PACKAGE).parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imports(path: Path) -> Iterator[str]:
    """What a module imports of this package, for type-checking, too, as `package.module`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            whole, *way = node.module.split(".")
            names = [alias.name for alias in node.names]
            if whole == "diagramgen" and (way or names != ["__version__"]):
                yield from (".".join([*way, name]) for name in names)
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            yield from (name.removeprefix("diagramgen.") for name in names if "diagramgen." in name)


def part(module: str) -> str:
    """The package of a module; all that is on the ground is one."""
    name = module.split(".", maxsplit=1)[0]
    return "ground" if name in ORDER[-1] else name


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module):
    own = part(module)
    above = {
        name
        for name in map(part, imports(MODULES[module]))
        if name != own and LEVELS[name] <= LEVELS[own] and (own, name) != ("__main__", "cli")
    }
    # The command starts the command line, and the package gives what Python users get.
    assert above <= ({"api", "cli"} if own in ("__main__", "__init__") else set())


@pytest.mark.parametrize("module", [name for name in MODULES if part(name) == "init"])
def test_init_sees_what_results_are_and_nothing_of_charts(module):
    assert set(map(part, imports(MODULES[module]))) <= INIT_SEES


@pytest.mark.parametrize("module", [name for name in MODULES if part(name) == "transforms"])
def test_a_transform_knows_nothing_of_files_and_drawing(module):
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        found |= {name.split(".")[0] for name in names}
    others = found - set(sys.stdlib_module_names) - {"diagramgen"}
    assert others <= {"msgspec", "numpy", "pandas"}


def test_within_a_package_no_module_imports_one_that_imports_it():
    """Also where a function imports it only when it is called."""
    below = {
        module: {
            name
            for each in imports(path)
            for name in (each, each.rpartition(".")[0])
            if name in MODULES and part(name) == part(module)
        }
        for module, path in MODULES.items()
    }

    def reached(module: str, seen: frozenset[str]) -> set[str]:
        new = below[module] - seen
        return new.union(*(reached(name, seen | new) for name in new))

    assert [module for module in MODULES if module in reached(module, frozenset())] == []
