"""The parts of one kind by name: the built-in ones, and those that other packages bring."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import msgspec

from diagramgen.errors import UsageError, visible

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Part = TypeVar("Part", bound=msgspec.Struct)


class Registry(NamedTuple, Generic[Part]):
    """The parts of one kind by name, such as all readers.

    A package brings a part by an entry point of `group`, of the part's name. Entry points are read
    only where a name is not built in, for that takes milliseconds, and a part is imported when it
    is asked for. None replaces a built-in one.
    """

    group: str
    kind: type[Part]
    built_in: Mapping[str, type[Part]]

    def names(self) -> list[str]:
        """The names of all parts; none is imported."""
        others = sorted(entry_points_of(self.group).keys() - self.built_in.keys())
        return [*self.built_in, *others]

    def find(self, name: str) -> type[Part] | None:
        """The part of that name, if there is one.

        Raises `UsageError` where a package brings one that cannot be used.
        """
        found = self.built_in.get(name) or _loaded(self.group, name, self.kind)
        if isinstance(found, str):
            raise UsageError(found)
        return found

    def installed(self) -> dict[str, type[Part]]:
        """All parts by name. Raises `UsageError` where one cannot be used."""
        parts = {name: self.find(name) for name in self.names()}
        return {name: part for name, part in parts.items() if part is not None}


@cache
def entry_points_of(group: str) -> dict[str, EntryPoint]:
    """What installed packages bring to a group, by name."""
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=group)}


@cache
def _loaded(group: str, name: str, kind: type[Part]) -> type[Part] | str | None:
    """The part that a package brings, or why it cannot be used; None where none brings it."""
    entry = entry_points_of(group).get(name)
    if entry is None:
        return None
    try:
        part = entry.load()
        problem = _problem(part, name, kind)
    except Exception as err:  # a stranger's module may raise anything
        problem = f"cannot be imported: {type(err).__name__}: {err}"
    if problem is None:
        found: type[Part] = part
        return found
    package = entry.dist.name if entry.dist is not None else entry.module
    said = f"{_word(kind)} '{name}' of the package {package} {problem}"
    return visible(said, one_line=True)


def _problem(part: object, name: str, kind: type[Part]) -> str | None:
    """Why what an entry point leads to is no part of that name."""
    if not (isinstance(part, type) and issubclass(part, kind)):
        return f"is no {kind.__name__}"
    config = part.__struct_config__
    if (config.tag_field, config.tag) != (_word(kind), name):
        return f"lacks `tag_field='{_word(kind)}', tag='{name}'` in its class"
    try:
        msgspec.json.schema_components([part])
    except TypeError as err:
        return f"has a field that no suite can say: {str(err).splitlines()[-1]}"
    return None


def _word(kind: type[msgspec.Struct]) -> str:
    """What a suite calls a part: the key that names it."""
    return kind.__name__.lower()
