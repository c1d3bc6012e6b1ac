// The folders of the charts, each filled when it is opened first.
"use strict";

(() => {
  const FEW = 100; // so many charts stand there with all their folders open
  const MANY = 200; // so many charts of a folder are listed at once
  const { element, breakable, url } = diagramgen.card;
  const chosen = new Map(); // the path of a folder that a person has opened or closed -> which

  function named(place, text) {
    const name = element("bdi");
    name.append(...breakable(text));
    place.append(name);
    return place;
  }

  function folder(name, charts, depth, isOpen) {
    const path = charts[0].folders.slice(0, depth + 1).join("/");
    const item = element("li", undefined, { class: "folder" });
    const details = element("details");
    const inside = element("ul");
    details.append(named(element("summary"), name), inside);
    details.open = chosen.get(path) ?? isOpen;
    const open = () => {
      if (details.open && inside.childElementCount === 0) fill(inside, charts, depth + 1, isOpen);
    };
    open();
    details.addEventListener("toggle", open);
    details.querySelector("summary").addEventListener("click", () => chosen.set(path, !details.open));
    item.append(details);
    return item;
  }

  function link({ id }) {
    const item = element("li");
    const to = element("a", undefined, { href: `#${url(id)}`, "data-for": id });
    item.append(named(to, id.split("/").at(-1)));
    return item;
  }

  function addLinks(list, charts) {
    list.append(...charts.slice(0, MANY).map(link));
    const rest = charts.slice(MANY);
    if (rest.length === 0) return;
    const item = element("li");
    const text = `${rest.length.toLocaleString("en")} more`;
    const button = element("button", text, { type: "button" });
    button.addEventListener("click", () => {
      item.remove();
      const before = list.childElementCount;
      addLinks(list, rest);
      list.children[before].firstElementChild.focus();
    });
    item.append(button);
    list.append(item);
  }

  // Fill a list with what charts have at one depth of their folders: the folders, then the charts.
  function fill(list, charts, depth, isOpen) {
    const folders = new Map();
    const here = [];
    for (const chart of charts) {
      const name = chart.folders[depth];
      if (name === undefined) here.push(chart);
      else if (folders.has(name)) folders.get(name).push(chart);
      else folders.set(name, [chart]);
    }
    list.replaceChildren(...[...folders].map(([name, of]) => folder(name, of, depth, isOpen)));
    addLinks(list, here);
  }

  diagramgen.tree = (list, charts) => fill(list, charts, 0, charts.length <= FEW);
})();
