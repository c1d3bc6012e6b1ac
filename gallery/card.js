// What an entry of the index looks like: the page's templates, filled in.
"use strict";

(() => {
  const DOWNLOADS = { png: "PNG", svg: "SVG", "vl.json": "Vega-Lite", csv: "CSV" };
  const PLAIN = { heading: 59, absent: 80, source: 90 };

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function wrapped(name, text) {
    const made = element(name);
    made.append(element("bdi", text));
    return made;
  }

  // A name that a line may break after each `_` and `/` of.
  function breakable(text) {
    return text.split(/(?<=[_/])/).flatMap((part, i) => (i > 0 ? [element("wbr"), part] : [part]));
  }

  // A link to a chart, or to a file of it.
  function url(path) {
    return path.split("/").map(encodeURIComponent).join("/");
  }

  // A template's elements, with what an entry says put where it belongs.
  function filled(entry) {
    const made = document.getElementById(`/${entry.kind}`).content.cloneNode(true).firstElementChild;
    for (const place of made.querySelectorAll("[data-put]")) {
      const text = entry[place.dataset.put] ?? "";
      if (place.localName === "bdi") place.append(...breakable(text));
      else place.textContent = text;
      place.hidden = text === "";
    }
    return made;
  }

  function reasons(pairs) {
    return pairs.map(([name, reason]) => {
      const line = element("div");
      line.append(wrapped("dt", name), element("dd", reason, { dir: "auto" }));
      return line;
    });
  }

  function download(id, format, label, written) {
    const item = element("li");
    item.append(written
      ? element("a", label, { href: `./${url(id)}.${format}`, download: "" })
      : element("button", label, { type: "button", "data-make": format }));
    return item;
  }

  function chart(entry, total) {
    const made = filled(entry);
    const { id, number, transforms, metrics, written, left_out: leftOut } = entry;
    const badge = (kind) => (name) => {
      const item = wrapped("li", name);
      item.className = kind;
      return item;
    };
    made.id = id;
    made.dataset.id = id;
    made.querySelector("h3").id = `/title-${number}`;
    made.setAttribute("aria-labelledby", `/title-${number}`);
    made.setAttribute("aria-posinset", number + 1);
    made.setAttribute("aria-setsize", total);
    made.querySelector(".anchor").href = `#${url(id)}`;
    made.querySelector(".badges").append(...transforms.map(badge("")), ...metrics.map(badge("metric")));
    made.querySelector(".downloads").append(...Object.entries(DOWNLOADS).map(
      ([format, label]) => download(id, format, label, written.includes(format)),
    ));
    const left = made.querySelector(".left-out");
    if (leftOut.length === 0) left.remove();
    else {
      left.querySelector(".number").textContent = leftOut.length;
      left.querySelector("dl").append(...reasons(leftOut));
    }
    return made;
  }

  function source(entry) {
    const made = filled(entry);
    const left = made.querySelector("dl");
    if (entry.left_out.length === 0) left.remove();
    else left.append(...reasons(entry.left_out));
    return made;
  }

  function heading({ id, title }) {
    return element("h2", title, { id, dir: "auto", tabindex: "-1" });
  }

  function absent(entry) {
    const made = filled(entry);
    made.querySelector(".status").classList.add(entry.status);
    return made;
  }

  const MAKERS = { chart, source, heading, absent };

  // The element of a row; `total` is how many charts there are.
  function make(entry, total) {
    const row = element("div", undefined, { class: "row" });
    row.append(MAKERS[entry.kind](entry, total));
    return row;
  }

  // About how high a row is.
  function guess({ kind, height: chartHeight, description = "" }) {
    if (kind !== "chart") return PLAIN[kind];
    return 285 + chartHeight + 20 * Math.ceil(description.length / 90);
  }

  diagramgen.card = { make, guess, element, breakable, url };
})();
