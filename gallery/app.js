// The page: its list of charts, the search, links to a chart, the keyboard.
"use strict";

(() => {
  const find = (id) => document.getElementById(id);
  const main = find("/charts");
  const box = find("/search");
  const { index, drawing, cards } = diagramgen;
  const drawn = find("/count").textContent;
  const rows = diagramgen.rows(find("/rows"), {
    make: (row) => drawing.make(row, cards.size),
    guess: diagramgen.card.guess,
    come: drawing.come,
    gone: drawing.gone,
  });

  // ---- search ----

  let listed = []; // the rows of the page
  let query = "";
  let before = null; // what was read before the search

  function search() {
    const now = box.value.trim();
    if (now === query) return;
    if (query === "") before = rows.here();
    const from = now === "" ? before : null;
    query = now;
    list(from);
  }

  function clear() {
    box.value = "";
    search();
  }

  function list(from) {
    const found = index.search(query);
    const charts = found.filter((entry) => entry.kind === "chart");
    listed = index.rowsOf(found);
    rows.set(listed, from);
    diagramgen.tree(find("/tree"), charts);
    const count = charts.length.toLocaleString("en");
    find("/count").textContent = query ? `${count} of ${drawn}` : drawn;
    find("/nothing").hidden = charts.length > 0 || !query;
  }

  // ---- links to a chart or a section ----

  let sought = null; // {id, offset}: where the page is to be read, as long as that has not come

  // Go where the address leads.
  function follow() {
    try {
      sought = { id: decodeURIComponent(location.hash.slice(1)) };
    } catch {
      return; // no link of this page's
    }
    seek();
  }

  // Go where this step of the history was read, if it was, or where its address leads: the browser
  // itself knows of no place in rows that it does not have yet.
  function arrive() {
    if (!history.state) {
      follow();
    } else if (history.state.id === undefined) {
      scrollTo({ top: 0, behavior: "instant" });
    } else {
      sought = history.state;
      seek();
    }
  }

  function remember() {
    if (sought) return;
    const here = rows.here();
    history.replaceState({ id: here?.row.id, offset: here?.offset }, "");
  }

  function seek() {
    if (!sought) return;
    const { id, offset } = sought;
    const isIt = (row) => row.id === id && row.kind !== "absent";
    if (cards.has(id) && !listed.some(isIt)) clear();
    const row = listed.find(isIt);
    if (row || isComplete) sought = null;
    if (!row) return;
    rows.show(row, offset);
    if (offset === undefined) focusOn(row);
  }

  async function focusOn(row) {
    if (row.kind === "chart") await drawing.draw(row);
    const heading = row.element ? row.element.querySelector("h3") : find(row.id);
    heading?.focus({ preventScroll: true });
  }

  // A link to where the page is already is no change of its address.
  function onLink(event) {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && link.hash === location.hash) follow();
  }

  // ---- the index comes ----

  let waiting = null;
  let isComplete = false;

  function onPart() {
    waiting ??= setTimeout(() => {
      waiting = null;
      list();
      seek();
    }, listed.length > 0 ? 200 : 0);
  }

  async function load() {
    history.scrollRestoration = "manual";
    arrive();
    index.onPart(onPart);
    const all = index.loadParts(Number(main.dataset.parts));
    diagramgen.load("gallery/vega.js").catch(() => null); // each chart will say so
    try {
      await all;
    } catch (error) {
      find("/wrong").textContent = `Not all charts are here: ${error.message}`;
      find("/wrong").hidden = false;
    }
    isComplete = true;
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
      box.focus();
    } else if (event.key === "Escape") {
      if (typing && box.value) clear();
      else diagramgen.names.pick(null);
      find("/tip").hidden = true;
    } else diagramgen.names.onLegendKey(event);
  }

  function start() {
    const button = find("/scheme");
    const showScheme = (dark) => button.setAttribute("aria-pressed", String(dark));
    button.addEventListener("click", () => diagramgen.scheme.choose(!diagramgen.scheme.isDark()));
    showScheme(diagramgen.scheme.isDark());
    diagramgen.scheme.onChange(showScheme);
    diagramgen.scheme.onChange(drawing.redraw);
    box.addEventListener("input", search);
    box.form.addEventListener("submit", (event) => event.preventDefault());
    drawer.addEventListener("click", (event) => {
      if (phone.matches && event.target.closest("a")) drawer.open = false;
    });
    phone.addEventListener("change", fitDrawer);
    fitDrawer();
    addEventListener("keydown", onKey);
    addEventListener("hashchange", arrive);
    addEventListener("click", onLink);
    addEventListener("touchmove", () => { find("/tip").hidden = true; }, { passive: true });
    let scrolling;
    addEventListener("scroll", () => {
      clearTimeout(scrolling);
      scrolling = setTimeout(remember, 200);
    }, { passive: true });
    let resizing;
    new ResizeObserver(() => {
      clearTimeout(resizing);
      resizing = setTimeout(drawing.fit, 150);
    }).observe(main);
    load();
  }

  start();
})();
