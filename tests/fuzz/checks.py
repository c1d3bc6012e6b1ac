"""What must hold of every command, whatever the project: each check gives what is wrong."""

from __future__ import annotations

import json
import posixpath
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from diagramgen.assets import asset_folder
from diagramgen.errors import UNSAFE
from tests.fuzz.command import Ran
from tests.fuzz.projects import Tree

CODES = (0, 1, 2, 3)
"""The exit codes that a command may end with here: all that are documented but for a bug's."""
MEGABYTES = 1024
PACKAGE = "diagramgen"
OUT = "--out="
WRITING = ("render", "init")
BUG = re.compile(r"a bug of diagramgen \((\w+)\)")
FRAME = re.compile(r'File "[^"]*/diagramgen/([\w/]+)\.py", line [0-9]+, in (\S+)')


class Seen(NamedTuple):
    """A command, what it did, the project's files before it, and which paths differ after it."""

    arguments: tuple[str, ...]
    ran: Ran
    tree: Tree
    folder: Path
    changed: tuple[str, ...]


class Problem(NamedTuple):
    """What is wrong: `kind` is the same for what probably has the same cause."""

    kind: str
    text: str


def problems(seen: Seen) -> Iterator[Problem]:
    """All that is wrong with what a command did."""
    for check in CHECKS:
        for kind, text in check(seen):
            yield Problem(kind, text.replace(f"{seen.folder.parent}/", ""))


def no_exception(seen: Seen) -> Iterator[Problem]:
    """Nothing but the user's own errors, which end in an exit code."""
    error = seen.ran.error
    if error is not None:
        yield Problem(_place(error), f"{type(error).__name__}: {str(error)[:300]}")


def _place(error: BaseException) -> str:
    """What was raised, and the innermost function of the package that it went through."""
    where = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
        if module.partition(".")[0] == PACKAGE:
            where = f" in {module.removeprefix(f'{PACKAGE}.')}.{frame.f_code.co_name}"
    return f"{type(error).__name__}{where}"


def exit_code(seen: Seen) -> Iterator[Problem]:
    """One of the documented ones, and that of a bug never; no chart fails for a bug either."""
    text = seen.ran.err
    if found := BUG.search(text):
        frames = FRAME.findall(text.rpartition("Traceback (most recent call last)")[2])
        module, function = frames[-1] if frames else ("", "?")
        raised = text[: found.start()].splitlines()[-2:][0][:300]
        yield Problem(f"{found[1]} in {module.replace('/', '.')}.{function}", raised)
    elif seen.ran.code not in CODES:
        yield Problem(f"exit code {seen.ran.code} of {seen.arguments[0]}", text[-2000:])


def memory(seen: Seen) -> Iterator[Problem]:
    """No more than a gigabyte."""
    if seen.ran.megabytes > MEGABYTES:
        yield Problem("memory", f"took {seen.ran.megabytes:.0f} MB")


def only_plain_text(seen: Seen) -> Iterator[Problem]:
    """Nothing that a terminal would obey, in what is for people."""
    texts = {"stderr": seen.ran.err}
    if not _is_data(seen.arguments):
        texts["stdout"] = seen.ran.out.decode(errors="surrogateescape")
    for name, text in texts.items():
        if found := UNSAFE.search(text):
            yield Problem(
                f"control character on {name}",
                repr(text[max(0, found.start() - 200) : found.end() + 50]),
            )


def _is_data(arguments: tuple[str, ...]) -> bool:
    """Whether stdout is for programs: what JSON and CSV hold is escaped by whoever shows it."""
    return (
        arguments[0] in ("data", "spec", "schema")
        or "--json" in arguments
        or ("--format" in arguments and "text" not in arguments)
    )


def data_is_valid(seen: Seen) -> Iterator[Problem]:
    """JSON on stdout is JSON."""
    command = seen.arguments
    is_json = command[0] in ("spec", "schema") or {"--json", "json", "sarif"} & {*command}
    if is_json and seen.ran.out:
        try:
            parse(seen.ran.out)
        except (ValueError, UnicodeDecodeError) as err:
            yield Problem(f"no JSON of {command[0]}", str(err))


