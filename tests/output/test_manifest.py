"""The manifest, whole, and its schema."""

import copy
import hashlib
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from diagramgen.model.record import record_schema
from diagramgen.output.build import build
from diagramgen.output.inventory import make_manifest, prunable
from diagramgen.output.manifest import (
    FileEntry,
    Manifest,
    decode_manifest,
    encode_manifest,
    nothing_drawn,
)
from diagramgen.spec.provenance import versions

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schema" / "manifest.schema.json").read_bytes())
CHARTS = """\
  - {transform: series, metric: ppl, template: plain, items: web, output: ppl.vl.json}
  - transform: macro
    metric: ppl
    template: plain
    steps: [2000, 4000, 10000]
    output: macro.vl.json
  - transform: macro
    template: plain
    panels: [{metric: ppl}, {metric: acc, title: Tasks}]
    title: Both
    output: both.vl.json
  - transform: stage-compare
    view: delta
    of: macro
    metric: ppl
    against: old
    output: delta.vl.json
  - {transform: snapshot, metric: ppl, step: 4000, output: late.vl.json}
"""


@pytest.fixture
def manifest(project, plan):
    """The manifest of five charts: three drawn, one skipped, one failed."""
    project.suite(CHARTS)
    project.ppl("run", 2000, web=12.5, math=9.0)
    project.ppl("run", 10000, web=11.5)
    project.ppl("run", 9000, web=13.0, math=9.5)
    project.acc("run", 2000, qa=0.25)
    project.acc("run", 10000, qa=0.375)
    (project.folder / "results" / "run" / "step_14000").mkdir()
    build(plan())
    return project.read("out/manifest.json")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_manifest(manifest, project):
    def files(id_):
        path = f"{id_}.vl.json"
        return [{"path": path, "sha256": sha256(project.folder / "out" / path)}]

    sha = manifest["suite"].pop("sha256")
    assert len(sha) == 64
    assert manifest == {
        "version": 1,
        "suite": {"title": "Small", "file": "charts.yaml"},
        "versions": versions(),
        "sources": {
            "run": {
                "label": "Run",
                "steps": [2000, 9000, 10000],
                "plotted": [2000, 10000],
                "bridge": 9000,
                "left_out": {"9000": "no acc.json", "14000": "no ppl.json, acc.json"},
                "files": {
                    "ppl": {
                        "2000": ["step_2000/ppl.json"],
                        "9000": ["step_9000/ppl.json"],
                        "10000": ["step_10000/ppl.json"],
                    },
                    "acc": {"2000": ["step_2000/acc.json"], "10000": ["step_10000/acc.json"]},
                },
            },
            "old": {
                "label": "Old",
                "steps": [],
                "plotted": [],
                "bridge": None,
                "left_out": {},
                "files": {},
                "missing": "source 'old' is not there",
            },
        },
        "charts": [
            {
                "id": "ppl",
                "status": "rendered",
                "title": "PPL of web",
                "transforms": ["series"],
                "metrics": ["ppl"],
                "sources": ["run"],
                "files": files("ppl"),
                "left_out": {},
            },
            {
                "id": "macro",
                "status": "rendered",
                "title": "Macro PPL",
                "transforms": ["macro"],
                "metrics": ["ppl"],
                "sources": ["run"],
                "files": files("macro"),
                "left_out": {
                    "step 4000": "not there",
                    "math": "not at every checkpoint of the chart",
                },
            },
            {
                "id": "both",
                "status": "rendered",
                "title": "Both",
                "transforms": ["macro", "macro"],
                "metrics": ["ppl", "acc"],
                "sources": ["run"],
                "files": files("both"),
                "left_out": {"math": "not at every checkpoint of the chart"},
            },
            {
                "id": "delta",
                "status": "skipped",
                "reason": "source 'old' is not there",
                "transforms": ["stage-compare"],
                "metrics": ["ppl"],
                "sources": ["old", "run"],
                "files": [],
                "left_out": {},
            },
            {
                "id": "late",
                "status": "failed",
                "reason": "source 'run' has no step 4000; it has steps 2000, 10000",
                "transforms": ["snapshot"],
                "metrics": ["ppl"],
                "sources": ["run"],
                "files": [],
                "left_out": {},
            },
        ],
        "stale": [],
    }


def test_the_manifest_follows_its_schema(manifest):
    Draft202012Validator(SCHEMA).validate(manifest)


def test_the_hash_is_of_the_suite_and_its_vars(project, plan):
    project.suite("  - {transform: macro, metric: ppl, steps: [first], output: a.vl.json}\n")
    suite = project.folder / "charts.yaml"
    suite.write_text(suite.read_text() + "vars: {step: 2000}\n")
    project.ppl("run", 2000, web=12.5)

    def digest(**changes):
        return make_manifest(plan(**changes), [], None, project.folder).suite.sha256

    first = digest()
    assert digest() == first
    assert digest(set_vars={"step": "10000"}) != first
    suite.write_text(suite.read_text() + "# changed\n")
    assert digest() != first


