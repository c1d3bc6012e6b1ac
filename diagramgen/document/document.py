"""`charts.yaml` -> plain data in which the place of every key and value is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from diagramgen.document.scalars import PLAIN, TAGS, Loader, TooDeep, old_meaning
from diagramgen.document.syntax import explain
from diagramgen.errors import (
    MAX_MESSAGE,
    UNSAFE,
    Diagnostic,
    Severity,
    SuiteError,
    UsageError,
    short,
    visible,
)
from diagramgen.limits import MAX_BYTES, MAX_DEPTH, MAX_FINDINGS, MAX_NODES
from diagramgen.local import read_local

Place = tuple[int, int, int]
"""A line and a column, counted from 1, and how many characters from there are meant."""
Where = tuple[str | int, ...]
"""The way to a node: mapping keys and list indices from the root."""

_VARIABLE = re.compile(r"\$\{([^{}\s]*)\}")
_UNSAFE_NAME = re.compile(f"{UNSAFE.pattern}|[\t\n]")
_HIDDEN = re.compile("\\$\ue000([^\ue000\ue001]*)\ue001")

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Where YAML begins a new line."""
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"


class Document(NamedTuple):
    """A YAML file as plain data, with the place of every node.

    `keys` and `values` map a node's way to its place. `traps` has the plain words, by way and
    "key" or "value", that YAML 1.1 takes for something else than text, with what it takes them
    for. `problems` are findings of the YAML itself that do not stop the reading.
    """

    name: str
    text: str
    lines: list[str]
    data: Any
    keys: dict[Where, Place]
    values: dict[Where, Place]
    traps: dict[tuple[Where, str], str]
    problems: list[Diagnostic]

    def diagnostic(
        self,
        where: Where,
        code: str,
        message: str,
        *,
        at: str = "value",
        severity: Severity = "error",
    ) -> Diagnostic:
        """A finding at a node: at its value, or at its key with `at="key"`.

        The nearest node above stands in for one that the file does not have (a missing key).
        """
        places = self.keys if at == "key" and where in self.keys else self.values
        while where and where not in places:
            where, places = where[:-1], self.values
        return self.at(places.get(where, (1, 1, 1)), code, message, severity)

    def at(self, place: Place, code: str, message: str, severity: Severity = "error") -> Diagnostic:
        """A finding at a place of the text."""
        line, column, length = place
        message = short(message, MAX_MESSAGE)
        source_line = self.lines[line - 1] if line <= len(self.lines) else ""
        return Diagnostic(self.name, line, column, severity, code, message, source_line, length)


def read_document(path: Path, name: str) -> Document:
    """Read a YAML file; `name` is what messages call it.

    Raises `UsageError` when there is no such file or it is no text of a suite's size,
    `SuiteError` when it is not YAML, or nested deeper than a suite can be.
    """
    try:
        # Other systems begin a text with a mark and end its lines another way.
        text = read_local(path, MAX_BYTES).decode("utf-8-sig")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    except OSError as err:
        raise UsageError(f"{name}: cannot be read: {err.strerror}") from err
    except UnicodeDecodeError as err:
        raise UsageError(f"{name}: not UTF-8 text (byte {err.start + 1})") from err
    except ValueError as err:
        raise UsageError(f"{name}: no name of a file: {err}") from err
    return parse_document(text, name)


def parse_document(text: str, name: str) -> Document:
    """The same from text. Raises `SuiteError`.

    A `${name}` may stand without quotes in `[...]` and `{...}` too, where YAML itself takes its
    braces for the start of a mapping: they are hidden from the parser.
    """
    document = Document(name, text, _BREAK.split(text), None, {}, {}, {}, [])
    loader: Any = None
    try:
        hidden = _VARIABLE.sub("$\ue000\\1\ue001", text)
        loader = Loader(hidden)
        node = _composed(loader, hidden)
        if node is not None:
            document.values[()] = _place(node)
        data = _Build(document).plain(node, ()) if node is not None else None
    except TooDeep as err:
        raise SuiteError([document.at(_place(err.node), "too-large", TOO_DEEP)]) from err
    except yaml.MarkedYAMLError as err:
        message, start, end = explain(err, text)
        place = (*_line_and_column(text, start), max(1, end - start))
        raise SuiteError([document.at(place, "yaml-syntax", message)]) from err
    except yaml.reader.ReaderError as err:
        place = (*_line_and_column(text, err.position), 1)
        problem = f"the character U+{err.character:04X} is not allowed in YAML"
        raise SuiteError([document.at(place, "yaml-syntax", problem)]) from err
    finally:
        if loader is not None:
            loader.dispose()
    return document._replace(data=data)