def parse(data: bytes) -> Any:
    """JSON as the standard has it. Raises `ValueError`."""

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is no JSON")

    return json.loads(data.decode(), parse_constant=refuse)


def findings_have_places(seen: Seen) -> Iterator[Problem]:
    """Each finding of `validate --format json` is somewhere in the text of a file."""
    if seen.arguments[0] != "validate" or "json" not in seen.arguments or not seen.ran.out:
        return
    try:
        found = parse(seen.ran.out)
    except ValueError:
        return  # told by `data_is_valid`
    for finding in found:
        data = seen.tree.get(posixpath.normpath(finding["file"]))
        text = data.decode("utf-8-sig", "replace") if isinstance(data, bytes) else None
        line, column = finding["line"], finding["column"]
        if line < 1 or column < 1 or (text is not None and not _is_in(text, line, column)):
            yield Problem(f"no place of {finding['code']}", f"{line}:{column}: {finding}"[:500])


def _is_in(text: str, line: int, column: int) -> bool:
    """Whether a place is in a text, or just behind its end or that of a line."""
    splits = (text.split("\n"), text.splitlines(), [*text.splitlines(), ""])
    return any(
        line <= len(lines) and column <= len(lines[line - 1]) + 1 for lines in splits if lines
    )


def nothing_else_written(seen: Seen) -> Iterator[Problem]:
    """What was there is as it was, and what is new is in the output folder."""
    command = seen.arguments[0]
    folder = _output(seen)
    for path in seen.changed:
        own = path.startswith("out/") or path not in seen.tree
        within = folder is not None and f"{path}/".startswith(f"{folder}/".removeprefix("./"))
        leads_there = folder is not None and f"{folder}/".startswith(f"{path}/")
        if path.startswith("../") or not own or not (within or leads_there):
            yield Problem(f"{command} wrote elsewhere", path)
        elif is_temporary(path) and (seen.folder / path).exists():
            yield Problem(f"{command} left a temporary file", path)


def is_temporary(path: str) -> bool:
    """Whether a file is one that a command writes before it gives it its name."""
    return ".diagramgen/tmp" in path or ".diagramgen." in path


def _output(seen: Seen) -> str | None:
    """The path that the command may write below."""
    arguments = seen.arguments
    if arguments[0] not in WRITING or "--dry-run" in arguments:
        return None
    for argument in arguments:
        if argument.startswith(OUT):
            return posixpath.normpath(argument.removeprefix(OUT))
    if arguments[0] == "init":
        return "charts.yaml"
    suite = seen.tree.get("charts.yaml")
    try:
        said = yaml.load(suite, yaml.CSafeLoader)["output"]["dir"]
    except (yaml.YAMLError, AttributeError, ValueError, KeyError, TypeError):
        said = "diagrams"
    return posixpath.normpath(str(said))


def files_are_valid(seen: Seen) -> Iterator[Problem]:
    """What was written is valid, and says nothing of the machine."""
    if seen.arguments[0] != "render":
        return
    for path in seen.changed:
        file = seen.folder / path
        if file.is_symlink() or not file.is_file():
            continue
        data = file.read_bytes()
        if str(seen.folder).encode() in data:
            yield Problem("an absolute path", path)
        if path.endswith((".vl.json", "manifest.json")):
            try:
                found = parse(data)
            except ValueError as err:
                yield Problem("no JSON in a file", f"{path}: {err}")
                continue
            if path.endswith("manifest.json"):
                yield from _invalid(found, path)


def _invalid(manifest: Any, path: str) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator

    schema = json.loads((asset_folder("schema") / "manifest.schema.json").read_bytes())
    for err in Draft202012Validator(schema).iter_errors(manifest):
        yield Problem("an invalid manifest", f"{path}: {err.json_path}: {err.message}"[:500])


CHECKS: tuple[Callable[[Seen], Iterator[Problem]], ...] = (
    no_exception,
    exit_code,
    memory,
    only_plain_text,
    data_is_valid,
    findings_have_places,
    nothing_else_written,
    files_are_valid,
)
