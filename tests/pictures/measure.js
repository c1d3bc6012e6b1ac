// What is wrong with a drawn picture, kind by kind.
"use strict";

(() => {
  const DEEP = 1; // pixels that two things may share
  const GOOD_TEXT = 4.5; // contrast of small text
  const GOOD_MARK = 3; // contrast of large text, of labels in their mark's colour, of lines and points
  const LEAST_WIDE = 0.4; // of the picture: its plots, side by side
  const LEAST_AREA = 0.2; // of the picture: the area of its plots
  const LEAST_BAR = 0.25; // of the picture's width: the longest bar
  const LOW = 300; // pixels of height
  const FAINT = 0.3; // opacity of what is only a tint behind the marks

  const { apart, depth, within, color, contrast, laid, named, plotOf, at, quoted } = pictures;
  // ---- texts ----

  function* overlap({ texts }) {
    const sorted = [...texts].sort((a, b) => a.box[0] - b.box[0]);
    for (const [i, one] of sorted.entries()) {
      for (let j = i + 1; j < sorted.length && sorted[j].box[0] < one.box[2]; j++) {
        const other = sorted[j];
        if (apart(one.box, other.box)) continue;
        const deep = depth(one.points, other.points);
        if (deep > DEEP) yield [`${quoted(one.string)} and ${quoted(other.string)} by ${deep.toFixed(1)} px`, at(one.box)];
      }
    }
  }

  function* cut({ texts, marks, width, height }) {
    for (const { element, string, box: [x0, y0, x1, y1], box, role } of texts) {
      const out = Math.max(-x0, -y0, x1 - width, y1 - height);
      if (out > 0.5) yield [`${quoted(string)} is ${out.toFixed(1)} px outside`, at(box)];
      const isTitle = /^title/.test(role) ? isOfPicture(element) : /title/.test(role);
      if (isTitle && string.trim().endsWith("…")) yield [`${role} ${quoted(string)} has no room`, at(box)];
    }
    for (const [what, found] of [["point", marks.symbols], ["bar", marks.bars]]) {
      for (const { box: [x0, y0, x1, y1], box } of found) {
        const out = Math.max(-x0, -y0, x1 - width, y1 - height);
        if (out > DEEP) yield [`a ${what} is ${out.toFixed(1)} px outside`, at(box)];
      }
    }
  }

  // Whether a title is the picture's and not a panel's.
  const isOfPicture = (element) => Boolean(element.closest(".role-title")?.parentNode.closest(".mark-group").matches(".root"));

  function* textContrast({ texts, marks, pixels }) {
    const ofMarks = new Set([...marks.lines, ...marks.symbols, ...marks.bars].flatMap(
      ({ fill, stroke }) => [fill, stroke].filter(Boolean).map(named),
    ));
    for (const { string, box, fill, opacity, size, isBold, role } of texts) {
      if (!fill) continue;
      const isLarge = size >= 24 || (isBold && size >= 18.66);
      const isOfMark = role === "mark" && ofMarks.has(named(fill));
      const least = isLarge || isOfMark ? GOOD_MARK : GOOD_TEXT;
      const found = pixels.behind(box)
        .map(([behind, count]) => [contrast(laid(fill, behind, opacity * fill[3]), behind), count])
        .sort(([a], [b]) => a - b);
      // A quarter may be worse: a gridline, a line's edge.
      let spare = found.reduce((sum, [, count]) => sum + count, 0) / 4;
      const low = found.find(([, count]) => (spare -= count) < 0)?.[0] ?? Infinity;
      if (low < least) yield [`${quoted(string)} has ${low.toFixed(2)}, not ${least}`, at(box)];
    }
  }

  // ---- marks ----

  function* markContrast({ marks, background }) {
    const told = new Set();
    for (const [what, found] of [["line", marks.lines], ["point", marks.symbols]]) {
      for (const { fill, stroke, inside, outside, series, said, box } of found) {
        const colors = [
          what === "point" && fill && laid(fill, background, inside * fill[3]),
          stroke && laid(stroke, background, outside * stroke[3]),
        ].filter(Boolean);
        const high = Math.max(0, ...colors.map((each) => contrast(each, background)));
        const key = `${what} ${colors.map(named)}`;
        if (high >= GOOD_MARK || told.has(key) || colors.length === 0) continue;
        told.add(key);
        const whose = series || said;
        yield [`${what} ${named(colors.at(-1))}${whose ? ` (${whose.slice(0, 60)})` : ""} has ${high.toFixed(2)}, not ${GOOD_MARK}`, at(box)];
      }
    }
  }

  function* covered({ texts, marks }) {
    const solid = marks.bars.filter(({ inside, fill }) => fill && inside * fill[3] > FAINT);
    for (const { points, box, string } of texts) {
      for (const [what, found] of [["a point", marks.symbols], ["a symbol of the legend", marks.keys]]) {
        for (const { x, y, r, box: place } of found) {
          if (apart(box, place) || depth(points, circle(x, y, r)) <= DEEP) continue;
          yield [`${quoted(string)} covers ${what}`, at(place)];
        }
      }
      for (const bar of solid) {
        if (apart(box, bar.box) || depth(points, bar.points) <= DEEP || !sticksOut(box, bar.box)) continue;
        yield [`${quoted(string)} lies across the edge of a bar or cell`, at(box)];
      }
    }
    yield* crossed(texts.filter(({ role, hasHalo, isTurned }) => role === "mark" && !hasHalo && !isTurned), marks, solid);
    yield* piled(solid);
  }

  // Labels without a halo that a line goes through; the numbers of bars are not on gridlines either.
  function* crossed(labels, marks, bars) {
    const axes = marks.grid.filter(({ isGrid }) => !isGrid), grid = marks.grid.filter(({ isGrid }) => isGrid);
    const ofBars = new Set(bars.map(({ plot }) => plot));
    for (const { box: [x0, y0, x1, y1], box, string, element } of labels) {
      const inner = [x0 + 1, y0 + 1, x1 - 1, y1 - 1];
      if (inner[0] >= inner[2] || inner[1] >= inner[3]) continue;
      const cross = (found) => found.some(({ segments }) => segments.some(([p, q]) => within(p, q, inner) > 2));
      const isOfBar = ofBars.has(plotOf(element)) && !isUnderBar(box, bars);
      const by = cross(marks.lines) ? "a line" : cross(axes) ? "an axis" : isOfBar && cross(grid) ? "a gridline" : "";
      if (by) yield [`${quoted(string)} is crossed by ${by}`, at(box)];
    }
  }

  const isUnderBar = (box, bars) => bars.some(({ box: bar }) => !sticksOut(box, bar));
  const sticksOut = (a, b) => a[0] < b[0] - DEEP || a[1] < b[1] - DEEP || a[2] > b[2] + DEEP || a[3] > b[3] + DEEP;
  const circle = (x, y, r) => Array.from({ length: 12 }, (_, i) => [
    x + r * Math.cos((i * Math.PI) / 6), y + r * Math.sin((i * Math.PI) / 6),
  ]);

  // Bars of different rows on each other.
  function* piled(bars) {
    const groups = Map.groupBy(bars, ({ plot }) => plot);
    for (const group of groups.values()) {
      const sorted = [...group].sort((a, b) => a.box[0] - b.box[0]);
      for (const [i, one] of sorted.entries()) {
        for (let j = i + 1; j < sorted.length && sorted[j].box[0] < one.box[2]; j++) {
          const other = sorted[j];
          const wide = Math.min(one.box[2], other.box[2]) - other.box[0];
          const high = Math.min(one.box[3], other.box[3]) - Math.max(one.box[1], other.box[1]);
          if (wide > 2 && high > 2) {
            yield [`bars of ${quoted(one.said)} and ${quoted(other.said)} lie on each other`, at(other.box)];
            break;
          }
        }
      }
    }
  }

  function* empty({ plots, marks, svg }) {
    if (plots.length === 0) yield ["no plot", "everywhere"];
    const isSeen = ({ box, inside, fill }) => fill && inside * fill[3] > FAINT
      && box[2] - box[0] > 0.5 && box[3] - box[1] > 0.5;
    const drawn = [
      ...marks.symbols, ...marks.bars.filter(isSeen),
      ...marks.lines.filter(({ element, segments }) => element.localName === "path" && segments.length > 0),
    ];
    const areas = svg.querySelectorAll("g.mark-area.role-mark > path, g.mark-arc.role-mark > path");
    for (const { item, box } of plots) {
      const has = drawn.some(({ element }) => item.contains(element)) || [...areas].some((area) => item.contains(area));
      if (!has) yield ["a plot without a mark", at(box)];
    }
  }

  // ---- words ----

  const UNSAID = [
    /\b(NaN|undefined|null|Infinity)\b|\[object/,
    /\bstep [\d,]+, step\b/, // "steps 2,000 and 10,000"
    /^[+−-]?[\d.]+[mµ]$/, // thousandths are written as what they are
    /\de\+?[1-6]\b/, // so are hundreds of thousands
  ];

  function* words({ texts }) {
    for (const { string, box, role } of texts) {
      const isGlob = /^title/.test(role) && /(^|\s)\S*\*\S*(\s|$)/.test(string);
      if (isGlob || UNSAID.some((pattern) => pattern.test(string))) yield [quoted(string), at(box)];
    }
    const short = texts.find(({ role, string }) => role === "axis-label" && /^[\d.]+k$/.test(string));
    const long = texts.find(({ string }) => /\bsteps? \d{1,3},\d{3}\b/.test(string));
    if (short && long) yield [`steps are written in two ways: ${quoted(short.string)} and ${quoted(long.string)}`, at(short.box)];
  }

  // ---- room ----

  function* share({ plots, marks, width, height }) {
    if (plots.length === 0) return;
    const area = plots.reduce((sum, { box: [x0, y0, x1, y1] }) => sum + (x1 - x0) * (y1 - y0), 0) / (width * height);
    const wide = union(plots.map(({ box: [x0, , x1] }) => [x0, x1])) / width;
    if (wide < LEAST_WIDE) yield [`the plots have ${percent(wide)} of the width, not ${percent(LEAST_WIDE)}`, `${width} px`];
    // What is low has hardly more than its titles and its axis.
    else if (height > LOW && area < LEAST_AREA) yield [`the plots have ${percent(area)} of the area, not ${percent(LEAST_AREA)}`, `${width} x ${height} px`];
    const bars = marks.bars.filter(({ inside }) => inside > FAINT).map(({ box: [x0, y0, x1, y1] }) => [x1 - x0, y1 - y0]);
    const isLying = bars.length > 0 && new Set(bars.map(([, high]) => Math.round(high))).size <= 2
      && new Set(bars.map(([wide_]) => Math.round(wide_))).size > 2;
    if (!isLying) return;
    const columns = new Set(plots.map(({ box: [x0] }) => Math.round(x0))).size;
    const longest = Math.max(...bars.map(([long]) => long)) / width;
    const least = LEAST_BAR / columns;
    if (longest < least) yield [`the longest bar has ${percent(longest)} of the width, not ${percent(least)}`, `${width} px`];
  }

  const percent = (share_) => `${(100 * share_).toFixed(1).replace(".0", "")} %`;

  function union(spans) {
    let [sum, end] = [0, -Infinity];
    for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
      sum += Math.max(0, to - Math.max(from, end));
      end = Math.max(end, to);
    }
    return sum;
  }

  // ---- the picture without its texts, in pixels ----

  async function pixelsOf(svg, width, height, background) {
    const clone = svg.cloneNode(true);
    const kept = [...svg.querySelectorAll("text")];
    [...clone.querySelectorAll("text")].forEach((text, i) => {
      const style = getComputedStyle(kept[i]);
      const isHalo = color(style.stroke) && parseFloat(style.strokeWidth) >= 1.5;
      if (isHalo) text.setAttribute("fill", style.stroke);
      else text.remove();
    });
    clone.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    clone.setAttribute("width", width);
    clone.setAttribute("height", height);
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(clone)], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = background;
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
    URL.revokeObjectURL(image.src);
    const { data } = context.getImageData(0, 0, width, height);
    // The colours in a box and how often each is there, of every other pixel.
    function behind([x0, y0, x1, y1]) {
      const found = new Map();
      for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y += 2) {
        for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width, x1); x += 2) {
          const i = 4 * (y * width + x);
          const key = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
          found.set(key, (found.get(key) ?? 0) + 1);
        }
      }
      return [...found].map(([key, count]) => [[key >> 16, (key >> 8) & 255, key & 255], count]);
    }
    return { behind, corner: [...data.subarray(0, 3)] };
  }

  const KINDS = { overlap, cut, contrast: textContrast, "contrast ": markContrast, covered, alike: pictures.alike, words, share, empty };

  // The findings of a drawn picture, and its size. `isGrey`: it is to be read without colour;
  // `page`: what lies behind it.
  pictures.measure = async (svg, { isGrey = false, page = "white" } = {}) => {
    const { width: w, height: h } = svg.viewBox.baseVal ?? {};
    const [width, height] = w ? [w, h] : [svg.width.baseVal.value, svg.height.baseVal.value];
    const place = pictures.reader(svg);
    const texts = pictures.textsOf(svg, place);
    const marks = pictures.marksOf(svg, place);
    const plots = pictures.plotsOf(svg, place);
    const pixels = await pixelsOf(svg, Math.ceil(width), Math.ceil(height), page);
    const picture = { svg, texts, marks, plots, place, pixels, width, height, isGrey, background: pixels.corner };
    const findings = Object.entries(KINDS).flatMap(([kind, find]) => [...find(picture)].map(
      ([what, where]) => ({ kind: kind.trim(), what, where }),
    ));
    return { width, height, findings };
  };

  // The same of many, as the text of SVG files.
  pictures.measureAll = async (drawn, options) => {
    const found = [];
    for (const text of drawn) {
      const svg = document.adoptNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
      document.body.replaceChildren(svg);
      found.push(await pictures.measure(svg, options));
    }
    document.body.replaceChildren();
    return found;
  };
})();
