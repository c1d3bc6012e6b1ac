// The page: draws charts as they come into view, searches, links names across charts, downloads.
"use strict";

(() => {
  const MOST_DRAWN = 40; // beyond this the charts that were left longest ago are let go
  const cards = (diagramgen.cards = new Map()); // by id, for the console too: each drawn one has its view
  const arrived = new Map(); // id -> what waits for the chart's script
  const find = (id) => document.getElementById(id);

  // Load a script once.
  const loading = new Map();
  function load(src) {
    if (!loading.has(src)) {
      loading.set(src, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = src;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`cannot load ${src}`));
        document.head.append(script);
      }));
    }
    return loading.get(src);
  }

  // The scripts in gallery/charts/ call this.
  diagramgen.show = (id, spec) => arrived.get(id)?.(spec);

  function specOf(card) {
    card.spec ??= new Promise((resolve, reject) => {
      arrived.set(card.id, resolve);
      load(card.element.dataset.script).catch(reject);
    });
    return card.spec;
  }

  // ---- drawing ----

  function draw(card) {
    card.drawing ??= drawNow(card).catch((error) => {
      card.chart.replaceChildren(note(`This chart cannot be shown: ${error.message}`));
      console.error(card.id, error);
    });
    return card.drawing;
  }

  function note(text) {
    const made = document.createElement("p");
    made.className = "note";
    made.textContent = text;
    return made;
  }

  async function drawNow(card) {
    const [spec] = await Promise.all([specOf(card), load("gallery/vega.js")]);
    const on = {
      tip,
      hover: (name) => hover(name),
      pick: (name, more) => pick(name, more),
    };
    card.width = card.chart.clientWidth;
    card.drawn = await diagramgen.draw(card.chart, spec, card.title, on);
    card.chart.style.minHeight = "";
    card.element.dataset.drawn = "";
    addZoomButtons(card);
    await diagramgen.focus(card.drawn, focus());
    nameLegends(card);
    letGo();
  }

  function undraw(card) {
    if (!card.drawing) return;
    card.chart.style.minHeight = `${card.chart.offsetHeight}px`;
    card.drawn?.finalize();
    card.chart.replaceChildren();
    card.element.querySelector(".zoom")?.remove();
    delete card.element.dataset.drawn;
    card.drawn = card.drawing = null;
  }

  function redraw() {
    for (const card of cards.values()) {
      if (!card.drawn) continue;
      undraw(card);
      if (card.near) draw(card);
    }
  }

  function letGo() {
    const drawn = [...cards.values()].filter((card) => card.drawn);
    const far = drawn.filter((card) => !card.near).sort((a, b) => a.left - b.left);
    far.slice(0, Math.max(0, drawn.length - MOST_DRAWN)).forEach(undraw);
  }

  let moment = 0;
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const card = cards.get(target.closest(".card").dataset.id);
      card.near = isIntersecting;
      if (!isIntersecting) card.left = moment++;
      else if (card.drawn) showFocus(card);
      else draw(card);
    }
  }, { rootMargin: "500px 0px" });

  let waiting;
  new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const card of cards.values()) {
        if (!card.drawn || Math.abs(card.chart.clientWidth - card.width) < 16) continue;
        undraw(card);
        if (card.near) draw(card);
      }
    }, 150);
  }).observe(find("/charts"));

  // ---- names picked out, in all charts at once ----

  let picked = null;
  let hovered = null;
  let leaving;

  function focus() {
    return picked ?? hovered;
  }

  function showFocus(card) {
    diagramgen.focus(card.drawn, focus()).then(() => nameLegends(card));
  }

  function showAll() {
    for (const card of cards.values()) if (card.drawn && card.near) showFocus(card);
  }

  function hover(name) {
    clearTimeout(leaving);
    leaving = setTimeout(() => {
      const values = name ? [name.value] : [];
      if (hovered?.column === name?.column && hovered?.values[0] === values[0]) return;
      hovered = name ? { column: name.column, values } : null;
      if (!picked) showAll();
    }, name ? 20 : 120);
  }

  // Pick a name out, or with Shift one more; picking it again, or nothing, shows all.
  function pick(name, more) {
    if (dragged) return;
    const before = picked && name && picked.column === name.column ? picked.values : [];
    const others = before.filter((value) => value !== name?.value);
    const again = others.length < before.length;
    if (!name) picked = null;
    else if (more) picked = { column: name.column, values: again ? others : [...others, name.value] };
    else picked = again && others.length === 0 ? null : { column: name.column, values: [name.value] };
    if (picked?.values.length === 0) picked = null;
    hovered = null;
    showAll();
  }

  let pressed = [0, 0];
  let dragged = false;
  addEventListener("pointerdown", (event) => { pressed = [event.clientX, event.clientY]; }, true);
  addEventListener("click", (event) => {
    dragged = event.detail > 0
      && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 5;
  }, true);

  // Legends are buttons to the keyboard too: Tab comes to each legend, the arrow keys go along it.
  function nameLegends(card) {
    const now = focus();
    for (const legend of card.chart.querySelectorAll(".role-legend")) {
      const entries = [...legend.querySelectorAll("g[class*='dg_legend_'].role-legend-label text")];
      if (entries.length === 0) continue;
      legend.setAttribute("role", "group");
      legend.removeAttribute("aria-roledescription");
      legend.setAttribute("aria-label", "Legend: pick out a name in all charts");
      const current = entries.find((entry) => entry.tabIndex === 0) ?? entries[0];
      for (const entry of entries) {
        const { column, value } = nameOf(entry);
        entry.setAttribute("role", "button");
        entry.setAttribute("tabindex", entry === current ? "0" : "-1");
        const isPicked = now === picked && now?.column === column && now.values.includes(value);
        entry.setAttribute("aria-pressed", String(Boolean(isPicked)));
      }
    }
  }

  function nameOf(entry) {
    const item = entry.__data__;
    return { column: item.mark.name.replace(/^dg_legend_\d+_/, ""), value: item.datum.value };
  }

  function onLegendKey(event) {
    if (event.target.getAttribute("role") !== "button" || !event.target.__data__) return;
    const entries = [...event.target.closest(".role-legend").querySelectorAll("[role=button]")];
    const at = entries.indexOf(event.target);
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    if (event.key === "Enter" || event.key === " ") pick(nameOf(event.target), event.shiftKey);
    else if (event.key in steps) {
      const next = entries[(at + steps[event.key] + entries.length) % entries.length];
      event.target.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    } else return;
    event.preventDefault();
  }

  // ---- tooltips ----

  function tip(event, value, spec) {
    const box = find("/tip");
    const given = typeof value === "object" && value !== null ? Object.entries(value) : [];
    const missing = ["", "null", "NaN", "undefined"];
    const lines = given.filter(([, text]) => !missing.includes(String(text)));
    box.hidden = lines.length === 0;
    if (box.hidden) return;
    const sources = spec.usermeta?.diagramgen?.sources ?? {};
    box.replaceChildren(...lines.flatMap(([name, text]) => {
      const key = document.createElement("span");
      const shown = document.createElement("bdi");
      key.textContent = name === "n" ? "n" : name[0].toUpperCase() + name.slice(1);
      key.dir = "auto";
      const isSource = name === "source" || name === "against";
      shown.textContent = isSource ? sources[text] ?? text : String(text);
      return [key, shown];
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
    const bar = document.createElement("div");
    bar.className = "zoom";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Zoom into the steps");
    const kinds = [["Zoom in", 0.5], ["Zoom out", 2], ["All steps", null]];
    bar.append(...kinds.map(([text, factor]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.onclick = () => zoom(card, factor);
      return button;
    }), hint("Ctrl and scroll to zoom, drag to move"));
    card.chart.after(bar);
  }

  function hint(text) {
    const made = document.createElement("span");
    made.textContent = text;
    return made;
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
    const [spec] = await Promise.all([specOf(card), load("gallery/vega.js")]);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await MAKERS[format](spec));
    link.download = `${card.element.dataset.name}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // ---- search ----

  function search() {
    const words = find("/search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (element) => words.every((word) => element.dataset.words.includes(word));
    let count = 0;
    for (const card of cards.values()) {
      const fits = matches(card.element);
      card.element.hidden = !fits;
      card.link.hidden = !fits;
      count += fits;
    }
    for (const entry of document.querySelectorAll(".absent")) entry.hidden = !matches(entry);
    const hasNone = (box, each) => !box.querySelector(`${each}:not([hidden])`);
    for (const box of document.querySelectorAll("main > section:has(.card)")) box.hidden = hasNone(box, ".card");
    for (const box of document.querySelectorAll(".folder")) box.hidden = hasNone(box, "li:not(.folder)");
    const absent = find("/not-drawn");
    if (absent) absent.hidden = hasNone(absent, ".absent");
    const charts = `${cards.size.toLocaleString("en")} chart${cards.size === 1 ? "" : "s"}`;
    find("/count").textContent = words.length > 0 ? `${count.toLocaleString("en")} of ${charts}` : charts;
    find("/nothing").hidden = count > 0 || words.length === 0;
  }

  // ---- links to a chart ----

  async function open() {
    let id;
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return; // no link of this page's
    }
    const card = cards.get(id);
    if (!card) return;
    if (card.element.hidden) {
      find("/search").value = "";
      search();
    }
    card.element.scrollIntoView();
    await draw(card);
    card.element.scrollIntoView();
    card.element.querySelector("h3").focus({ preventScroll: true });
  }

  // ---- the parts of the page ----

  const phone = matchMedia("(max-width: 860px)");
  const drawer = document.querySelector(".drawer");

  function fitDrawer() {
    drawer.open = !phone.matches;
  }

  function onKey(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      find("/search").focus();
    } else if (event.key === "Escape") {
      if (typing && find("/search").value) {
        find("/search").value = "";
        search();
      } else pick(null);
      find("/tip").hidden = true;
    } else onLegendKey(event);
  }

  function start() {
    const links = new Map([...document.querySelectorAll("nav [data-for]")].map((a) => [a.dataset.for, a]));
    for (const element of document.querySelectorAll(".card")) {
      const { id, height } = element.dataset;
      const card = { id, element, title: element.querySelector("h3").textContent, left: 0 };
      card.chart = element.querySelector(".chart");
      card.link = links.get(id).parentElement;
      card.chart.style.minHeight = `${height}px`;
      cards.set(id, card);
      near.observe(card.chart);
      const table = element.querySelector("details.table");
      table.addEventListener("toggle", () => fillTable(card, table));
      for (const button of element.querySelectorAll("[data-make]")) {
        button.addEventListener("click", () => download(card, button.dataset.make));
      }
    }
    const button = find("/scheme");
    const showScheme = (dark) => button.setAttribute("aria-pressed", String(dark));
    button.addEventListener("click", () => diagramgen.scheme.choose(!diagramgen.scheme.isDark()));
    showScheme(diagramgen.scheme.isDark());
    diagramgen.scheme.onChange(showScheme);
    diagramgen.scheme.onChange(redraw);
    find("/search").addEventListener("input", search);
    find("/search").form.addEventListener("submit", (event) => event.preventDefault());
    drawer.addEventListener("click", (event) => {
      if (phone.matches && event.target.closest("a")) drawer.open = false;
    });
    phone.addEventListener("change", fitDrawer);
    fitDrawer();
    addEventListener("keydown", onKey);
    addEventListener("hashchange", open);
    addEventListener("touchmove", () => { find("/tip").hidden = true; }, { passive: true });
    open();
  }

  start();
})();