# The schema itself.


def parts(schema):
    """Every subschema that says what a key holds, with the key."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and "type" in schema:
            yield from schema["properties"].items()
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


def test_the_schema_is_valid():
    Draft202012Validator.check_schema(SCHEMA)


def test_every_key_has_a_description():
    found = list(parts(SCHEMA))
    assert len(found) > 20
    assert [key for key, schema in found if not schema.get("description")] == []


def test_the_schema_refuses(manifest):
    changes = [
        lambda manifest: manifest.update(clock="12:00"),
        lambda manifest: manifest.pop("sources"),
        lambda manifest: manifest["charts"][0].update(status="done"),
        lambda manifest: manifest["charts"][3].pop("reason"),
        lambda manifest: manifest["charts"][0]["files"][0].update(sha256="abc"),
        lambda manifest: manifest["sources"]["run"].update(bridge="9000"),
    ]
    for change in changes:
        changed = copy.deepcopy(manifest)
        change(changed)
        assert not Draft202012Validator(SCHEMA).is_valid(changed)
        assert decode_manifest(json.dumps(changed).encode()) is None


def plain(schema, defs):
    """A schema without its words, and with what it refers to in place; null is left out."""
    if isinstance(schema, list):
        return [plain(each, defs) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return plain(defs[schema["$ref"].rsplit("/", 1)[1]], defs)
    words = {"title", "description", "examples", "default", "$schema", "$defs", "if", "then"}
    found = {key: plain(value, defs) for key, value in schema.items() if key not in words}
    if isinstance(found.get("properties"), dict):
        found["properties"] = {
            name: plain(value, defs) for name, value in schema["properties"].items()
        }
    if isinstance(found.get("type"), list):
        (found["type"],) = set(found["type"]) - {"null"}
    for key in ("required", "enum"):
        if key in found:
            found[key] = sorted(found[key])
    if "const" in found:
        found["enum"] = [found.pop("const")]
    return found


def test_the_records_are_what_the_schema_says():
    """But for null, which JSON has in place of a key only where the schema says so."""
    own = record_schema(Manifest)
    assert plain(own, own["$defs"]) == plain(SCHEMA, SCHEMA["$defs"])


def test_a_manifest_is_read_as_it_was_written(manifest, project):
    data = (project.folder / "out/manifest.json").read_bytes()
    found = decode_manifest(data)
    assert encode_manifest(found) == data
    assert found.charts[3].reason == "source 'old' is not there"
    assert found.files() == {
        f"{id_}.vl.json": manifest["charts"][i]["files"][0]["sha256"]
        for i, id_ in enumerate(("ppl", "macro", "both"))
    }


def test_of_very_many_steps_it_says_the_first_the_last_and_how_many(project, plan):
    project.write(
        "results/run/loss.csv", "step,loss\n" + "".join(f"{i},1\n" for i in range(10_001))
    )
    header = (
        "version: 1\noutput: {dir: out, formats: [csv]}\n"
        "sources: {run: {root: results/run, checkpoint: loss.csv}}\n"
        "metrics: {loss: {better: lower, read: {reader: csv, step: step, value: loss}}}\n"
    )
    project.suite("  - {transform: series, metric: loss, source: run, output: a.csv}\n", header)
    build(plan())
    manifest = project.read("out/manifest.json")
    assert Draft202012Validator(SCHEMA).is_valid(manifest)
    source = manifest["sources"]["run"]
    steps = {"first": 0, "last": 10_000, "count": 10_001}
    assert (source["steps"], source["plotted"]) == (steps, steps)
    assert source["files"] == {"loss": {"all": ["loss.csv"]}}


def test_what_was_drawn_is_unchanged_when_nothing_was_to_do(manifest):
    found = nothing_drawn(decode_manifest(json.dumps(manifest).encode()))
    assert [chart.status for chart in found.charts] == ["unchanged"] * 3 + ["skipped", "failed"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_manifest(data):
    assert decode_manifest(data) is None


def test_a_long_name_is_soon_held_against_an_id_of_many_unknown_steps(project, plan):
    """An expression that tries every length of every step would not come to an end."""
    steps = "${from}a" * 30
    project.suite(f'  - {{transform: delta, metric: ppl, output: "{steps}.vl.json"}}\n')
    project.ppl("run", 2000, web=12.5)
    made = plan()
    waiting = made._replace(ids=(f"{steps}b",))
    lost, kept = (
        FileEntry(path=f"{name}.vl.json", sha256="0" * 64) for name in ("a" * 2000, f"{'a' * 30}b")
    )
    nothing = make_manifest(made, [], None, project.folder)
    assert prunable(waiting, replace(nothing, stale=(lost, kept))) == [lost]
