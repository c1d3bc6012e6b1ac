"""The JSON Schema for editors: current, valid, documented, and of one mind with `validate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from diagramgen.document.document import read_document
from diagramgen.errors import SuiteError
from diagramgen.suite.schema import suite_schema
from diagramgen.transforms import TRANSFORMS

ROOT = Path(__file__).parents[2]
CHECKED_IN = ROOT / "schema" / "charts.schema.json"
SCHEMA = suite_schema()
GOOD = [ROOT / "charts.yaml", *sorted((ROOT / "docs" / "examples").glob("*/charts.yaml"))]
ONLY_OURS = (
    "control-character",
    "same-but-for-case",
    "wrong-type-float-too-large",
    "wrong-value-infinity",
    "wrong-value-large-integer",
    "wrong-value-long",
    "wrong-value-nan",
    "wrong-value-no-name",
    "wrong-value-tokens-per-step",
    "unknown-theme",
    "circular",
    "conflicting",
    "duplicate",
    "list",
    "merge",
    "missing-column",
    "missing-key-source",
    "missing-key-metric",
    "wrong-type-step-in-list",
    "missing-key-tokens",
    "no-templates",
    "wrong-root",
    "outside",
    "overlapping",
    "recursive",
    "too-large",
    "unknown-against",
    "unknown-group",
    "unknown-item",
    "unknown-metric",
    "unknown-source",
    "unknown-template",
    "unknown-var",
    "unused",
    "yaml-1.1-date",
    "yaml-1.1-group",
    "yaml-1.1-label",
    "yaml-syntax",
    "yaml-tag",
    "place",
    "empty-for-each",
    "unsettled-direction",
)
"""Cases (by how their names begin) of meaning, of YAML itself or of vars: no schema tells them."""


def errors(suite):
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(suite)]


def test_the_checked_in_schema_is_current():
    assert json.loads(CHECKED_IN.read_text(encoding="utf-8")) == json.loads(json.dumps(SCHEMA)), (
        "run `make generate`"
    )


def test_it_is_a_json_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.parent.name)
def test_good_suites_are_valid(file):
    assert errors(read_document(file, file.name).data) == []


@pytest.mark.parametrize("case", sorted(path.name for path in (ROOT / "tests/suite/bad").iterdir()))
def test_wrong_suites_are_not(case):
    if case.startswith(ONLY_OURS):
        return
    try:
        suite = read_document(ROOT / "tests/suite/bad" / case / "charts.yaml", case).data
    except SuiteError:
        return
    assert errors(suite)


def described(node, way=""):
    """The way to every property that has no description of its own or behind its reference."""
    if isinstance(node, list):
        for i, each in enumerate(node):
            yield from described(each, f"{way}[{i}]")
    elif isinstance(node, dict):
        for name, each in node.get("properties", {}).items():
            target = SCHEMA["$defs"].get(each.get("$ref", "").rsplit("/", 1)[-1], each)
            if not target.get("description") and "const" not in each:
                yield f"{way}.{name}"
        for key, each in node.items():
            yield from described(each, f"{way}.{key}")


def test_every_property_has_a_description():
    assert list(described({**SCHEMA, "$defs": SCHEMA["$defs"]})) == []


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_chart_has_the_keys_of_its_transform(name):
    keys = set(SCHEMA["$defs"][f"chart-{name}"]["properties"])
    assert set(TRANSFORMS[name].__struct_encode_fields__) | {"transform", "output"} <= keys
