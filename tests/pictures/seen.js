// What a drawn picture has, and where: its texts, marks, plots and their colours.
"use strict";

window.pictures = {};

(() => {
  const ink = document.createElement("canvas").getContext("2d");

  // ---- places: polygons in the picture's pixels ----

  const polygon = (matrix, x0, y0, x1, y1) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(
    ([x, y]) => [matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f],
  );

  function boxOf(points) {
    const xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  }

  const apart = (a, b) => a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];

  // How far one convex polygon would have to move to leave another: 0 where they are apart.
  function depth(one, other) {
    let least = Infinity;
    for (const points of [one, other]) {
      for (let i = 0; i < points.length; i++) {
        const [[x0, y0], [x1, y1]] = [points[i], points[(i + 1) % points.length]];
        const length = Math.hypot(x1 - x0, y1 - y0);
        if (length < 1e-6) continue;
        const along = (points_) => points_.map(([x, y]) => ((y0 - y1) * x + (x1 - x0) * y) / length);
        const [a, b] = [along(one), along(other)];
        const both = Math.min(Math.max(...a), Math.max(...b)) - Math.max(Math.min(...a), Math.min(...b));
        if (both <= 0) return 0;
        least = Math.min(least, both);
      }
    }
    return least;
  }

  // How much of a line from p to q lies in a box.
  function within([px, py], [qx, qy], [x0, y0, x1, y1]) {
    let [from, to] = [0, 1];
    for (const [p, d, low, high] of [[px, qx - px, x0, x1], [py, qy - py, y0, y1]]) {
      if (Math.abs(d) < 1e-9) {
        if (p <= low || p >= high) return 0;
        continue;
      }
      const [a, b] = [(low - p) / d, (high - p) / d];
      from = Math.max(from, Math.min(a, b));
      to = Math.min(to, Math.max(a, b));
    }
    return from < to ? (to - from) * Math.hypot(qx - px, qy - py) : 0;
  }

  // ---- colours ----

  const parsed = new Map();

  // Red, green, blue from 0 to 255 and opacity; null for none.
  function color(text) {
    if (!parsed.has(text)) {
      const found = /^rgba?\(([^)]*)\)/.exec(text)?.[1].split(/[,/\s]+/).filter(Boolean).map(Number);
      parsed.set(text, found && (found[3] ?? 1) > 0 ? [...found.slice(0, 3), found[3] ?? 1] : null);
    }
    return parsed.get(text);
  }

  const linear = (part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };

  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

  function contrast(one, other) {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  const laid = (over, under, opacity) => under.map((c, i) => over[i] * opacity + c * (1 - opacity)).slice(0, 3);

  function lab([r_, g_, b_]) {
    const [r, g, b] = [linear(r_), linear(g_), linear(b_)];
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  }

  const named = (rgb) => `#${rgb.slice(0, 3).map((c) => Math.round(c).toString(16).padStart(2, "0")).join("")}`;

  // ---- what a picture has ----

  function opacityOf(element, own) {
    let found = 1;
    for (let at = element; at && at.localName !== "svg"; at = at.parentNode) {
      const style = at.getAttribute("opacity");
      if (style !== null) found *= Number(style);
      if (at.getAttribute("display") === "none" || at.getAttribute("visibility") === "hidden") return 0;
    }
    const more = element.getAttribute(own);
    return found * (more === null ? 1 : Number(more));
  }

  const roleOf = (element) => /role-([a-z-]+)/.exec(element.closest('g[class*="role-"]')?.getAttribute("class") ?? "")?.[1] ?? "";

  function reader(svg) {
    const back = svg.getScreenCTM().inverse();
    return (element) => back.multiply(element.getScreenCTM());
  }

  const fonts = new Map();

  // How far the letters of a text reach above and below its line.
  function reach(font, string) {
    const key = `${font}|${string}`;
    if (!fonts.has(key)) {
      ink.font = font;
      const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = ink.measureText(string);
      fonts.set(key, [up, down]);
    }
    return fonts.get(key);
  }

  function textsOf(svg, place) {
    const found = [];
    for (const element of svg.querySelectorAll("text")) {
      const opacity = opacityOf(element, "fill-opacity");
      if (opacity < 0.05 || !element.textContent.trim()) continue;
      const style = getComputedStyle(element);
      const matrix = place(element);
      const stroke = color(style.stroke);
      const isHalo = stroke !== null && parseFloat(style.strokeWidth) >= 1.5;
      const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const parts = [...element.querySelectorAll("tspan")];
      for (const part of parts.length > 0 ? parts : [element]) {
        const string = part.textContent;
        const letters = part.getNumberOfChars();
        if (!string.trim() || letters === 0) continue;
        const [up, down] = reach(font, string);
        const y = part.getStartPositionOfChar(0).y;
        let x0 = Infinity, x1 = -Infinity;
        if (part === element) {
          const box = element.getBBox();
          [x0, x1] = [box.x, box.x + box.width];
        } else {
          for (let i = 0; i < letters; i++) {
            const box = part.getExtentOfChar(i);
            [x0, x1] = [Math.min(x0, box.x), Math.max(x1, box.x + box.width)];
          }
        }
        const points = polygon(matrix, x0, y - up, x1, y + down);
        found.push({
          element, string, points, box: boxOf(points), role: roleOf(element), opacity, isHalo,
          size: parseFloat(style.fontSize), isBold: Number(style.fontWeight) >= 600,
          fill: color(style.fill) ?? stroke, said: element.getAttribute("aria-label") ?? "",
          group: element.parentNode, stroke, isTurned: Math.abs(matrix.b) > 0.01,
        });
      }
    }
    return withoutHalos(found);
  }

  // A halo and the text on it are one.
  function withoutHalos(texts) {
    const halos = texts.filter((text) => text.isHalo);
    const same = (a, b) => a.string === b.string && a.box.every((side, i) => Math.abs(side - b.box[i]) < 1);
    const isUnder = (halo) => texts.some((text) => text !== halo && !text.isHalo && same(text, halo));
    const gone = new Set(halos.filter(isUnder));
    for (const text of texts) text.hasHalo = text.isHalo || halos.some((halo) => same(text, halo));
    return texts.filter((text) => !gone.has(text));
  }

  function marksOf(svg, place) {
    const found = { symbols: [], keys: [], bars: [], lines: [], grid: [] };
    const many = (selector) => svg.querySelectorAll(selector);
    for (const element of many("g.mark-symbol.role-mark > path, g.role-legend-symbol > path")) {
      const mark = looked(element, place);
      if (!mark) continue;
      const [x0, y0, x1, y1] = mark.box;
      const isKey = element.parentNode.classList.contains("role-legend-symbol");
      found[isKey ? "keys" : "symbols"].push({
        ...mark, x: (x0 + x1) / 2, y: (y0 + y1) / 2, r: Math.max(isKey ? 2 : 0, Math.min(x1 - x0, y1 - y0) / 2),
      });
    }
    for (const element of many("g.mark-rect.role-mark > path")) {
      const mark = looked(element, place);
      if (mark) found.bars.push(mark);
    }
    for (const element of many("g.mark-line.role-mark > path, g.mark-trail.role-mark > path, g.mark-rule.role-mark > line")) {
      const mark = looked(element, place);
      if (mark) found.lines.push({ ...mark, segments: segmentsOf(element, place(element)) });
    }
    for (const element of many("g.role-axis-grid > line, g.role-axis-domain > line")) {
      if (opacityOf(element, "stroke-opacity") < 0.05 || !color(getComputedStyle(element).stroke)) continue;
      const isGrid = element.parentNode.classList.contains("role-axis-grid");
      found.grid.push({ element, isGrid, segments: segmentsOf(element, place(element)) });
    }
    return found;
  }

  function looked(element, place) {
    const style = getComputedStyle(element);
    const [inside, outside] = [opacityOf(element, "fill-opacity"), opacityOf(element, "stroke-opacity")];
    const fill = inside > 0.05 ? color(style.fill) : null;
    const stroke = outside > 0.05 && parseFloat(style.strokeWidth) > 0 ? color(style.stroke) : null;
    if (!fill && !stroke) return null;
    const { x, y, width, height } = element.getBBox();
    const points = polygon(place(element), x, y, x + width, y + height);
    const said = element.getAttribute("aria-label") ?? "";
    return {
      element, fill, stroke, inside, outside, points, box: boxOf(points), said,
      series: seriesOf(said), plot: plotOf(element),
      dash: style.strokeDasharray, shape: shapeOf(element.getAttribute("d") ?? ""), wide: parseFloat(style.strokeWidth),
    };
  }

  // Whose a mark is: what its description says beside the position and the numbers.
  const seriesOf = (said) => said.split("; ").slice(1)
    .filter((part) => /^(source|against|item|group|from_step): /.test(part)).join("; ");

  const shapeOf = (d) => d.replace(/-?[\d.]+(e-?\d+)?/g, "").replace(/,/g, "");

  function segmentsOf(element, matrix) {
    const at = (x, y) => polygon(matrix, x, y, x, y)[0];
    const number = (name) => Number(element.getAttribute(name) ?? 0);
    if (element.localName === "line") {
      return [[at(number("x1"), number("y1")), at(number("x2"), number("y2"))]];
    }
    const found = [];
    let last = null;
    for (const [, kind, rest] of (element.getAttribute("d") ?? "").matchAll(/([MLHV])([^MLHVCAZ]*)/gi)) {
      const [x, y] = rest.split(/[,\s]+/).filter(Boolean).map(Number);
      if (kind !== "M" && kind !== "L") continue; // the others are of curves and shapes
      const next = at(x, y);
      if (kind === "L" && last) found.push([last, next]);
      last = next;
    }
    return found;
  }

  // The plots: the groups that hold marks, with the place of each.
  function plotsOf(svg, place) {
    const found = [];
    for (const background of svg.querySelectorAll("g.mark-group > g > path.background")) {
      const item = background.parentNode, group = item.parentNode;
      if (/pathgroup|legend|axis|title/.test(group.getAttribute("class"))) continue;
      const inner = item.querySelector(":scope > g");
      if (!inner?.querySelector(":scope > .role-mark, :scope > [class*=pathgroup]")) continue;
      const { x, y, width, height } = background.getBBox();
      if (width > 1 && height > 1) {
        found.push({ item, box: boxOf(polygon(place(background), x, y, x + width, y + height)) });
      }
    }
    return found;
  }

  // The plot that has a mark or a text: of small multiples one of them.
  function plotOf(element) {
    const group = element.closest("g.mark-group:not([class*=pathgroup])");
    let found = element;
    while (group && found.parentNode !== group) found = found.parentNode;
    return found;
  }

  const at = ([x0, y0]) => `at ${Math.round(x0)},${Math.round(y0)}`;
  const quoted = (string) => `"${string.length > 40 ? `${string.slice(0, 38)}…` : string}"`;

  Object.assign(pictures, {
    apart, depth, within, boxOf, color, contrast, laid, lab, named, opacityOf, roleOf, shapeOf,
    reader, textsOf, marksOf, plotsOf, plotOf, at, quoted,
  });
})();
