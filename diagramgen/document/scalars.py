"""The scalars of YAML 1.2: `no` and `on` are words, `1_000` and dates are text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

import yaml

from diagramgen.errors import short
from diagramgen.limits import MAX_DEPTH

MOST_INTEGER = 2**63 - 1

_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


DEFAULTS: dict[type[yaml.Node], str] = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
"""The tag of a node that says none, and means no other."""


class TooDeep(Exception):
    """A list or mapping is nested deeper than a suite can be: to go on would exhaust the stack."""

    def __init__(self, node: yaml.Node) -> None:
        super().__init__()
        self.node = node


class Loader(_Base):  # type: ignore[valid-type, misc]
    """Makes nodes of YAML whose tags are those of YAML 1.2. Raises `TooDeep`."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}
    depth = 0

    def descend_resolver(self, above: yaml.Node | None, _: object) -> None:
        """Begin a node: what is in one that is too deep is not read."""
        self.depth += 1
        if above is not None and self.depth > MAX_DEPTH + 1:
            raise TooDeep(above)

    def ascend_resolver(self) -> None:
        """End a node."""
        self.depth -= 1

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: tuple[bool, bool]) -> str:
        """The tag of a node that has none; in place of one that looks at what is above it, too."""
        if kind is yaml.ScalarNode and implicit[0]:
            for tag, pattern in self.yaml_implicit_resolvers.get(value[:1], ()):
                if pattern.match(value):
                    return tag
        return DEFAULTS[kind]


def _integer(text: str) -> int:
    number = int(text)
    if abs(number) > MOST_INTEGER:
        raise ValueError(f"more than 64 bits: {short(text)}")
    return number


def _float(text: str) -> float:
    number = float(text.replace(".inf", "inf").replace(".nan", "nan"))
    if math.isinf(number) and "inf" not in text:
        raise ValueError(f"more than a float can be: {short(text)}")
    return number


PLAIN: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:int": _integer,
    "tag:yaml.org,2002:float": _float,
}
"""The value of a scalar's text, by its tag; raises `ValueError` for more than a number can be."""
TAGS: dict[type[yaml.Node], frozenset[str]] = {
    yaml.ScalarNode: frozenset(PLAIN),
    yaml.SequenceNode: frozenset({DEFAULTS[yaml.SequenceNode]}),
    yaml.MappingNode: frozenset({DEFAULTS[yaml.MappingNode]}),
}
"""The tags that plain data has."""
_SCALARS = (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan)$",
        "-+.0123456789",
    ),
    ("tag:yaml.org,2002:merge", r"^<<$", "<"),
)
_OLD = {
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a date",
}
_OldResolver: Any = yaml.resolver.Resolver()
for _tag, _pattern, _first in _SCALARS:
    Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


@lru_cache(1000)
def old_meaning(word: str) -> str | None:
    """What YAML 1.1 takes a plain word for that is text in YAML 1.2."""
    return _OLD.get(_OldResolver.resolve(yaml.ScalarNode, word, (True, False)))
