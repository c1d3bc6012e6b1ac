"""Plots as a plain matplotlib script would write them: lines, bars, changes, paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

DPI = 200
BETTER, WORSE = "#0072b2", "#d55e00"
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c4f21", "#555555")
MARKERS = "os^Dv"

Values = dict[str, float]


class Frame(NamedTuple):
    """A chart's name, its width and height in pixels, and its title."""

    name: str
    size: tuple[int, int]
    title: str

    @property
    def inches(self) -> tuple[float, float]:
        """The size as matplotlib takes it."""
        return self.size[0] / DPI, self.size[1] / DPI


class Script:
    """Draws charts into a folder."""

    def __init__(self, out: Path) -> None:
        self.out = out

    def figure(self, frame: Frame) -> tuple[Figure, Axes]:
        """A figure with one plot."""
        fig, ax = plt.subplots(figsize=frame.inches, dpi=DPI)
        style(ax, frame.title)
        return fig, ax

    def save(self, fig: Figure, name: str) -> None:
        """Write a figure as PNG, and forget it."""
        path = self.out / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        fig.tight_layout()
        fig.savefig(path)
        plt.close(fig)

    def lines(self, frame: Frame, ylabel: str, series: dict[str, Values]) -> None:
        """A line for each series over the steps."""
        fig, ax = self.figure(frame)
        draw_lines(ax, series, ylabel)
        if len(series) > 1:
            ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=6, frameon=False)
        self.save(fig, frame.name)

    def bars(
        self,
        frame: Frame,
        xlabel: str,
        values: Values,
        domains: dict[str, str],
        label: Callable[[float], str],
    ) -> None:
        """A horizontal bar for each item, coloured by domain."""
        fig, ax = self.figure(frame)
        colors = dict(zip(dict.fromkeys(domains.values()), COLORS, strict=False))
        items = [item for item in domains if item in values]
        numbers = [values[item] for item in items]
        drawn = ax.barh(items, numbers, color=[colors[domains[item]] for item in items])
        ax.bar_label(drawn, [label(number) for number in numbers], padding=2, fontsize=6)
        ax.invert_yaxis()
        ax.margins(x=0.08)
        ax.set_xlabel(xlabel)
        patches(ax, colors)
        self.save(fig, frame.name)

    def deltas(self, frame: Frame, xlabel: str, panels: dict[str, Values], lower: bool) -> None:
        """A horizontal bar for each item's change, a panel for each step."""
        fig, axes = plt.subplots(
            1,
            len(panels),
            figsize=frame.inches,
            dpi=DPI,
            sharey=True,
            sharex=True,
            squeeze=False,
        )
        for ax, (step, changes) in zip(axes[0], panels.items(), strict=True):
            style(ax, step)
            drawn = ax.barh(list(changes), list(changes.values()), color=signs(changes, lower))
            ax.bar_label(drawn, fmt="%+.2f", padding=2, fontsize=6)
            ax.axvline(0, color="#333333", linewidth=0.8)
            ax.margins(x=0.15)
            ax.set_xlabel(xlabel)
        axes[0][0].invert_yaxis()
        patches(axes[0][0], {"better": BETTER, "worse": WORSE})
        fig.suptitle(frame.title, fontsize=9, fontweight="bold")
        self.save(fig, frame.name)

    def grouped(
        self,
        frame: Frame,
        xlabel: str,
        series: dict[str, Values],
        colors: Sequence[str],
        label: str,
    ) -> None:
        """Bars of several series side by side for each item."""
        fig, ax = self.figure(frame)
        height = 0.8 / len(series)
        items = list(next(iter(series.values())))
        for i, (key, values) in enumerate(series.items()):
            places = [place + (i - (len(series) - 1) / 2) * height for place in range(len(items))]
            numbers = [values[item] for item in items]
            drawn = ax.barh(places, numbers, height=height, color=colors[i], label=key)
            ax.bar_label(drawn, fmt=label, padding=2, fontsize=5)
        ax.set_yticks(range(len(items)), items)
        ax.invert_yaxis()
        ax.margins(x=0.08)
        ax.set_xlabel(xlabel)
        ax.legend(
            ncols=len(series), fontsize=6, frameon=False, loc="lower left", bbox_to_anchor=(0, 1)
        )
        self.save(fig, frame.name)

    def panels(self, frame: Frame, draw: Sequence[Callable[[Axes], None]]) -> None:
        """Two plots side by side; each of `draw` fills one."""
        fig, axes = plt.subplots(1, 2, figsize=frame.inches, dpi=DPI)
        for ax, fill in zip(axes, draw, strict=True):
            style(ax, "")
            fill(ax)
        fig.suptitle(frame.title, fontsize=9, fontweight="bold")
        self.save(fig, frame.name)


def style(ax: Axes, title: str) -> None:
    """What all plots look like."""
    ax.set_title(title, fontsize=9, fontweight="bold", loc="left", pad=16)
    ax.grid(color="#e5e5e5", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=6)
    ax.xaxis.label.set_fontsize(7)
    ax.yaxis.label.set_fontsize(7)


def patches(ax: Axes, colors: dict[str, str]) -> None:
    """A legend of colours above the plot."""
    handles = [Rectangle((0, 0), 1, 1, color=color) for color in colors.values()]
    ax.legend(
        handles,
        list(colors),
        ncols=len(colors),
        fontsize=6,
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(0, 1),
    )


def signs(changes: Values, lower: bool) -> list[str]:
    """A colour for each change: whether it is for the better."""
    return [BETTER if (change <= 0) == lower else WORSE for change in changes.values()]


def draw_lines(ax: Axes, series: dict[str, Values], ylabel: str) -> None:
    """Lines with points over the steps."""
    for i, (name, values) in enumerate(series.items()):
        ax.plot(
            [int(step) for step in values],
            list(values.values()),
            color=COLORS[i % len(COLORS)],
            marker=MARKERS[i % len(MARKERS)],
            linestyle="-" if i < len(COLORS) else "--",
            linewidth=1.2,
            markersize=3.5,
            label=name,
        )
    steps = sorted({int(step) for values in series.values() for step in values})
    ax.set_xticks(steps, [f"{step // 1000}k" for step in steps])
    ax.set_xlabel("Step")
    ax.set_ylabel(ylabel)


def draw_steps(ax: Axes, changes: Values, ylabel: str, lower: bool) -> None:
    """A vertical bar for each step's change."""
    drawn = ax.bar(list(changes), list(changes.values()), color=signs(changes, lower))
    ax.bar_label(drawn, fmt="%+.2f", padding=2, fontsize=6)
    ax.axhline(0, color="#333333", linewidth=0.8)
    ax.margins(y=0.12)
    ax.set_xlabel("Step")
    ax.set_ylabel(ylabel)
    patches(ax, {"better": BETTER, "worse": WORSE})


def draw_path(ax: Axes, x: Values, y: Values, xlabel: str, ylabel: str) -> None:
    """A path through the steps, each with its name."""
    ax.plot(list(x.values()), list(y.values()), color=BETTER, linewidth=0.7, marker="o")
    for step in x:
        ax.annotate(
            f"{int(step):,}", (x[step], y[step]), (4, 4), textcoords="offset points", fontsize=6
        )
    ax.margins(0.1)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
