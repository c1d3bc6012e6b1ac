// A long list of rows, of which only those in view and a little around are elements of the page.
// Each row has its height, guessed until it is measured; `anchor` is the row that stays where it is
// on the screen while heights above it change.
"use strict";

(() => {
  const MARGIN = 500; // pixels above and below the screen
  const LINE = 80; // so far below the bar on top is what a person reads first

  // `box` holds the rows; `how` has what makes a row's element, guesses its height, and hears of
  // each row that comes and goes.
  diagramgen.rows = (box, how) => {
    const shown = new Map(); // row -> its element
    let rows = [];
    let tops = new Float64Array(1);
    let anchor = null; // {row, offset}: the screen begins so far below the row's top
    let placed = 0; // where the page was scrolled to by this script

    function place() {
      tops = new Float64Array(rows.length + 1);
      rows.forEach((row, i) => { tops[i + 1] = tops[i] + row.extent; });
      box.style.height = `${tops[rows.length]}px`;
    }

    function start() {
      return box.getBoundingClientRect().top + scrollY;
    }

    function isIn(row) {
      return row !== undefined && rows[row.place] === row;
    }

    // The place of the row that is so far below the top of the list.
    function at(y) {
      let [low, high] = [0, rows.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (tops[middle] <= y) low = middle;
        else high = middle - 1;
      }
      return low;
    }

    function bar() {
      return parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
    }

    function anchorHere() {
      const y = scrollY - start();
      if (scrollY <= 0 || rows.length === 0) return null;
      const row = rows[at(y + bar() + LINE)];
      return { row, offset: y - tops[row.place] };
    }

    // Scroll so that the anchor is where it was; `top` is where the list begins in the page.
    function keepAnchor(top) {
      if (!anchor || !isIn(anchor.row)) return;
      const y = top + tops[anchor.row.place] + anchor.offset;
      if (Math.abs(scrollY - y) > 0.5) scrollTo({ top: y, behavior: "instant" });
      placed = scrollY;
    }

    function wanted(top) {
      if (rows.length === 0) return [];
      const y = scrollY - top;
      const found = new Set();
      for (let i = at(y - MARGIN); i < rows.length && tops[i] < y + innerHeight + MARGIN; i++) {
        found.add(rows[i]);
      }
      // What has the keyboard's focus stays with its neighbours, so that Tab goes on from there.
      const held = [...shown].find(([, element]) => element.contains(document.activeElement));
      if (held && isIn(held[0])) {
        const { place: middle } = held[0];
        for (const row of rows.slice(Math.max(0, middle - 1), middle + 2)) found.add(row);
      }
      return [...found].sort((a, b) => a.place - b.place);
    }

    function measure(row) {
      const height = shown.get(row).getBoundingClientRect().height;
      const differs = Math.abs(height - row.extent) > 0.5;
      if (differs) row.extent = height;
      return differs;
    }

    // Put the rows that are wanted now into the page, take the others out; which have come.
    function fill(now) {
      const keep = new Set(now);
      for (const [row, element] of [...shown]) {
        if (keep.has(row)) continue;
        resized.unobserve(element);
        element.remove();
        shown.delete(row);
        how.gone(row);
      }
      const come = [];
      let next = box.firstChild;
      for (const row of now) {
        let element = shown.get(row);
        if (!element) {
          element = how.make(row);
          shown.set(row, element);
          box.insertBefore(element, next);
          come.push(row);
        } else next = element.nextSibling;
        element.style.top = `${tops[row.place]}px`;
      }
      return come;
    }

    function update() {
      const top = start();
      const all = [];
      // What has come is measured, which moves what is below it and may call for more.
      for (let i = 0; i < 5; i++) {
        keepAnchor(top);
        const come = fill(wanted(top));
        all.push(...come);
        if (come.filter(measure).length === 0) break;
        place();
      }
      for (const [row, element] of shown) element.style.top = `${tops[row.place]}px`;
      keepAnchor(top);
      // Not at once: this may be an answer to `resized`, which must not wait for itself.
      requestAnimationFrame(() => {
        for (const row of all) if (shown.has(row)) resized.observe(shown.get(row));
      });
      how.come(all.filter((row) => shown.has(row)));
    }

    const resized = new ResizeObserver(() => {
      if ([...shown.keys()].filter(measure).length === 0) return;
      place();
      update();
    });

    // Show other rows; what is read first stays where it is, or `from` comes there.
    function set(now, from = anchor) {
      rows = now;
      rows.forEach((row, i) => {
        row.place = i;
        row.extent ??= how.guess(row);
      });
      place();
      anchor = from;
      if (!anchor) scrollTo({ top: 0, behavior: "instant" });
      update();
    }

    // Scroll to a row, or so far below its top.
    function show(row, offset = -bar()) {
      anchor = { row, offset };
      update();
    }

    addEventListener("scroll", () => {
      if (Math.abs(scrollY - placed) > 1) anchor = anchorHere();
      placed = scrollY;
      update();
    }, { passive: true });
    addEventListener("resize", update);

    return { set, show, here: () => anchor };
  };
})();
