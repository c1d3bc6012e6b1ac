"""The parts of one kind by name: the built-in ones, and those that other packages bring."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec

from diagramgen.errors import UsageError, visible

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Part = TypeVar("Part")
OWN = "diagramgen"


class Registry(NamedTuple, Generic[Part]):
    """The parts of one kind by name, such as all readers; `word` is what a suite calls one.

    A package brings a part by an entry point of `group()`, of the part's name. Entry points are
    read only where a name is not built in, for that takes milliseconds, and a part is imported when
    it is asked for. None replaces a built-in one. `problem` says why something is no such part.
    """

    word: str
    built_in: Mapping[str, Part]
    problem: Callable[[Any, str], str | None]

    def group(self) -> str:
        """The group of entry points: `diagramgen.readers`."""
        return f"{OWN}.{self.word}s"

    def names(self) -> list[str]:
        """The names of all parts; none is imported."""
        others = sorted(entry_points_of(self.group()).keys() - self.built_in.keys())
        return [*self.built_in, *others]

    def find(self, name: str) -> Part | None:
        """The part of that name, if there is one.

        Raises `UsageError` where a package brings one that cannot be used.
        """
        if name in self.built_in:
            return self.built_in[name]
        entry = entry_points_of(self.group()).get(name)
        if entry is None:
            return None
        part, problem = _loaded(entry, name, self.problem)
        if problem is not None:
            said = f"{self.word} '{name}' of the package {package_of(entry)} {problem}"
            raise UsageError(visible(said, one_line=True))
        found: Part = part
        return found

    def installed(self) -> dict[str, Part]:
        """All parts by name. Raises `UsageError` where one cannot be used."""
        parts = {name: self.find(name) for name in self.names()}
        return {name: part for name, part in parts.items() if part is not None}

    def package(self, name: str) -> str:
        """The package that a part comes with."""
        return OWN if name in self.built_in else package_of(entry_points_of(self.group())[name])


@cache
def entry_points_of(group: str) -> dict[str, EntryPoint]:
    """What installed packages bring to a group, by name."""
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=group)}


def package_of(entry: EntryPoint) -> str:
    """The package that brings an entry point."""
    return entry.dist.name if entry.dist is not None else entry.module


@cache
def _loaded(
    entry: EntryPoint, name: str, problem: Callable[[Any, str], str | None]
) -> tuple[Any, str | None]:
    """What an entry point leads to, or why that cannot be used."""
    try:
        part = entry.load()
        return part, problem(part, name)
    except Exception as err:  # a stranger's module may raise anything
        return None, f"cannot be imported: {type(err).__name__}: {err}"


def record_problem(kind: type[msgspec.Struct]) -> Callable[[Any, str], str | None]:
    """What says why something is no record of a kind that a suite can name."""
    word = kind.__name__.lower()

    def problem(part: Any, name: str) -> str | None:
        if not (isinstance(part, type) and issubclass(part, kind)):
            return f"is no {kind.__name__}"
        config = part.__struct_config__
        if (config.tag_field, config.tag) != (word, name):
            return f"lacks `tag_field='{word}', tag='{name}'` in its class"
        try:
            msgspec.json.schema_components([part])
        except TypeError as err:
            return f"has a field that no suite can say: {str(err).splitlines()[-1]}"
        return None

    return problem


def module_of(part: object) -> str | None:
    """The top-level module that a part is of; None for a built-in one."""
    module = str(getattr(part, "__module__", OWN)).partition(".")[0]
    return None if module == OWN else module


def culprit(err: BaseException, modules: Collection[str]) -> str:
    """Whose bug an exception is: that of the last of some packages whose code it went through."""
    found, trace = OWN, err.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        found = module if module in modules else found
        trace = trace.tb_next
    return found
