// Names picked out, in all charts at once: by the pointer, a click on a legend, or the keyboard.
"use strict";

(() => {
  let picked = null;
  let hovered = null;
  let leaving;
  let drawn = () => []; // the drawn charts that are in view

  function focus() {
    return picked ?? hovered;
  }

  function show(card) {
    return diagramgen.focus(card.drawn, focus()).then(() => nameLegends(card));
  }

  function showAll() {
    drawn().forEach(show);
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

  // The entries of each legend, and the names at the ends of lines, which stand in place of one.
  function legendsOf(card) {
    const found = [];
    for (const legend of card.chart.querySelectorAll(".role-legend")) {
      found.push([legend, [...legend.querySelectorAll("g[class*='dg_legend_'].role-legend-label text")]]);
    }
    for (const marks of card.chart.querySelectorAll("g.mark-text.role-mark")) {
      const names = [...marks.querySelectorAll("text")];
      if (names.every((name) => columnOf(name) !== undefined)) found.push([marks, names]);
    }
    return found.filter(([, entries]) => entries.length > 0);
  }

  // The column whose name stands at the end of a line; none of any other text.
  function columnOf(entry) {
    const datum = entry.__data__?.datum;
    if (datum?.at === undefined || datum.label === undefined) return undefined;
    return Object.keys(datum).find((key) => !["label", "value", "at"].includes(key));
  }

  // Legends are buttons to the keyboard too: Tab comes to each legend, the arrow keys go along it.
  function nameLegends(card) {
    const now = focus();
    for (const [legend, entries] of legendsOf(card)) {
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
    const column = columnOf(entry);
    if (column !== undefined) return { column, value: item.datum[column] };
    return { column: item.mark.name.replace(/^dg_legend_\d+_/, ""), value: item.datum.value };
  }

  function onLegendKey(event) {
    if (event.target.getAttribute("role") !== "button" || !event.target.__data__) return;
    const entries = [...event.target.closest("[role=group]").querySelectorAll("[role=button]")];
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

  function among(found) {
    drawn = found;
  }

  diagramgen.names = { show, hover, pick, onLegendKey, among };
})();
