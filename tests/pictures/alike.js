// Which series, entries and labels of a picture look the same.
"use strict";

(() => {
  const FAR = 0.05; // distance of two colours in OKLab that are told apart at once
  const FAR_GREY = 0.04; // the same without colour: their lightness
  const GREY = 0.02; // chroma in OKLab of what has no colour

  const { color, lab, plotOf, at, quoted } = pictures;

  function isClose(one, other, grey) {
    if (!one || !other) return !one && !other;
    const [a, b] = [lab(one), lab(other)];
    if (grey) return Math.abs(a[0] - b[0]) < FAR_GREY;
    return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) < FAR;
  }

  // What stands back together is of one grey, and told by its names or as the others.
  const isBack = (found) => {
    const chroma = ({ stroke, fill }) => Math.hypot(...lab(stroke ?? fill).slice(1));
    const greys = new Set(found.filter((mark) => chroma(mark) < GREY));
    return greys.size < found.length ? (mark) => greys.has(mark) : () => false;
  };

  const isAlike = (a, b, grey) => a.shape === b.shape && a.dash === b.dash
    && isClose(a.fill, b.fill, grey) && isClose(a.stroke, b.stroke, grey);

  function* pairs(found) {
    for (let i = 0; i < found.length; i++) for (let j = i + 1; j < found.length; j++) yield [found[i], found[j]];
  }

  pictures.alike = function* alike({ svg, texts, marks, place, isGrey }) {
    for (const legend of svg.querySelectorAll("g.role-legend")) {
      const entries = [...legend.querySelectorAll("g.role-legend-symbol > path")].map((element) => {
        const style = getComputedStyle(element);
        const label = element.parentNode.parentNode.querySelector("text")?.textContent ?? "";
        const [fill, stroke] = [color(style.fill), color(style.stroke)];
        const d = element.getAttribute("d") ?? "";
        return { fill, stroke, dash: style.strokeDasharray, shape: pictures.shapeOf(d), label, element };
      });
      for (const [one, other] of pairs(entries)) {
        if (!isAlike(one, other, isGrey)) continue;
        const { e, f } = place(one.element);
        yield [`${quoted(one.label)} and ${quoted(other.label)} of the legend look alike`, at([e, f])];
      }
    }
    yield* lines(texts, marks, isGrey);
    yield* points(texts, marks, isGrey);
    yield* twice(texts);
    yield* sameNumbers(texts, marks);
  };

  // Lines of a plot that look alike, where their points do too and no labels tell them apart.
  function* lines(texts, { lines: all, symbols }, isGrey) {
    const paths = all.filter(({ element, segments }) => element.localName === "path" && segments.length > 0);
    const points = new Map(symbols.map((symbol) => [`${symbol.series}`, symbol]));
    for (const group of Map.groupBy(paths, ({ plot }) => plot).values()) {
      const ends = group.map(({ segments }) => segments.at(-1)[1]);
      const right = Math.max(...ends.map(([x]) => x));
      const labels = texts.filter(({ role, box }) => role === "mark" && box[0] > right - 2);
      if (labels.length >= group.length) continue;
      const back = isBack(group);
      for (const [one, other] of pairs(group)) {
        if (one.series === other.series || !isAlike(one, other, isGrey) || (back(one) && back(other))) continue;
        const [a, b] = [points.get(one.series), points.get(other.series)];
        if (a && b && a.shape !== b.shape) continue;
        yield [`lines of ${quoted(one.series)} and ${quoted(other.series)} look alike`, at(one.box)];
      }
    }
  }

  // Series of points that look alike, in a plot that has no lines or names on an axis for them.
  function* points(texts, { lines: all, symbols }, isGrey) {
    const withLines = new Set(all.filter(({ element }) => element.localName === "path").map(({ plot }) => plot));
    const onAxes = new Set(texts.filter(({ role }) => role === "axis-label").map(({ string }) => string));
    const own = (series) => series.split("; ").filter((part) => !onAxes.has(part.split(": ")[1])).join("; ");
    for (const [plot, group] of Map.groupBy(symbols, ({ plot: each }) => each)) {
      const series = [...new Map(group.map((symbol) => [own(symbol.series), symbol])).values()];
      if (withLines.has(plot) || texts.filter(({ role }) => role === "mark").length >= series.length) continue;
      const back = isBack(series);
      for (const [one, other] of pairs(series)) {
        if (!isAlike(one, other, isGrey) || (back(one) && back(other))) continue;
        yield [`points of ${quoted(own(one.series))} and ${quoted(own(other.series))} look alike`, at(one.box)];
      }
    }
  }

  // Labels that an axis or a legend repeats.
  function* twice(texts) {
    const places = [["axis-label", "g.role-axis"], ["legend-label", "g.role-legend"], ["title-text", "svg"]];
    for (const [role, within_] of places) {
      // Panels may have the same heading, but not because it is cut.
      const found = texts.filter((text) => text.role === role && (role !== "title-text" || text.string.endsWith("…")));
      for (const group of Map.groupBy(found, ({ element }) => element.closest(within_)).values()) {
        const seen = Map.groupBy(group, ({ element, string }) => (element.querySelector("tspan") ? element.textContent : string));
        for (const [string, same] of seen) {
          const elements = new Set(same.map(({ element }) => element));
          if (elements.size > 1) yield [`${role} ${quoted(string)} is there ${elements.size} times`, at(same[0].box)];
        }
      }
    }
  }

  // Bars of different lengths with the same number.
  function* sameNumbers(texts, { bars }) {
    const labels = texts.filter(({ role, string }) => role === "mark" && /\d/.test(string));
    for (const group of Map.groupBy(labels, ({ group: each }) => each).values()) {
      const plot = plotOf(group[0].element);
      const own = bars.filter((bar) => bar.plot === plot);
      if (own.length < 2) continue;
      for (const same of Map.groupBy(group, ({ string }) => string).values()) {
        const ends = same.map(({ box }) => own.find((bar) => beside(box, bar.box))).filter(Boolean)
          .map(({ box: [x0, , x1] }) => x1 - x0);
        const apart_ = Math.max(...ends) - Math.min(...ends);
        if (ends.length > 1 && apart_ >= 4) {
          yield [`${quoted(same[0].string)} on bars that differ by ${apart_.toFixed(0)} px`, at(same[0].box)];
        }
      }
    }
  }

  // Whether a text stands at the end of a horizontal bar.
  function beside(text, bar) {
    const middle = (text[1] + text[3]) / 2;
    if (middle < bar[1] || middle > bar[3]) return false;
    return Math.min(Math.abs(text[0] - bar[2]), Math.abs(bar[0] - text[2])) < 12;
  }
})();
