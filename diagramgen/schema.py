"""The JSON Schema of the language, made from the records that the engine itself uses."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import msgspec

from diagramgen.suite import Look, Metric, Output, Source
from diagramgen.transforms import TRANSFORMS, Transform

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

CHART: Schema = {
    "output": {
        "type": "string",
        "description": "Path of the chart below the output folder; without its suffix it is the "
        "chart's id. ${from}, ${to}, ${step} and ${baseline} stand for the steps really used.",
        "pattern": r"\.(png|svg|vl\.json)$",
        "examples": ["tier2/series/tier2_ppl_by_slice_vs_step.png"],
    },
    "for_each": {
        "description": "Draws the entry once for each value of a variable (every combination of "
        "several), or once for each of a list of sets of variables.",
        "anyOf": [
            {"type": "object", "additionalProperties": {"type": "array"}, "minProperties": 1},
            {"type": "array", "items": {"type": "object"}},
        ],
        "examples": [{"step": [2000, 10000]}],
    },
    "layout": {
        "enum": ["row", "column"],
        "default": "row",
        "description": "Panels side by side or stacked.",
    },
}
"""The keys that only a whole chart has, beside `panels`."""

REFERENCE: Schema = {"type": "string", "pattern": r"\$\{[^}]+\}"}


@cache
def transform_schema(name: str) -> Schema:
    """The schema of one panel with the given transform: its parameters and the look's keys."""
    own, shared = _record(TRANSFORMS[name]), _record(Look)
    return {
        "title": name,
        "description": inspect.cleandoc(TRANSFORMS[name].__doc__ or ""),
        "type": "object",
        "properties": own["properties"] | shared["properties"],
        "required": own.get("required", []),
        "additionalProperties": False,
        "$defs": own["$defs"],
    }


@cache
def settings_schema() -> Schema:
    """The schema of the suite's keys beside `charts` and `defaults`."""
    output, source, metric = (_record(kind) for kind in (Output, Source, Metric))
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
    that an editor completes, and an error names, only what the transform has.
    """
    settings = settings_schema()
    defs: Schema = dict(settings["$defs"])
    by_transform = []
    every: Schema = {}
    for name in TRANSFORMS:
        panel = transform_schema(name)
        defs |= panel["$defs"]
        every |= {k: v for k, v in panel["properties"].items() if k not in every}
        properties = {key: _open(value) for key, value in panel["properties"].items()}
        body = {key: panel[key] for key in ("title", "description", "type")}
        required = [key for key in panel["required"] if key == "transform"]
        defs[f"panel-{name}"] = body | {
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
        defs[f"chart-{name}"] = body | {
            "properties": properties | CHART,
            "required": [*required, "output"],
            "additionalProperties": False,
        }
        by_transform.append(name)
    inherited = {key: _open(value) for key, value in every.items()}
    names = {"enum": by_transform, "description": "The data transform."}
    inherited["transform"] = names
    defs["chart-panels"] = {
        "title": "panels",
        "type": "object",
        "properties": inherited
        | CHART
        | {
            "panels": {
                "type": "array",
                "minItems": 1,
                "description": "Sub-entries drawn side by side; each has the entry's keys too.",
                "items": {"$ref": "#/$defs/panel"},
            }
        },
        "required": ["panels", "output"],
        "additionalProperties": False,
    }
    defs["panel"] = _switch(
        "panel", names, {"properties": inherited, "additionalProperties": False}
    )
    defs["chart"] = {
        "if": {"required": ["panels"]},
        "then": {"$ref": "#/$defs/chart-panels"},
        "else": _switch("chart", names, {"required": ["transform"]}),
    }
    properties = {
        key: value if key == "vars" else _open(value)
        for key, value in settings["properties"].items()
    }
    properties["defaults"] = {
        "type": "object",
        "description": "Keys that every chart has whose transform knows them.",
        "properties": {key: value for key, value in inherited.items() if key != "transform"},
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
            for name in TRANSFORMS
        ]
        + [{"if": {"not": {"required": ["transform"]}}, "then": otherwise}],
    }


def _open(schema: Schema) -> Schema:
    """The schema, or a `${name}` in its place."""
    if schema.get("type") == "string" and not {"pattern", "enum", "const"} & set(schema):
        return schema
    described = {
        key: schema[key] for key in ("description", "default", "examples") if key in schema
    }
    bare = {key: value for key, value in schema.items() if key not in described}
    return described | {"anyOf": [*bare.pop("anyOf", [bare]), REFERENCE]}


def _record(kind: type[Transform] | type[msgspec.Struct]) -> Schema:
    """A record's schema without nulls: a key that has nothing to say is left out."""
    (_, parts) = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    parts = _without_null(parts)
    own: Schema = parts.pop(kind.__name__)
    own["description"] = inspect.cleandoc(kind.__doc__ or "")
    return own | {"$defs": parts}


def _without_null(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_null(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: _without_null(value) for key, value in node.items()}
    if node.get("default", ...) is None:
        del node["default"]
    options = [option for option in node.pop("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        return options[0] | node
    return node | ({"anyOf": options} if options else {})
