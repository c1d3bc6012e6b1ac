"""The gallery's charts, drawn by its page in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.pictures.measure import Measured, add_scripts, measured

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MEASURE = """async (id) => {
  const card = document.querySelector(`[data-id="${CSS.escape(id)}"]`);
  const svg = card.querySelector(".chart svg");
  const page = getComputedStyle(card).backgroundColor;
  const found = await pictures.measure(svg, { page });
  const [inner, outer] = [svg, card].map((each) => each.getBoundingClientRect());
  const out = Math.max(outer.left - inner.left, inner.right - outer.right);
  if (out > 1) {
    const what = `the picture is ${Math.round(out)} px wider than its card`;
    found.findings.push({ kind: "width", what, where: `${Math.round(inner.width)} px` });
  }
  return found;
}"""


TRIES, SOON = 3, 10_000
"""How often a card is gone to, and milliseconds until its chart is drawn."""


class View(NamedTuple):
    """How wide a window is, and which colours its person prefers."""

    width: int
    scheme: str


SIZES = (View(390, "light"), View(1440, "light"), View(390, "dark"), View(1440, "dark"))


def measure_gallery(
    browser: Browser, folder: Path, ids: Sequence[str], view: View
) -> dict[str, Measured]:
    """Open a folder's page and measure the charts that it draws, by id."""
    context = browser.new_context(
        viewport={"width": view.width, "height": 900},
        color_scheme=view.scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(SOON)
    page.goto((folder / "index.html").as_uri())
    add_scripts(page)
    found = {}
    for id_ in ids:
        if show(page, id_):
            found[id_] = measured(page.evaluate(MEASURE, id_))
        else:
            found[id_] = Measured(0, 0, [("empty", "not drawn in time", "its card")])
    context.close()
    return found


def show(page: Page, id_: str) -> bool:
    """Go to a card, and wait until its chart is drawn; whether that has come."""
    from playwright.sync_api import TimeoutError as NotInTimeError

    for _ in range(TRIES):
        # What scrolls at the same moment can lead the page back to where it was.
        page.evaluate("location.hash = ''")
        page.evaluate("id => { location.hash = encodeURIComponent(id); }", id_)
        try:
            page.locator(f'[data-id="{id_}"][data-drawn]').wait_for()
        except NotInTimeError:
            continue
        return True
    return False
