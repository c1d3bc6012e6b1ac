"""What is written for each chart, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from diagramgen.formats import FORMATS
from diagramgen.model.record import Record

if TYPE_CHECKING:
    FormatName = str
else:
    FormatName = Literal[tuple(FORMATS)]
"""A name of the table of formats; no checker of types can read one that is made from a table."""


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
        tuple[FormatName, ...],
        Meta(
            description="Files to write for each chart, beside the one that its `output` names.",
            min_length=1,
        ),
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
