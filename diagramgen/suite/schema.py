"""The JSON Schema of the language, made from the records that the engine itself uses."""

from __future__ import annotations

import re
from functools import cache

from diagramgen import readers, transforms
from diagramgen.document.data import Schema
from diagramgen.formats import FORMATS
from diagramgen.model.look import Look
from diagramgen.model.metric import Metric
from diagramgen.model.output import Output
from diagramgen.model.record import record_schema
from diagramgen.model.source import Source
from diagramgen.readers import READERS, Reader
from diagramgen.transforms import TRANSFORMS, find_transform

DIALECT = "https://json-schema.org/draft/2020-12/schema"

CHART: Schema = {
    "output": {
        "type": "string",
        "description": "Path of a file below the output folder. Its suffix names a format that is "
        "written for this chart even where `output.formats` does not; without the suffix it is the "
        "chart's id. ${from}, ${to}, ${step} and ${baseline} stand for the steps really used.",
        "pattern": rf"\.({'|'.join(map(re.escape, FORMATS))})$",
        "examples": [f"series/ppl.{name}" for name in FORMATS],
    },
    "for_each": {
        "description": "Draws the entry once for each value of a variable (every combination of "
        "several), or once for each of a list of sets of variables.",
        "anyOf": [
            {
                "type": "object",
                "additionalProperties": {"type": "array", "minItems": 1},
                "minProperties": 1,
            },
            {"type": "array", "items": {"type": "object"}, "minItems": 1},
        ],
        "examples": [{"step": [2000, 10000]}],
    },
    "layout": {
        "enum": ["row", "column"],
        "default": "row",
        "description": "Panels side by side or stacked.",
    },
    "scale": {
        "enum": ["shared", "own"],
        "default": "shared",
        "description": "Whether panels with the same numbers on an axis have the same scale there.",
    },
}
"""The keys that only a whole chart has, beside `panels`."""

REFERENCE: Schema = {"type": "string", "pattern": r"\$\{[^}]+\}"}


@cache
def transform_schema(name: str) -> Schema:
    """The schema of one panel with the given transform: its parameters and the look's keys."""
    kind = find_transform(name)
    assert kind is not None, "known"
    own = record_schema(kind, "" if name in TRANSFORMS else f"{name}.")
    return {
        "title": name,
        "description": own["description"],
        "type": "object",
        "properties": own["properties"] | _look(),
        "required": own.get("required", []),
        "additionalProperties": False,
        "$defs": own["$defs"],
    }


@cache
def _look() -> Schema:
    """The schemas of the keys that say how a chart or panel looks."""
    properties: Schema = record_schema(Look)["properties"]
    return properties


@cache
def chart_schema() -> Schema:
    """The schema of the keys that a whole chart has, apart from `panels`."""
    words = {key: _look()[key] for key in ("title", "subtitle", "vegalite")}
    return {"type": "object", "properties": CHART | words, "required": ["output"]}


@cache
def reader_schema(reader: type[Reader]) -> Schema:
    """The schema of `read` with the given reader."""
    name = str(reader.__struct_config__.tag)
    return record_schema(reader, "" if name in READERS else f"{name}.") | {
        "additionalProperties": False
    }


@cache
def settings_schema() -> Schema:
    """The schema of the suite's keys beside `charts` and `defaults`."""
    output, source, metric = (record_schema(kind) for kind in (Output, Source, Metric))
    read = {
        "type": "object",
        "properties": {"reader": {"type": "string"}},
        "required": ["reader"],
    }
    metric["properties"]["read"] |= read
    source["properties"]["read"]["additionalProperties"] = read
    defs = output.pop("$defs") | source.pop("$defs") | metric.pop("$defs")
    return {
        "type": "object",
        "properties": {
            "version": {
                "const": 1,
                "description": "Version of the language.",
            },
            "title": {"type": "string", "description": "Title of the suite."},
            "vars": {
                "type": "object",
                "description": "Values that entries name as ${name}; --set changes them.",
            },
            "output": output,
            "templates": {
                "type": "string",
                "description": "Folder of the suite's own templates, relative to the suite.",
            },
            "sources": {
                "type": "object",
                "description": "The runs, by name.",
                "additionalProperties": source,
                "minProperties": 1,
            },
            "aliases": {
                "type": "object",
                "description": "Other names that items have in files -> the suite's; * stands for "
                "the same text in both.",
                "additionalProperties": {"type": "string"},
                "examples": [{"hendrycksTest-*": "mmlu_*"}],
            },
            "metrics": {
                "type": "object",
                "description": "What is measured, by name.",
                "additionalProperties": metric,
                "minProperties": 1,
            },
        },
        "required": ["version", "sources", "metrics"],
        "additionalProperties": False,
        "$defs": defs,
    }


