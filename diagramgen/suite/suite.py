"""The suite as typed, frozen records: what `charts.yaml` says, checked and expanded.

The records' field docs are the language's documentation: the JSON Schema is made from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args

import msgspec
from msgspec import Meta

from diagramgen.document.document import Document, Where
from diagramgen.errors import Diagnostic
from diagramgen.looks.palette import CSS_COLOR
from diagramgen.readers import Reader

if TYPE_CHECKING:
    AnyReader = Reader
    from pathlib import Path

    from diagramgen.transforms import Transform

else:
    AnyReader = Any  # which one it is, its own `reader` tells: `config` makes it

Average = Literal["mean", "weighted", "geometric"]
Format = Literal["png", "svg", "pdf", "vl.json", "vega.json", "html", "csv"]
FORMATS: tuple[str, ...] = get_args(Format)
Color = Annotated[str, Meta(pattern=CSS_COLOR, examples=["steelblue", "#0072b2"])]


TokenCount = Annotated[float, Meta(gt=0)]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every part of a suite is: fixed keys, none unknown, never changed."""


class Png(Record, frozen=True):
    """How PNG files are written."""

    optimize: Annotated[
        bool,
        Meta(
            description="Make them as small as they can be without a loss; slower, and needs the "
            "extra `optimize`."
        ),
    ] = False


class Output(Record, frozen=True):
    """Where the files go and of what kind they are."""

    dir: Annotated[str, Meta(description="Output folder, relative to the suite.")] = "diagrams"
    formats: Annotated[
        tuple[Format, ...], Meta(description="Files to write for each chart.", min_length=1)
    ] = ("png", "vl.json")
    scale: Annotated[float, Meta(description="PNG pixels for each chart pixel.", ge=0.1, le=10)] = (
        2.0
    )
    png: Annotated[Png, Meta(description="How PNG files are written.")] = Png()
    theme: Annotated[
        str,
        Meta(
            description="light, dark, print (safe in greyscale), or a YAML file with a Vega-Lite "
            "config, relative to the suite.",
            examples=["light", "dark", "print", "my-theme.yaml"],
        ),
    ] = "light"
    width: Annotated[
        Literal["full", "two-column", "one-column"],
        Meta(
            description="Width of the charts: full (a page of a report), two-column or one-column "
            "(across both columns of a paper, or in one)."
        ),
    ] = "full"
    gallery: Annotated[
        bool, Meta(description="Write index.html as well: a page with all charts, to click on.")
    ] = False


class Source(Record, frozen=True):
    """One run (a training stage, a model): where its result files are."""

    root: Annotated[
        str,
        Meta(
            description="Folder of the results, relative to the suite, or a URL of s3, gs, az, "
            "abfs, hf or https (s3://bucket/runs)."
        ),
    ]
    checkpoint: Annotated[
        str,
        Meta(
            description="Path of a checkpoint's folder or file below root: {step} stands for the "
            "step, * for anything within one name, ** for any folders. Without {step} the step "
            "comes from inside the files, where their reader finds it.",
            examples=["step_{step}/", "160m_step{step}.json", "step{step}/**/results_*.json"],
        ),
    ] = "step_{step}/"
    tokens_per_step: Annotated[
        TokenCount | dict[str, TokenCount] | None,
        Meta(
            description="Tokens of a training step, or a table: from which step on, how many; for "
            "`unit: tokens`.",
            examples=[2097152, {"0": 1048576, "10000": 2097152}],
        ),
    ] = None
    label: Annotated[str | None, Meta(description="Name in titles and legends.")] = None
    color: Annotated[
        Color | None,
        Meta(description="Its colour (a CSS name or #rrggbb); default: one for its place."),
    ] = None
    bridge: Annotated[
        int | None,
        Meta(
            description="Step of a checkpoint of an earlier stage evaluated on this stage's suite: "
            "a baseline named `bridge`, never a point of a trend."
        ),
    ] = None
    optional: Annotated[
        bool, Meta(description="Charts that need this source are skipped when it is not there.")
    ] = False


class Collapse(Record, frozen=True):
    """Items that count as one, such as the subjects of MMLU."""

    items: Annotated[
        tuple[str, ...], Meta(description="Names or globs of the items.", min_length=1)
    ]
    average: Annotated[Average, Meta(description="How they are averaged.")] = "mean"


