// A card's chart: drawn when it comes into view, with its tooltips, zoom, table and downloads.
"use strict";

(() => {
  const MOST_KEPT = 40; // beyond this the cards that were left longest ago are let go
  const { element } = diagramgen.card;
  const arrived = new Map(); // id -> what waits for the chart's script
  const made = new Set(); // the cards that have elements
  const shown = new Set(); // those of them that are in the page
  let moment = 0;
  let isBusy = false;

  // The scripts in gallery/charts/ call this.
  diagramgen.show = (id, spec) => arrived.get(id)?.(spec);

  function specOf(card) {
    card.spec ??= new Promise((resolve, reject) => {
      arrived.set(card.id, resolve);
      diagramgen.load(card.script).catch(reject);
    });
    return card.spec;
  }

  function bundle() {
    return diagramgen.load("gallery/vega.js");
  }

  // ---- drawing ----

  function draw(card) {
    card.drawing ??= drawNow(card).catch((error) => {
      const text = `This chart cannot be shown: ${error.message}`;
      card.chart.replaceChildren(element("p", text, { class: "note" }));
      console.error(card.id, error);
    });
    return card.drawing;
  }

  async function drawNow(card) {
    const [spec] = await Promise.all([specOf(card), bundle()]);
    const { hover, pick, show } = diagramgen.names;
    card.width = card.chart.clientWidth;
    card.drawn = await diagramgen.draw(card.chart, spec, card.title, { tip, hover, pick });
    card.chart.style.minHeight = "";
    card.article.dataset.drawn = "";
    if (spec.description) card.article.querySelector("figcaption").textContent = spec.description;
    addZoomButtons(card);
    await show(card);
  }

  function undraw(card) {
    if (!card.drawing) return;
    card.chart.style.minHeight = `${card.chart.offsetHeight}px`;
    card.drawn?.finalize();
    card.chart.replaceChildren();
    card.article.querySelector(".zoom")?.remove();
    delete card.article.dataset.drawn;
    card.drawn = card.drawing = null;
  }

  // Draw what is in the page one by one, what is nearest to the middle of the screen first: of
  // what only passes by while a person scrolls, little is drawn.
  async function drawShown() {
    if (isBusy) return;
    isBusy = true;
    for (let [card, next] = nearest(); card; [card, next] = nearest()) {
      if (next) specOf(next).catch(() => null); // drawing it will say so
      await draw(card);
      await new Promise((resolve) => setTimeout(resolve));
    }
    isBusy = false;
  }

  function nearest() {
    const waiting = [...shown].filter((card) => !card.drawing);
    const distance = (card) => {
      const { top, bottom } = card.chart.getBoundingClientRect();
      return Math.abs((top + bottom) / 2 - innerHeight / 2);
    };
    return waiting.sort((a, b) => distance(a) - distance(b));
  }

  function redraw() {
    made.forEach(undraw);
    drawShown();
  }

  function fit() {
    for (const card of shown) {
      if (card.drawn && Math.abs(card.chart.clientWidth - card.width) >= 16) undraw(card);
    }
    drawShown();
  }

  // ---- cards come into the page, and go ----

  // The element of a row, the same as before where that is kept.
  function make(row, total) {
    if (row.element) return row.element;
    const found = diagramgen.card.make(row, total);
    if (row.kind !== "chart") return found;
    row.element = found;
    row.article = found.firstElementChild;
    row.chart = found.querySelector(".chart");
    row.chart.style.minHeight = `${row.height}px`;
    const table = found.querySelector("details.table");
    table.addEventListener("toggle", () => fillTable(row, table));
    for (const button of found.querySelectorAll("[data-make]")) {
      button.addEventListener("click", () => download(row, button.dataset.make));
    }
    made.add(row);
    return found;
  }

  function come(rows) {
    for (const card of rows.filter((row) => row.kind === "chart")) {
      shown.add(card);
      if (card.drawn) diagramgen.names.show(card);
    }
    if (rows.length > 0) fit();
  }

  function gone(row) {
    if (row.kind !== "chart") return;
    shown.delete(row);
    row.left = moment++;
    const far = [...made].filter((card) => !shown.has(card)).sort((a, b) => a.left - b.left);
    far.slice(0, Math.max(0, made.size - MOST_KEPT)).forEach(letGo);
  }

  function letGo(card) {
    card.drawn?.finalize();
    card.drawn = card.drawing = card.spec = card.element = null;
    made.delete(card);
  }

  // ---- tooltips ----

  function tip(event, value, spec) {
    const box = document.getElementById("/tip");
    const given = typeof value === "object" && value !== null ? Object.entries(value) : [];
    const missing = ["", "null", "NaN", "undefined"];
    const lines = given.filter(([, text]) => !missing.includes(String(text)));
    box.hidden = lines.length === 0;
    if (box.hidden) return;
    const sources = spec.usermeta?.diagramgen?.sources ?? {};
    box.replaceChildren(...lines.flatMap(([name, text]) => {
      const key = name === "n" ? "n" : name[0].toUpperCase() + name.slice(1);
      const isSource = ["source", "against"].includes(name.toLowerCase());
      const said = isSource ? sources[text] ?? text : String(text);
      return [element("span", key, { dir: "auto" }), element("bdi", said)];
    }));
    const { clientX: x, clientY: y } = event;
    const left = x + 16 + box.offsetWidth > innerWidth ? x - 16 - box.offsetWidth : x + 16;
    const top = y + 16 + box.offsetHeight > innerHeight ? y - 16 - box.offsetHeight : y + 16;
    box.style.left = `${Math.max(4, left)}px`;
    box.style.top = `${Math.max(4, top)}px`;
  }

  // ---- zoom ----

  function addZoomButtons(card) {
    if (card.drawn.zooms.length === 0) return;
    const words = { role: "group", "aria-label": "Zoom into the steps" };
    const bar = element("div", undefined, { class: "zoom", ...words });
    const kinds = [["Zoom in", 0.5], ["Zoom out", 2], ["All steps", null]];
    bar.append(...kinds.map(([text, factor]) => {
      const button = element("button", text, { type: "button" });
      button.onclick = () => zoom(card, factor);
      return button;
    }), element("span", "Ctrl and scroll to zoom, drag to move"));
    card.chart.after(bar);
  }

  function zoom(card, factor) {
    for (const { signal, from, to } of card.drawn.zooms) {
      const [low, high] = card.drawn.view.signal(signal) ?? [from, to];
      const half = ((high - low) / 2) * (factor ?? 1);
      const middle = (low + high) / 2;
      const all = factor === null || half * 2 >= (to - from) * 1.05;
      card.drawn.view.signal(signal, all ? null : [middle - half, middle + half]);
    }
    card.drawn.view.runAsync();
  }

  // ---- the table, the downloads ----

  async function fillTable(card, details) {
    const box = details.querySelector(".scroll");
    if (!details.open || box.childElementCount > 0) return;
    const [spec] = await Promise.all([specOf(card), draw(card)]);
    const locale = card.drawn?.view.locale();
    if (box.childElementCount === 0) box.append(...diagramgen.table.html(spec, card.title, locale));
  }

  // The saved spec, unchanged, as a picture: in the look that its file has on disk.
  async function picture(spec, format) {
    const aside = document.createElement("div");
    const { usermeta: _options, ...plain } = spec;
    const result = await vegaEmbed(aside, plain, { ...diagramgen.how, tooltip: false });
    try {
      if (format === "svg") return new Blob([await result.view.toSVG()], { type: "image/svg+xml" });
      const canvas = await result.view.toCanvas(2);
      return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    } finally {
      result.finalize();
    }
  }

  const MAKERS = {
    png: (spec) => picture(spec, "png"),
    svg: (spec) => picture(spec, "svg"),
    "vl.json": (spec) => new Blob([`${JSON.stringify(spec, null, 1)}\n`], { type: "application/json" }),
    csv: (spec) => new Blob([diagramgen.table.csv(spec)], { type: "text/csv" }),
  };

  async function download(card, format) {
    const [spec] = await Promise.all([specOf(card), bundle()]);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await MAKERS[format](spec));
    link.download = `${card.id.split("/").at(-1)}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  diagramgen.names.among(() => [...shown].filter((card) => card.drawn));
  diagramgen.drawing = { draw, redraw, fit, make, come, gone };
})();
