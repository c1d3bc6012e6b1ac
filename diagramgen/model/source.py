"""A source: one run, and where its result files are."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta, field

from diagramgen.model.colors import Color
from diagramgen.model.record import Record
from diagramgen.readers import Reader, Runs

if TYPE_CHECKING:
    AnyReader = Reader
else:
    AnyReader = Any  # as in `model.metric`

TokenCount = Annotated[float, Meta(gt=0)]


def source_of(name: str, sources: Collection[str]) -> str:
    """The source that a name means: itself, or where none is called so, the one it is a run of."""
    if name in sources or "/" not in name:
        return name
    ends = [*(i for i, letter in enumerate(name) if letter == "/"), len(name)]
    every = (name[:end] for end in reversed(ends))
    return next((each for each in every if each in sources), name)


class Source(Record, frozen=True, omit_defaults=True):
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
    runs: Annotated[
        Runs | None,
        Meta(
            description="Where a file has several runs: each is the source NAME/RUN then, and NAME "
            "stands for all of them.",
            examples=[{"column": "model"}],
        ),
    ] = None
    read: Annotated[
        dict[str, AnyReader],
        Meta(
            description="How this source's files are read, by metric, where that is not as the "
            "metric's own `read` says.",
            examples=[{"accuracy": {"reader": "csv", "step": "_step", "columns": ["eval/{item}"]}}],
        ),
    ] = field(default_factory=dict)
    unit: Annotated[
        Literal["step", "tokens", "epoch"],
        Meta(description="What its steps count, where not training steps."),
    ] = "step"
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
    bridge_label: Annotated[
        str | None,
        Meta(
            description="What the bridge is called in titles and beside its line; default: bridge "
            "and its step.",
            examples=["end of Stage 1"],
        ),
    ] = None
    optional: Annotated[
        bool, Meta(description="Charts that need this source are skipped when it is not there.")
    ] = False
