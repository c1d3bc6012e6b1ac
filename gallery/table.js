// A chart's table: as HTML, and as CSV.
"use strict";

(() => {
  const NAMES = { n: "n", stderr: "Standard error", from_step: "From step", to_step: "To step" };
  // What a view calls a column's numbers in percentage points.
  const POINTS = /^points of /;

  // The parts of a spec that have a mark, each with the rows it draws.
  function leaves(spec, rows = []) {
    const own = spec.data?.values ?? rows;
    const parts = [...(spec.layer ?? []), ...(spec.hconcat ?? []), ...(spec.vconcat ?? []),
      ...(spec.concat ?? []), ...(spec.spec ? [spec.spec] : [])];
    if (parts.length === 0) return [{ view: spec, rows: own }];
    return parts.flatMap((part) => leaves(part, own));
  }

  // The panels of a spec: the views that have a table of their own, in order.
  function panels(spec) {
    const several = spec.hconcat ?? spec.vconcat ?? spec.concat;
    return several && !spec.data ? several : [spec];
  }

  function columnsOf(rows) {
    return [...new Set(rows.flatMap((row) => Object.keys(row)))];
  }

  // How a panel shows its columns: what their tooltips say, else their axes.
  function looks(panel) {
    const found = {};
    for (const { view } of leaves(panel)) {
      for (const each of [view.encoding?.tooltip ?? []].flat()) {
        if (!each.field) continue;
        const column = each.field.replace(POINTS, "");
        const points = column !== each.field;
        found[column] ??= { title: each.title, format: each.format, points };
      }
    }
    for (const column of ["lower", "upper", "reference", "stderr"]) {
      found[column] ??= { format: found.value?.format, points: found.value?.points };
    }
    return found;
  }

  function heading(column, look) {
    return look?.title ?? NAMES[column] ?? column[0].toUpperCase() + column.slice(1);
  }

  // A value as text, numbers as the chart shows them.
  function shown(value, look, locale, sources) {
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (typeof value !== "number") return sources?.[value] ?? String(value);
    if (look?.format && locale) return locale.format(look.format)(look.points ? value * 100 : value);
    const digits = Number.isInteger(value) ? {} : { maximumSignificantDigits: 5 };
    return value.toLocaleString("en", digits);
  }

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function htmlOf(panel, caption, locale, sources) {
    const rows = panel.data?.values ?? [];
    const columns = columnsOf(rows);
    const how = looks(panel);
    const table = element("table");
    table.append(element("caption", caption, { dir: "auto" }));
    const head = table.createTHead().insertRow();
    const numeric = new Set(columns.filter((c) => rows.some((row) => typeof row[c] === "number")));
    for (const column of columns) {
      const cell = element("th", heading(column, how[column]), { scope: "col" });
      cell.classList.toggle("numeric", numeric.has(column));
      head.append(cell);
    }
    const body = table.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      columns.forEach((column, i) => {
        const value = row[column] ?? null;
        const cell = i === 0 ? element("th", undefined, { scope: "row" }) : element("td");
        cell.classList.toggle("numeric", numeric.has(column));
        if (value === null) cell.append(element("span", "missing", { class: "missing" }));
        else {
          const names = column === "source" || column === "against" ? sources : undefined;
          cell.append(element("bdi", shown(value, how[column], locale, names)));
        }
        line.append(cell);
      });
    }
    return table;
  }

  function titleOf(view) {
    const text = view.title?.text ?? view.title ?? "";
    return typeof text === "object" ? [text].flat().join(" ") : String(text);
  }

  // The tables of a saved spec, one for each panel; `locale` is Vega's, which knows the formats.
  function html(spec, title, locale) {
    const parts = panels(spec);
    const sources = spec.usermeta?.diagramgen?.sources;
    const captions = parts.map((part) => (parts.length > 1 ? titleOf(part) : title));
    return parts.map((part, i) => htmlOf(part, captions[i], locale, sources));
  }

  function quoted(value) {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  // The exact numbers; several panels one below the other, with a column that counts them.
  function csv(spec) {
    const parts = panels(spec).map((panel) => panel.data?.values ?? []);
    const several = parts.length > 1;
    const rows = several
      ? parts.flatMap((part, i) => part.map((row) => ({ panel: i + 1, ...row })))
      : parts[0];
    const columns = columnsOf(rows);
    const lines = rows.map((row) => columns.map((column) => quoted(row[column])));
    return [columns.map(quoted), ...lines].map((line) => `${line.join(",")}\n`).join("");
  }

  diagramgen.table = { html, csv, leaves, panels, columnsOf, looks };
})();