class Metric(Record, frozen=True):
    """What is measured: which file, which records in it, which direction is better."""

    read: Annotated[AnyReader, Meta(description="How to read the result files.")]
    better: Annotated[
        Literal["lower", "higher"], Meta(description="The direction that is an improvement.")
    ]
    label: Annotated[str | None, Meta(description="Name in titles and axes.")] = None
    item: Annotated[str, Meta(description="What one item is called: slice, task.")] = "item"
    items: Annotated[
        str | None, Meta(description="What several items are called; default: item + s.")
    ] = None
    format: Annotated[
        str,
        Meta(
            description="Number format of the values (d3-format).",
            pattern=r"^([^'\"\\]?[<>=^])?[-+( ]?[$#]?0?[0-9]{0,2},?(\.[0-9]{1,2})?~?"
            r"[bcdefgnoprsxX%]?$",
            examples=[".2f", ".1%"],
        ),
    ] = ".3g"
    average: Annotated[
        Average, Meta(description="How macros average the items where a chart does not say.")
    ] = "mean"
    order: Annotated[
        tuple[str, ...],
        Meta(description="Items in the order of legends and axes; others follow by name."),
    ] = ()
    labels: Annotated[dict[str, str], Meta(description="Display names of items.")] = {}
    colors: Annotated[
        dict[str, Color],
        Meta(
            description="Colours (CSS names or #rrggbb) of items and groups, by name or glob; the "
            "others have one for their place.",
            examples=[{"code*": "steelblue"}],
        ),
    ] = {}
    collapse: Annotated[
        dict[str, Collapse],
        Meta(
            description="Items that count as one: name of the one -> which items, and how they "
            "are averaged. The items themselves are then none of the metric's.",
            examples=[{"mmlu": {"items": ["mmlu_*"], "average": "weighted"}}],
        ),
    ] = {}
    groupings: Annotated[
        dict[str, dict[str, tuple[str, ...]]],
        Meta(
            description="Named partitions of the items: grouping -> group -> item names or globs."
        ),
    ] = {}


Pixels = Annotated[int, Meta(ge=50, le=10_000)]
ScaleType = Literal["linear", "log", "symlog", "sqrt"]


class Look(Record, frozen=True):
    """The keys of a chart or panel that say how it looks."""

    template: Annotated[
        str | None, Meta(description="Template to show the table with; default: the transform's.")
    ] = None
    title: Annotated[str | None, Meta(description="Title; default: made from the data.")] = None
    subtitle: Annotated[str | None, Meta(description="Subtitle; default: made from the data.")] = (
        None
    )
    color_by: Annotated[
        Literal["item", "group", "source", "against", "step"] | None,
        Meta(description="Column that colours tell apart; default: the transform's."),
    ] = None
    sort: Annotated[
        Literal["order", "value", "-value"],
        Meta(description="Order of bars and rows: the suite's, or by value, up or down (-)."),
    ] = "order"
    unit: Annotated[
        Literal["step", "tokens"],
        Meta(description="What the x axis of steps counts; tokens need `tokens_per_step`."),
    ] = "step"
    x_scale: Annotated[ScaleType | None, Meta(description="Scale of the x axis.")] = None
    y_scale: Annotated[ScaleType | None, Meta(description="Scale of the y axis.")] = None
    width: Annotated[Pixels | None, Meta(description="Width of the plot in pixels.")] = None
    height: Annotated[Pixels | None, Meta(description="Height of the plot in pixels.")] = None
    vegalite: Annotated[
        dict[str, Any] | None,
        Meta(description="Vega-Lite merged over the built spec (RFC 7396)."),
    ] = None


class Panel(NamedTuple):
    """One transform with its look; a chart has one, or several side by side."""

    transform: Transform
    look: Look
    where: Where


class Chart(NamedTuple):
    """One chart before its steps are known.

    `output` is the path with `${...}` left in it; `names` are the vars and `for_each` variables
    that fill it, unless a resolved parameter has the same name.
    """

    output: str
    panels: tuple[Panel, ...]
    title: str | None
    subtitle: str | None
    layout: Literal["row", "column"]
    vegalite: dict[str, Any] | None
    names: dict[str, Any]
    where: Where


class Suite(NamedTuple):
    """One `charts.yaml`, checked: everything that the engine needs to know from it.

    `document` is the file that it was read from, for messages with a place; `folder` is its folder,
    against which relative paths are meant. `warnings` are what `validate` says of a suite without
    errors. `sha256` is over the suite's text and the vars that the
    command line set.
    """

    title: str
    document: Document
    folder: Path
    output: Output
    templates: Path | None
    sources: dict[str, Source]
    metrics: dict[str, Metric]
    aliases: dict[str, str]
    charts: tuple[Chart, ...]
    warnings: tuple[Diagnostic, ...]
    sha256: str

    def file(self) -> str:
        """The suite's file name, without its folder."""
        return self.document.name.rsplit("/", 1)[-1]

    def source_label(self, name: str) -> str:
        """The source's name for people."""
        return self.sources[name].label or name

    def metric_label(self, name: str) -> str:
        """The metric's name for people."""
        return self.metrics[name].label or name
