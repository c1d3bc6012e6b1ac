"""What suites can name: transforms, readers, templates and formats, and whose they are."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

from diagramgen import readers, transforms
from diagramgen.errors import UsageError, visible
from diagramgen.formats import FORMATS
from diagramgen.looks import templates
from diagramgen.looks.python import TEMPLATES
from diagramgen.plugins import OWN, Registry


class Part(NamedTuple):
    """A part: what it is, the package that brings it, and its first sentence."""

    kind: str
    name: str
    package: str
    description: str


def parts() -> Iterator[Part]:
    """All parts that are installed; of one that cannot be used, why, for a description."""
    yield from _registered(transforms.REGISTRY)
    yield from _registered(readers.REGISTRY)
    for name in templates.built_in():
        yield Part("template", name, OWN, templates.load(name, None).description)
    yield from _registered(TEMPLATES)
    for name, format_ in FORMATS.items():
        yield Part("format", name, OWN, format_.description)


def _registered(registry: Registry[Any]) -> Iterator[Part]:
    for name in registry.names():
        try:
            words = (inspect.getdoc(registry.find(name)) or "").partition("\n")[0]
        except UsageError as err:
            words = f"cannot be used: {err}"
        yield Part(registry.word, name, registry.package(name), words)


def as_text(found: list[Part]) -> str:
    """A line for each part, below the name of its kind."""
    names = max(len(part.name) for part in found)
    packages = max(len(part.package) for part in found)
    lines: list[str] = []
    for i, part in enumerate(found):
        if i == 0 or part.kind != found[i - 1].kind:
            lines += [""] * bool(i) + [f"{part.kind}s"]
        line = f"  {part.name:<{names}}  {part.package:<{packages}}  {part.description}"
        lines.append(visible(line, one_line=True).rstrip())
    return "".join(f"{line}\n" for line in lines)
