"""`charts.yaml` -> plain data in which the place of every key and value is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import yaml

from diagramgen.errors import Diagnostic, SuiteError, UsageError

Where = tuple[str | int, ...]
"""The way to a node: mapping keys and list indices from the root."""

_VARIABLE = re.compile(r"\$\{([^{}\s]*)\}")
_HIDDEN = re.compile("\\$\ue000([^\ue000\ue001]*)\ue001")

MAX_BYTES = 2_000_000
MAX_NODES = 100_000
MAX_DEPTH = 60

_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[valid-type, misc]
    """YAML with the scalars of YAML 1.2: `no` and `on` are words, `1_000` and dates are text."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


_PLAIN: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": lambda text: float(
        text.replace(".inf", "inf").replace(".nan", "nan")
    ),
}
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
for _tag, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


class Document(NamedTuple):
    """A YAML file as plain data, with the place of every node.

    `keys` and `values` map a node's way to its (line, column), counted from 1.
    """

    name: str
    text: str
    data: Any
    keys: dict[Where, tuple[int, int]]
    values: dict[Where, tuple[int, int]]

    def diagnostic(
        self,
        where: Where,
        code: str,
        message: str,
        *,
        at: str = "value",
        severity: Any = "error",
    ) -> Diagnostic:
        """A finding at a node: at its value, or at its key with `at="key"`.

        The nearest node above stands in for one that the file does not have (a missing key).
        """
        places = self.keys if at == "key" and where in self.keys else self.values
        while where and where not in places:
            where, places = where[:-1], self.values
        line, column = places.get(where, (1, 1))
        lines = self.text.splitlines()
        source_line = lines[line - 1] if line <= len(lines) else ""
        return Diagnostic(self.name, line, column, severity, code, message, source_line)


def read_document(path: Path, name: str) -> Document:
    """Read a YAML file; `name` is what messages call it.

    Raises `UsageError` when there is no such file, `SuiteError` when it is not YAML, has a key
    twice, or is larger or deeper than a suite can be.
    """
    try:
        size = path.stat().st_size
        text = path.read_text(encoding="utf-8") if size <= MAX_BYTES else ""
    except OSError as err:
        raise UsageError(f"{name}: cannot read the suite: {err.strerror}") from err
    except UnicodeDecodeError as err:
        raise UsageError(f"{name}: the suite is not UTF-8 text: byte {err.start}") from err
    if size > MAX_BYTES:
        raise UsageError(f"{name}: {size:,} bytes; a suite has at most {MAX_BYTES:,}")
    return parse_document(text, name)


def parse_document(text: str, name: str) -> Document:
    """The same from text. Raises `SuiteError`.

    A `${name}` may stand without quotes in `[...]` and `{...}` too, where YAML itself takes its
    braces for the start of a mapping: they are hidden from the parser.
    """
    hidden = _VARIABLE.sub("$\ue000\\1\ue001", text)
    loader = _Loader(hidden)
    document = Document(name, text, None, {}, {})
    try:
        _check_depth(hidden, name)
        node = loader.get_single_node()
        build = _Build(document)
        data = build.plain(node, ()) if node is not None else None
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        found = Document(name, text, None, {}, {(): (line + 1, column + 1)})
        problem = " ".join(filter(None, (err.context, err.problem)))
        raise SuiteError([found.diagnostic((), "yaml-syntax", problem)]) from err
    except yaml.YAMLError as err:
        message = str(err).splitlines()[0]
        raise SuiteError([document.diagnostic((), "yaml-syntax", message)]) from err
    finally:
        loader.dispose()
    if build.problems:
        raise SuiteError(build.problems)
    return document._replace(data=data)


def _check_depth(text: str, name: str) -> None:
    """Refuse nesting that would exhaust the stack, before anything recurses over it."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                place = Document(name, text, None, {}, {(): _place(event)})
                message = f"nested more than {MAX_DEPTH} levels deep"
                raise SuiteError([place.diagnostic((), "too-large", message)])
    except RecursionError as err:
        place = Document(name, text, None, {}, {})
        message = f"nested more than {MAX_DEPTH} levels deep"
        raise SuiteError([place.diagnostic((), "too-large", message)]) from err


class _Build:
    """Turns YAML nodes into plain data and notes each one's place on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Diagnostic] = []
        self.count = 0

    def plain(self, node: yaml.Node, where: Where) -> Any:
        self.count += 1
        self.document.values.setdefault(where, _place(node))
        if self.count > MAX_NODES:
            self.problem(where, "too-large", f"more than {MAX_NODES:,} values (aliases count)")
            raise SuiteError(self.problems)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(child, (*where, i)) for i, child in enumerate(node.value)]
        if node.tag not in _PLAIN:
            self.problem(where, "yaml-tag", f"the tag '{node.tag}' has no meaning in a suite")
            return None
        try:
            return _PLAIN[node.tag](_HIDDEN.sub(r"${\1}", node.value))
        except ValueError:
            self.problem(where, "wrong-type", f"'{node.value[:40]}' is not a number")
            return None

    def mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
        data: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                for parent in _merged(value_node):
                    value = self.plain(parent, where)
                    merged = (value if isinstance(value, dict) else {}) | merged
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                self.document.values[(*where, "?")] = _place(key_node)
                self.problem((*where, "?"), "wrong-type", "a key is a word, not a list or mapping")
                continue
            key = _HIDDEN.sub(r"${\1}", key_node.value)
            here = (*where, key)
            if key in data:
                line = self.document.keys[here][0]
                self.document.keys[here] = _place(key_node)
                self.problem(
                    here, "duplicate-key", f"'{key}' is here already, in line {line}", at="key"
                )
                continue
            self.document.keys[here] = _place(key_node)
            self.document.values[here] = _place(value_node)
            data[key] = self.plain(value_node, here)
        return merged | data

    def problem(self, where: Where, code: str, message: str, at: str = "value") -> None:
        self.problems.append(self.document.diagnostic(where, code, message, at=at))


def _merged(node: yaml.Node) -> Iterator[yaml.Node]:
    """The mappings behind a `<<` key."""
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    else:
        yield node


def _place(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