def _composed(loader: Any, text: str) -> yaml.Node | None:
    """The nodes of a text. Raises `yaml.YAMLError`, of the first that no parser can read."""
    try:
        node: yaml.Node | None = loader.get_single_node()
    except yaml.composer.ComposerError:
        for _ in yaml.parse(text, Loader=Loader):
            pass
        raise
    return node


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    """The place of a character, counted from 1."""
    before = _BREAK.split(text[:index])
    return len(before), len(before[-1]) + 1


class _Build:
    """Turns YAML nodes into plain data and notes each one's place on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0
        self.above: list[yaml.Node] = []

    def plain(self, node: yaml.Node, where: Where) -> Any:
        """The data of a node whose place is noted; of all in it this notes the places, too."""
        self.count += 1
        if self.count > MAX_NODES:
            message = f"more than {MAX_NODES:,} values; each use of an alias counts"
            raise SuiteError([self.document.at(_place(node), "too-large", message)])
        if len(self.above) > MAX_DEPTH or (len(self.above) == MAX_DEPTH and node.value == []):
            # Aliases nest what the text does not, and what is empty has nothing too deep in it.
            raise SuiteError([self.document.at(_place(node), "too-large", TOO_DEEP)])
        if node.tag not in TAGS[type(node)] and node not in self.above:
            self.add(node, "yaml-tag", f"the tag '{short(node.tag)}' has no meaning in a suite")
        elif isinstance(node, yaml.ScalarNode):
            return self.scalar(node, where)
        elif node in self.above:
            self.add(node, "yaml-syntax", "an alias of what it is itself in")
        else:
            self.above.append(node)
            data = self.collection(node, where)
            self.above.pop()
            return data
        return None

    def collection(self, node: yaml.Node, where: Where) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, where)
        data = []
        for i, child in enumerate(node.value):
            here = (*where, i)
            self.document.values.setdefault(here, _place(child))
            data.append(self.plain(child, here))
        return data

    def scalar(self, node: yaml.ScalarNode, where: Where) -> Any:
        self.note_trap(node, (where, "value"))
        self.check_text(node, node.value)
        try:
            return PLAIN[node.tag](_shown(node.value))
        except ValueError:
            self.add(node, "wrong-type", f"'{short(node.value)}' is no number for a suite")
            return None

    def mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
        data: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                for parent in _merged(value_node):
                    value = self.plain(parent, where)
                    if isinstance(value, dict):
                        merged = value | merged
                    else:
                        self.add(parent, "wrong-type", "'<<' merges mappings, nothing else")
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                self.add(key_node, "wrong-type", "a key is a word, not a list or a mapping")
                continue
            key = _shown(key_node.value)
            here = (*where, key)
            self.check_text(key_node, key, one_line=True)
            if key in data:
                line = self.document.keys[here][0]
                message = f"the key '{short(key)}' is there already, in line {line}"
                self.add(key_node, "duplicate-key", message)
                continue
            self.document.keys[here] = _place(key_node)
            self.document.values[here] = _place(value_node)
            self.note_trap(key_node, (here, "key"))
            data[key] = self.plain(value_node, here)
        return merged | data

    def note_trap(self, node: yaml.ScalarNode, place: tuple[Where, str]) -> None:
        if not node.style and node.tag.endswith(":str"):
            meaning = old_meaning(node.value)
            if meaning is not None:
                self.document.traps[place] = meaning

    def check_text(self, node: yaml.Node, text: str, *, one_line: bool = False) -> None:
        """Tell of characters that are none of a text's, or none of a name's."""
        if message := control_character(text, one_line=one_line):
            self.add(node, "control-character", message)

    def add(self, node: yaml.Node, code: str, message: str) -> None:
        if len(self.document.problems) < MAX_FINDINGS:
            self.document.problems.append(self.document.at(_place(node), code, message))


def _shown(text: str) -> str:
    """A text with the `${name}`s that are hidden in it."""
    return _HIDDEN.sub(r"${\1}", text) if "\ue000" in text else text


def control_character(text: str, *, one_line: bool = False) -> str | None:
    """What is said of the first character that is none of a text's; of a name's with `one_line`."""
    found = (_UNSAFE_NAME if one_line else UNSAFE).search(text)
    if found is None:
        return None
    near = visible(short(text[max(0, found.start() - 20) :]), one_line=True)
    return f"'{near}' has the control character U+{ord(found[0]):04X} in it; remove it"


def _merged(node: yaml.Node) -> Iterator[yaml.Node]:
    """The mappings behind a `<<` key."""
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    else:
        yield node


def _place(node: Any) -> Place:
    start, end = node.start_mark, node.end_mark
    scalar = isinstance(node, yaml.ScalarNode) and start.line == end.line
    return start.line + 1, start.column + 1, max(1, end.column - start.column) if scalar else 1
