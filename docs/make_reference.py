"""Write docs/reference.md from the engine's own records: `python docs/make_reference.py`."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from diagramgen.document.check import expected
from diagramgen.document.data import Schema
from diagramgen.formats import FORMATS
from diagramgen.limits import LIMITS
from diagramgen.looks import templates
from diagramgen.model.look import Look
from diagramgen.model.record import record_schema
from diagramgen.readers import READERS, Reader
from diagramgen.suite.schema import CHART, settings_schema, suite_schema, transform_schema
from diagramgen.transforms import TRANSFORMS, Transform
from diagramgen.transforms.parameters import Measure

HERE = Path(__file__).parent
PAGE = HERE / "reference.md"
HEAD = """\
<!-- Written by docs/make_reference.py; `make generate` writes it anew. -->

# Reference

Every key of a suite, every reader, transform and template. What must be there is **bold**. A value
may be `${name}`: a var of the suite, a variable of `for_each`, or, in `output`, `title` and
`subtitle`, a step that the transform has found.
"""
READING = """\
What `read` of a metric says: `reader: NAME`, and the keys of that reader.
"""
CHARTS = """\
An entry of `charts` has these keys, those of its look, and the parameters of its transform. Each of
the `panels` has them too, apart from those of this table.
"""
TRANSFORM = """\
A transform turns results into the chart's table, which `diagramgen data CHART` prints. Where a
parameter is a mapping of names, it says something else for each source. The examples name
what the bundled suite defines.
"""
TEMPLATES = """\
A template draws a table that has the columns it needs. Its keys are columns that tell rows apart:
another such column stands in for one that the table lacks, and one that is left over makes small
multiples. A suite's own templates are files of the same kind in the folder that `templates` names;
the [cookbook](cookbook.md#my-own-template) has one.
"""
WRITTEN = """\
A chart is written in the `formats` of `output`, and in the one that the suffix of its own `output`
names, if that is not among them. `--formats` takes the place of both.
"""
LIMITED = """\
What there may be more of than a machine can take is limited: so `validate` of any file ends in
seconds. What is over a limit is told with its place, or as that chart's failure.
"""


def reference() -> str:
    """The whole page."""
    suite, settings = suite_schema(), settings_schema()
    keys = suite | {"properties": suite["properties"] | settings["properties"]}
    panels = suite["$defs"]["chart-panels"]["properties"]["panels"]
    chart = {
        "properties": CHART | {"panels": panels},
        "required": ["output"],
        "$defs": suite["$defs"],
    }
    look = record_schema(Look)
    return "\n".join(
        [
            HEAD,
            f"## Suite\n\n{_table(keys)}",
            *(_part(key, settings) for key in ("output", "sources", "metrics")),
            f"## Formats\n\n{WRITTEN}\n{_formats()}",
            f"## Readers\n\n{READING}",
            *(_reader(name, kind) for name, kind in READERS.items()),
            f"## Charts\n\n{CHARTS}\n{_table(chart)}",
            f"### How it looks\n\n{_record(look)}",
            f"## Transforms\n\n{TRANSFORM}",
            *(_transform(name, kind) for name, kind in TRANSFORMS.items()),
            f"### Measures\n\n{_record(record_schema(Measure))}",
            f"## Templates\n\n{TEMPLATES}\n{_templates()}",
            f"## Limits\n\n{LIMITED}\n{_limits()}",
        ]
    )


def _part(key: str, settings: Schema) -> str:
    """A key of the suite that is a record, or a mapping of names to records."""
    schema = settings["properties"][key]
    record = schema.get("additionalProperties") or schema
    return f"### {key}\n\n{_record(record | {'$defs': settings['$defs']})}"


def _reader(name: str, kind: type[Reader]) -> str:
    schema = record_schema(kind)
    own = {key: value for key, value in schema["properties"].items() if key != "reader"}
    return f"### {name}\n\n{_record(schema | {'properties': own})}"


def _record(schema: Schema) -> str:
    return f"{_prose(schema['description'])}\n\n{_table(schema)}"


def _transform(name: str, kind: type[Transform]) -> str:
    schema = transform_schema(name)
    look = record_schema(Look)["properties"]
    own = {k: v for k, v in schema["properties"].items() if k not in look and k != "transform"}
    template = f"`{kind.template}`."
    if kind.default_template is not Transform.default_template:
        template = inspect.getdoc(kind.default_template) or ""
    parts = [
        f"### {name}\n",
        f"{_prose(schema['description'])}\n",
        f"**Template:** {template}\n",
        _table(schema | {"properties": own}),
        f"```yaml\n{kind.example}```\n",
    ]
    return "\n".join(parts)


def _prose(text: str) -> str:
    """A docstring with its lines joined, and with the word for the columns set off."""
    text = text.replace(" Table: ", "\n\nTable: ").replace("Table: ", "**Table:** ")
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _table(schema: Schema) -> str:
    """A row for each property: its name, what it may be, its default, what it means."""
    needed = schema.get("required", ())
    rows = []
    for name, part in schema["properties"].items():
        shown = f"**`{name}`**" if name in needed else f"`{name}`"
        default = part.get("default")
        default = "" if default in (None, "", (), {}) else f"`{_yaml(default)}`"
        examples = [f"`{_yaml(each)}`" for each in part.get("examples", ())]
        word = "Example" if len(examples) == 1 else "Examples"
        said = f"{word}: {', '.join(examples)}." if examples else ""
        meaning = f"{part.get('description', '')} {said}".strip()
        rows.append([shown, expected(part, schema), default, meaning])
    return _markdown(["key", "value", "default", "meaning"], rows)


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _yaml(value: Any) -> str:
    """A value as one would write it in a line of a suite."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_yaml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_yaml(each)}' for key, each in value.items())}}}"
    return json.dumps(value)


def _templates() -> str:
    rows = []
    for name in templates.built_in():
        template = templates.load(name, None)
        needs, keys = ", ".join(template.needs), ", ".join(template.keys)
        rows.append([f"`{name}`", template.description, needs, keys])
    return _markdown(["template", "shows", "needs", "keys"], rows)


def _formats() -> str:
    rows = [[f"`{name}`", f"`.{name}`", format_.description] for name, format_ in FORMATS.items()]
    return _markdown(["format", "suffix", "what it is"], rows)


def _limits() -> str:
    return _markdown(["of", "at most", "why"], [list(limit) for limit in LIMITS])


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
