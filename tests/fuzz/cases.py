"""Cases: a project, what is changed in it, and a command; drawn by hypothesis, kept as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from hypothesis import strategies as st

from diagramgen.suite.schema import suite_schema
from tests.fuzz.atoms import ATOMS, BYTES, NAMES
from tests.fuzz.changes import (
    KINDS,
    Add,
    Atom,
    Become,
    Change,
    Copy,
    Cut,
    Data,
    Delete,
    Double,
    Flip,
    Insert,
    Many,
    Node,
    Rename,
    Set,
    Swap,
    Under,
    Value,
    Way,
    Whole,
)
from tests.fuzz.projects import Project

PLAIN = ("--formats", "vl.json,csv", "--jobs", "1")
"""What `render` takes to draw nothing."""
DRAWN = ("--formats", "png,svg,vl.json", "--jobs", "2", "--force")
VEGA_KEYS = (
    *("url", "data", "values", "name", "sequence", "lookup", "from", "image", "href", "font"),
    *("transform", "filter", "calculate", "as", "params", "expr", "facet", "repeat", "hconcat"),
    *("layer", "mark", "encoding", "field", "type", "scale", "range", "scheme", "usermeta"),
    *("embedOptions", "config", "background", "width", "height", "format", "$schema", "datasets"),
)


class Case(Data, frozen=True):
    """A project by its name, the changes made in it in turn, and the arguments of the command."""

    project: str
    changes: tuple[Change, ...]
    command: tuple[str, ...]


def to_json(case: Case) -> Any:
    """A case as what JSON can hold."""
    return msgspec.to_builtins(case)


def from_json(data: Any) -> Case:
    """The case again. Raises `msgspec.ValidationError`."""
    return msgspec.convert(data, Case)


def ways(data: Any, way: Way = ()) -> Iterator[Way]:
    """The way to every node of a structure, its root first."""
    yield way
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from ways(value, (*way, key))


def _schema_keys(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
    for value in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(value, dict | list):
            yield from _schema_keys(value)


def cases(
    projects: Mapping[str, Project], *, drawn_in: int, most_changes: int = 4
) -> st.SearchStrategy[Case]:
    """Cases of some projects; one in so many draws pictures."""
    parts = {name: (_changes(each), _commands(each, drawn_in)) for name, each in projects.items()}

    @st.composite
    def case(draw: Callable[..., Any]) -> Case:
        name = draw(st.sampled_from(sorted(parts)))
        changes, commands = parts[name]
        command = draw(commands)
        some = draw(st.lists(changes, min_size=1, max_size=most_changes))
        return Case(name, tuple(some), command)

    return case()


def _changes(project: Project) -> st.SearchStrategy[Change]:
    files = list(project.files)
    folders = sorted({path[:i] for path in files for i, sign in enumerate(path) if sign == "/"})
    places = {file: list(ways(data)) for file, data in project.documents.items()}
    nodes = [(file, way) for file, of in places.items() for way in of]
    keys = st.sampled_from(
        sorted({*_schema_keys(suite_schema()), *VEGA_KEYS})
        + sorted({str(way[-1]) for _, way in nodes if way})
        + [name for name, atom in ATOMS.items() if isinstance(atom, str)]
    )
    atoms = st.builds(Atom, st.sampled_from(sorted(ATOMS)))
    single = atoms | st.sampled_from([Node(*node) for node in nodes])
    values: st.SearchStrategy[Value] = st.one_of(
        atoms, single, st.builds(Many, st.lists(single, max_size=3).map(tuple)),
        st.builds(Under, keys, single),
    )  # fmt: skip
    # Half of them in what is written by hand, since that decides what becomes of all else.
    made = [file for file in places if file.startswith("out/")]
    results = [file for file in places if file.startswith("results/")]
    own = [file for file in places if file not in (*made, *results)]
    which = st.one_of(*map(st.sampled_from, (own, own, own, results, results, made)))
    kinds = st.sampled_from([*[Set] * 6, Add, Add, Rename, Delete, Double, Swap])

    @st.composite
    def structural(draw: Callable[..., Any]) -> Change:
        file = draw(which)
        way = st.sampled_from(places[file])
        kind, at = draw(kinds), draw(way)
        if kind is Set:
            return Set(file, at, draw(values))
        if kind is Add:
            return Add(file, at, draw(keys), draw(values))
        if kind is Rename:
            return Rename(file, at, draw(keys))
        return Swap(file, at, draw(way)) if kind is Swap else kind(file, at)

    thousandths = st.integers(0, 1000)
    file = st.sampled_from([*files, *list(places) * 2])
    path = st.sampled_from([*files, *folders, *folders])
    bytes_ = st.sampled_from(sorted(BYTES))
    others = st.one_of(
        st.builds(Cut, file, thousandths),
        st.builds(Flip, file, thousandths, st.integers(1, 255)),
        st.builds(Insert, file, thousandths, bytes_),
        st.builds(Whole, file, bytes_),
        st.builds(Become, path, st.sampled_from(sorted(KINDS))),
        st.builds(Copy, path, st.sampled_from(sorted(NAMES))),
    )
    return st.one_of(structural(), structural(), structural(), others)


def _commands(project: Project, drawn_in: int) -> st.SearchStrategy[tuple[str, ...]]:
    """Every command that ends by itself, with what it can be asked."""
    texts = [atom for atom in ATOMS.values() if isinstance(atom, str) and "\0" not in atom]
    chart = st.sampled_from([*project.ids, *project.ids, "*", "[a", "nothing"])
    file = st.sampled_from(sorted(project.files))
    folder = st.sampled_from(["results", ".", "results/step_100", "out", "results/none"])
    names = sorted(project.documents["charts.yaml"].get("vars", {"step": 1}))

    def words(*each: str | st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
        parts = [st.just(word) if isinstance(word, str) else word for word in each]
        return st.tuples(*parts)

    plain = st.one_of(
        *(words("validate", "--format", each) for each in ("text", "json", "github", "sarif")),
        words("validate", "--format", "json", "--results"),
        words("validate", "--results"),
        words("list"),
        words("list", "--json"),
        words("data", chart, "--format", st.sampled_from(["csv", "json", "markdown"])),
        words("spec", chart),
        words("explain", file),
        words("explain", file, "--json"),
        words("render", *PLAIN),
        words("render", *PLAIN, st.sampled_from(["--force", "--prune", "--out=other"]) | chart),
        words("render", "--dry-run"),
        words("init", folder, "--dry-run"),
        words("init", folder, "--out=made"),
        words("list", "--set", st.builds("{}={}".format, st.sampled_from(names),
                                         st.sampled_from(texts))),
        words("list", "--source", st.sampled_from(
            [f"{name}={text}" for name in project.documents["charts.yaml"]["sources"]
             for text in texts])),
    )  # fmt: skip
    # Of the numbers that there are, hypothesis takes the first and the last more often.
    return st.integers(1, drawn_in).flatmap(
        lambda number: words("render", *DRAWN) if number == (drawn_in + 1) // 2 else plain
    )
