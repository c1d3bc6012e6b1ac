"""The keys of a chart or panel that say how it looks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from diagramgen.model.record import Record

Pixels = Annotated[int, Meta(ge=50, le=10_000)]
ScaleType = Literal["linear", "log", "symlog", "sqrt"]


class Look(Record, frozen=True, omit_defaults=True):
    """The keys of a chart or panel that say how it looks."""

    template: Annotated[
        str | None, Meta(description="Template to show the table with; default: the transform's.")
    ] = None
    title: Annotated[
        str | None, Meta(description="Title; default: made from the data; empty: none.")
    ] = None
    subtitle: Annotated[
        str | None, Meta(description="Subtitle; default: made from the data; empty: none.")
    ] = None
    color_by: Annotated[
        Literal["item", "group", "source", "against", "step"] | None,
        Meta(description="Column that colours tell apart; default: the transform's."),
    ] = None
    sort: Annotated[
        Literal["order", "value", "-value"],
        Meta(description="Order of bars and rows: the suite's, or by value, up or down (-)."),
    ] = "order"
    labels: Annotated[
        Literal["auto", "direct", "legend"],
        Meta(
            description="Where lines have their names: at their ends (direct), in a legend, or at "
            "their ends where all have room there (auto)."
        ),
    ] = "auto"
    values: Annotated[
        bool, Meta(description="Whether numbers are written at the points of lines.")
    ] = False
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
        Meta(
            description="Vega-Lite merged over the built spec (RFC 7396, but for null where "
            "Vega-Lite has that as a value)."
        ),
    ] = None
