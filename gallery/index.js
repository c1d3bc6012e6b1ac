// The index: all that there is to show, and the search in it. It comes in parts, each of them a
// script, since a page of file:// may ask for no other kind of file.
"use strict";

(() => {
  const entries = []; // in the order of the page
  const listeners = [];
  const headings = new Map(); // id -> the row above a section
  const loading = new Map();
  let charts = 0;

  // Load a script once.
  function load(src, inOrder = false) {
    if (!loading.has(src)) {
      loading.set(src, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = src;
        script.async = !inOrder;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`cannot load ${src}`));
        document.head.append(script);
      }));
    }
    return loading.get(src);
  }

  // The scripts in gallery/index/ call this.
  function part(_number, found) {
    for (const entry of found) {
      const { id, name, title, metrics = [], transforms = [], names } = entry;
      const said = [id, name, title, ...metrics, ...transforms, names];
      entry.text = said.filter(Boolean).join("\n").toLowerCase();
      if (entry.kind === "chart") {
        entry.folders = id.split("/").slice(0, -1);
        entry.number = charts++;
        diagramgen.cards.set(id, entry);
      }
      entry.heading = headingOf(entry);
      entries.push(entry);
    }
    listeners.forEach((listener) => listener());
  }

  // Load all parts; the promise is kept once the last is there.
  function loadParts(count) {
    const names = Array.from({ length: count }, (_, i) => String(i).padStart(3, "0"));
    return Promise.all(names.map((name) => load(`gallery/index/${name}.js`, true)));
  }

  function headingOf({ kind, folders }) {
    let [id, title] = ["/folder", "Charts"];
    if (kind === "absent") [id, title] = ["/not-drawn", "Not drawn"];
    else if (kind === "source") [id, title] = ["/sources", "Sources"];
    else if (folders.length > 0) [id, title] = [`/folder/${folders[0]}`, folders[0]];
    if (!headings.has(id)) headings.set(id, { kind: "heading", id, title });
    return headings.get(id);
  }

  // The entries that have all words of a query, in any order. Sources are always among them.
  function search(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return entries;
    const fits = ({ kind, text }) => kind === "source" || words.every((word) => text.includes(word));
    return entries.filter(fits);
  }

  // The rows of the page that show some entries: these, and a heading above those of a section.
  function rowsOf(found) {
    const rows = [];
    let last;
    for (const entry of found) {
      if (entry.heading !== last) rows.push(last = entry.heading);
      rows.push(entry);
    }
    return rows;
  }

  diagramgen.cards = new Map(); // by id, for the console too: each drawn one has its view
  diagramgen.load = load;
  diagramgen.part = part;
  diagramgen.index = { loadParts, search, rowsOf, onPart: (listener) => listeners.push(listener) };
})();
