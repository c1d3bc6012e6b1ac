"""Lighter and darker kinds of one colour, as even to the eye as can be.

In OKLab (Björn Ottosson 2020), where equal distances look equal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

TURN = 0.5
"""Radians between the hues of the first and the last kind: lightness alone is hard to name."""
Lab = tuple[float, float, float]


def shades(color: str, count: int, lightness: Sequence[float]) -> list[str]:
    """So many kinds of a colour (`#rrggbb`), from dark to light, between two lightnesses of 0 to 1.

    One alone is the colour itself.
    """
    if count == 1:
        return [color]
    _, a, b = to_oklab(color)
    chroma, hue = math.hypot(a, b), math.atan2(b, a)
    dark, light = lightness
    found = []
    for i in range(count):
        part = i / (count - 1)
        turned = hue + TURN * (part - 0.5)
        lab = (dark + (light - dark) * part, chroma * math.cos(turned), chroma * math.sin(turned))
        found.append(from_oklab(lab))
    return found


def distance(one: str, other: str) -> float:
    """How far two colours are from each other: 0.02 is just seen side by side."""
    return math.dist(to_oklab(one), to_oklab(other))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 has it: 1 to 21."""
    low, high = sorted((luminance(rgb_of(one)), luminance(rgb_of(other))))
    return (high + 0.05) / (low + 0.05)


def luminance(rgb: Sequence[float]) -> float:
    """How light a colour is to the eye, from 0 to 1 (WCAG 2)."""
    red, green, blue = _linear(rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rgb_of(color: str) -> list[float]:
    """The red, green and blue of a colour (`#rrggbb`), each from 0 to 1."""
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def _linear(rgb: Sequence[float]) -> list[float]:
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in rgb]


def to_oklab(color: str) -> Lab:
    """A colour (`#rrggbb`) as lightness, green to red, blue to yellow."""
    red, green, blue = _linear(rgb_of(color))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def from_oklab(lab: Lab) -> str:
    """The colour of a lightness and hue; with less of the hue where a screen has not so much."""
    light, a, b = lab
    for _ in range(30):
        parts = _screen((light, a, b))
        if all(-1e-4 <= part <= 1 + 1e-4 for part in parts):
            break
        a, b = a * 0.93, b * 0.93
    bounded = [min(max(part, 0.0), 1.0) for part in parts]
    gamma = [12.92 * p if p <= 0.0031308 else 1.055 * p ** (1 / 2.4) - 0.055 for p in bounded]
    return "#" + "".join(f"{round(part * 255):02x}" for part in gamma)


def _screen(lab: Lab) -> list[float]:
    """The linear red, green and blue of a colour, which a screen has from 0 to 1."""
    light, a, b = lab
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return [
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    ]