def suite_schema() -> Schema:
    """The JSON Schema (2020-12) of `charts.yaml`, for editors and for `jsonschema`.

    A chart's keys depend on its transform: one whole schema for each, chosen by `if`/`then`, so
    that an editor completes, and an error names, only what the transform has. The parts of
    installed packages are among them. Raises `UsageError` where one of those cannot be used.
    """
    settings = settings_schema()
    defs: Schema = dict(settings["$defs"])
    kinds = readers.installed()
    names = {"enum": list(transforms.installed()), "description": "The data transform."}
    chart = {key: _shared(defs, key, _open(value)) for key, value in CHART.items()}
    every: Schema = {}
    for name in names["enum"]:
        panel = transform_schema(name)
        defs |= panel["$defs"]
        words = {key: panel[key] for key in ("title", "description", "type")}
        properties = {
            key: _shared(defs, key, _open(value), name)
            for key, value in panel["properties"].items()
            if key != "transform"
        }
        every |= {key: value for key, value in properties.items() if key not in every}
        properties = {"transform": {"const": name}} | properties
        closed = {"required": ["transform"], "additionalProperties": False}
        defs[f"panel-{name}"] = words | {"properties": properties} | closed
        closed = {"required": ["transform", "output"], "additionalProperties": False}
        defs[f"chart-{name}"] = words | {"properties": properties | chart} | closed
    panels = {
        "type": "array",
        "minItems": 1,
        "description": "Sub-entries drawn side by side; each has the entry's keys too.",
        "items": {"$ref": "#/$defs/panel"},
    }
    any_keys = {"transform": names} | every
    defs["panel"] = _switch("panel", names, {"properties": any_keys, "additionalProperties": False})
    defs["chart-panels"] = {
        "title": "panels",
        "type": "object",
        "properties": any_keys | chart | {"panels": panels},
        "required": ["panels", "output"],
        "additionalProperties": False,
    }
    defs["chart"] = {
        "if": {"required": ["panels"]},
        "then": {"$ref": "#/$defs/chart-panels"},
        "else": _switch("chart", names, {"required": ["transform"]}),
    }
    properties = {
        key: value if key in ("vars", "version") else _open(value)
        for key, value in settings["properties"].items()
    }
    for name, kind in kinds.items():
        reader = reader_schema(kind)
        defs |= reader["$defs"]
        bare = {key: value for key, value in reader.items() if key != "$defs"}
        keys = {key: _open(value) for key, value in bare["properties"].items() if key != "reader"}
        defs[f"read-{name}"] = bare | {"properties": {"reader": {"const": name}} | keys}
    defs["read"] = {
        "type": "object",
        "description": "How to read the result files.",
        "properties": {"reader": {"enum": list(kinds), "description": "The format."}},
        "required": ["reader"],
        "allOf": [
            {
                "if": {"required": ["reader"], "properties": {"reader": {"const": name}}},
                "then": {"$ref": f"#/$defs/read-{name}"},
            }
            for name in kinds
        ],
    }
    metric, source = (
        properties[key]["anyOf"][0]["additionalProperties"]["anyOf"][0]
        for key in ("metrics", "sources")
    )
    metric["properties"]["read"] = {"$ref": "#/$defs/read"}
    of_source = source["properties"]["read"]["anyOf"][0]
    of_source["additionalProperties"] = {"$ref": "#/$defs/read"}
    properties["defaults"] = {
        "type": "object",
        "description": "Keys that every chart has whose transform knows them.",
        "properties": every,
        "additionalProperties": False,
    }
    properties["charts"] = {
        "type": "array",
        "description": "The charts.",
        "items": {"$ref": "#/$defs/chart"},
    }
    return {
        "$schema": DIALECT,
        "title": "diagramgen suite",
        "description": "Generated by `diagramgen schema`; do not edit.",
        "type": "object",
        "properties": properties,
        "required": [*settings["required"], "charts"],
        "additionalProperties": False,
        "$defs": defs,
    }


def _shared(defs: Schema, key: str, schema: Schema, transform: str = "") -> Schema:
    """A reference to a key's schema among `defs`; the transforms that agree on it share it."""
    name = f"key-{key}" if defs.get(f"key-{key}", schema) == schema else f"key-{key}-{transform}"
    defs[name] = schema
    return {"$ref": f"#/$defs/{name}"}


def _switch(kind: str, names: Schema, otherwise: Schema) -> Schema:
    """A schema that takes on that of the transform which the entry names."""
    return {
        "type": "object",
        "properties": {"transform": names},
        "allOf": [
            {
                "if": {"required": ["transform"], "properties": {"transform": {"const": name}}},
                "then": {"$ref": f"#/$defs/{kind}-{name}"},
            }
            for name in names["enum"]
        ]
        + [{"if": {"not": {"required": ["transform"]}}, "then": otherwise}],
    }


def _open(schema: Schema) -> Schema:
    """The schema in which a `${name}` may stand for every value that is not any text."""
    words = ("title", "description", "default", "examples")
    described = {key: schema[key] for key in words if key in schema}
    bare = {key: value for key, value in schema.items() if key not in described}
    for key in ("items", "additionalProperties"):
        if isinstance(bare.get(key), dict):
            bare[key] = _open(bare[key])
    if "properties" in bare:
        bare["properties"] = {key: _open(value) for key, value in bare["properties"].items()}
    if "anyOf" in bare:
        options = [option for each in bare["anyOf"] for option in _options(_open(each))]
        return described | {"anyOf": [*options, REFERENCE]}
    if bare.get("type") == "string" and not {"pattern", "enum", "const"} & set(bare):
        return schema
    return described | {"anyOf": [bare, REFERENCE]}


def _options(schema: Schema) -> list[Schema]:
    """The alternatives of an opened schema, without the `${name}`."""
    return [each for each in schema.get("anyOf", [schema]) if each != REFERENCE]
