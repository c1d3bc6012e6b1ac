// A saved spec -> the chart on the page. All that is changed is changed on a copy: the room it
// has, the scheme's colours, tooltips, zoom, and what fades when a name is picked out.
"use strict";

(() => {
  const FOCUS = "dg_focus";
  const NAMES = ["item", "group", "against", "source"];
  const TOLD = ["source", "item", "group", "against", "step", "value", "n", "stderr"];
  const TELLING = ["point", "bar", "rect", "circle", "square", "tick"];
  const LOOKS = ["color", "fill", "stroke", "shape"];
  const LONG = 12; // more steps than this can be zoomed into
  const PHONE = 620;
  const PADDING = 4; // around a chart, where the saved spec has a page around it
  const { leaves, panels, columnsOf } = diagramgen.table;

  // What vega-embed is to do; `ast` keeps it from evaluating strings, which the page forbids.
  diagramgen.how = {
    mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, ast: true,
  };

  function merge(base, patch) {
    const merged = { ...base };
    for (const [key, value] of Object.entries(patch)) {
      const both = value && typeof value === "object" && !Array.isArray(value);
      merged[key] = both ? merge(base?.[key] ?? {}, value) : value;
    }
    return merged;
  }

  function markOf(view) {
    if (typeof view.mark === "string") view.mark = { type: view.mark };
    return view.mark ?? {};
  }

  // Whether a part of a tooltip tells a column, as it is or in percentage points.
  function tells(part, column) {
    return part.field === column || part.field === `points of ${column}`;
  }

  function addTooltips(spec) {
    for (const { view, rows } of leaves(spec)) {
      const channels = Object.values(view.encoding ?? {}).flat();
      if (!TELLING.includes(markOf(view).type) || view.mark.tooltip !== undefined) continue;
      if (channels.some((each) => each?.aggregate || each?.bin || each?.timeUnit)) continue;
      const columns = columnsOf(rows);
      const told = [view.encoding?.tooltip ?? []].flat();
      for (const column of TOLD) {
        if (!columns.includes(column) || told.some((each) => tells(each, column))) continue;
        const known = rows.map((row) => row[column]).filter((value) => value !== null);
        if (!known.every((value) => typeof value === "number")) {
          told.push({ field: column, type: "nominal" });
        } else if (known.length > 0) {
          const format = known.every(Number.isInteger) ? "," : ".4~g";
          told.push({ field: column, type: "quantitative", format });
        }
      }
      if (told.length > 0) view.encoding = { ...view.encoding, tooltip: told };
    }
  }

  // Zoom into a long axis of steps: Ctrl and the wheel, a drag, or the buttons below the chart.
  function addZoom(spec) {
    const names = [];
    for (const panel of panels(spec)) {
      const parts = leaves(panel).filter(({ view, rows }) => {
        const x = view.encoding?.x;
        const is = x?.type === "quantitative" && (x.field === "step" || x.axis?.title === "Tokens");
        return is && new Set(rows.map((row) => row[x.field])).size > LONG;
      });
      if (parts.length === 0) continue;
      const name = `dg_zoom_${names.length}`;
      parts[0].view.params = [...(parts[0].view.params ?? []), {
        name,
        bind: "scales",
        select: { type: "interval", encodings: ["x"], zoom: "wheel![event.ctrlKey || event.metaKey]" },
      }];
      for (const { view } of parts) markOf(view).clip = true;
      const field = parts[0].view.encoding.x.field;
      const steps = parts[0].rows.map((row) => row[field]);
      names.push({ signal: `${name}_${field}`, from: Math.min(...steps), to: Math.max(...steps) });
    }
    return names;
  }

  // The names at the ends of lines take half of a phone: a legend below has them in their place.
  function legendsForNames(spec) {
    for (const panel of [spec, ...(spec.hconcat ?? []), ...(spec.vconcat ?? [])]) {
      const isName = (view) => view.data?.values?.[0]?.at !== undefined;
      const names = (panel.layer ?? []).filter(isName);
      if (names.length === 0) continue;
      panel.layer = panel.layer.filter((view) => !isName(view));
      for (const view of panel.layer) {
        for (const channel of ["color", "shape"]) {
          if (view.encoding?.[channel]?.legend === null) delete view.encoding[channel].legend;
        }
      }
    }
  }

  // Legends below the plot, panels below one another, long names cut: all of them are in the table.
  // A title may be longer than its axis: it ends with it and begins below the names beside the plot.
  function narrow(spec, room) {
    const limit = Math.round(room * 0.36);
    spec.config = merge(spec.config, {
      axis: { labelLimit: limit, labelSeparation: 8 },
      axisX: { titleAnchor: "end" },
      legend: { orient: "bottom", direction: "vertical", labelLimit: room - 60, offset: 12 },
    });
    legendsForNames(spec);
    for (const { view } of leaves(spec)) {
      // Labels have their places for a whole page; on a phone there is room for those of the ends.
      const placed = view.data?.values;
      if (placed?.[0]?.dx !== undefined) view.data = { values: [placed[0], placed.at(-1)] };
    }
    for (const { view } of leaves(spec)) {
      for (const channel of LOOKS) {
        const legend = view.encoding?.[channel]?.legend;
        if (!legend) continue;
        for (const key of ["orient", "direction", "offset", "titleOrient"]) delete legend[key];
        const names = view.encoding[channel].scale?.domain ?? [];
        legend.columns = Math.max(0, ...names.map((name) => String(name).length)) > 18 ? 1 : 2;
      }
    }
    if (spec.hconcat) {
      spec.vconcat = spec.hconcat;
      delete spec.hconcat;
      spec.spacing = 28;
    }
    for (const view of spec.vconcat ?? []) view.width = Math.min(view.width, room - 84);
    if (spec.facet?.field) {
      spec.columns = 1;
      const banded = leaves(spec).some(({ view }) => view.encoding?.y?.type === "nominal");
      spec.spec.width = Math.min(spec.spec.width, room - (banded ? limit + 24 : 84));
    }
  }

  // The copy of a saved spec for a chart that has `room` pixels, as many as it wants if null.
  function prepare(saved, title, room) {
    const spec = structuredClone(saved);
    const own = diagramgen.colors.isDark(saved.config?.background ?? saved.background);
    const dark = diagramgen.scheme.isDark() && !own;
    delete spec.usermeta; // vega-embed would take its options from there
    delete spec.title; // the card's heading
    if (!own) delete spec.background;
    spec.description = title;
    spec.config = merge(spec.config ?? {}, dark ? diagramgen.colors.config : {});
    spec.config = merge(spec.config, own ? {} : { background: "transparent", padding: PADDING });
    addTooltips(spec);
    const zooms = addZoom(spec);
    const single = !("facet" in spec || spec.hconcat || spec.vconcat || spec.concat);
    const padding = saved.config?.padding;
    if (single && !own && spec.autosize?.contains === "padding" && typeof padding === "number"
      && spec.padding === undefined) spec.width -= 2 * (padding - PADDING);
    if (room !== null) {
      if (room < PHONE) narrow(spec, room);
      if (single) {
        spec.width = room;
        spec.autosize = { type: "fit-x", contains: "padding" };
        // Room for the numbers at the ends of bars, which a fitted plot does not wait for.
        const isNumbered = leaves(spec).some(({ view }) => view.mark.type === "text");
        spec.padding = { left: 4, top: 4, bottom: 4, right: isNumbered ? 36 : 4 };
      }
    }
    return { spec, dark, zooms };
  }

  // The columns of names that a chart has, with the names of those that have several.
  function namesOf(saved) {
    const names = new Map();
    for (const panel of panels(saved)) {
      const rows = panel.data?.values ?? [];
      for (const column of [...NAMES, "step", "better"]) {
        const all = names.get(column) ?? new Set();
        rows.forEach((row) => row[column] !== undefined && all.add(row[column]));
        names.set(column, all);
      }
    }
    return new Map([...names].filter(([, all]) => all.size > 1));
  }

  function rules(known) {
    return known === undefined ? [{ value: 1 }] : [known].flat();
  }

  // The columns that a chart's legends are of.
  function legendColumns(saved, names) {
    const channels = leaves(saved).flatMap(({ view }) => LOOKS.map((look) => view.encoding?.[look]));
    const columns = channels.map((channel) => channel?.field);
    return [...names.keys()].filter((column) => columns.includes(column));
  }

  // Let a Vega spec's marks and legend entries fade when other names are picked out.
  function addFocus(vega, names, among) {
    vega.signals = [...(vega.signals ?? []), { name: FOCUS, value: { column: "", values: [] } }];
    const own = `datum[${FOCUS}.column]`;
    const away = `${FOCUS}.column && isDefined(${own}) && indexof(${FOCUS}.values, ${own}) < 0`;
    const scales = [];
    let count = 0;

    function fade(set, test, value) {
      set.update = { ...set.update, opacity: [{ test, value }, ...rules(set.update?.opacity)] };
    }

    function column(scale) {
      if (scale?.type !== "ordinal") return undefined;
      if (scale.domain?.field) return among.find((name) => name === scale.domain.field);
      const domain = Array.isArray(scale.domain) ? scale.domain : [];
      return among.find((name) => domain.some((value) => names.get(name).has(value)));
    }

    function walk(group) {
      scales.push(...(group.scales ?? []));
      for (const mark of group.marks ?? []) {
        if (mark.type === "group") walk(mark);
        else if (mark.encode) fade(mark.encode, away, 0.12);
      }
      for (const legend of group.legends ?? []) {
        const scale = legend.stroke ?? legend.fill ?? legend.shape;
        const of = column(scales.find((each) => each.name === scale));
        if (of === undefined || legend.encode?.symbols?.name) continue;
        const isOther = `${FOCUS}.column === '${of}' && indexof(${FOCUS}.values, datum.value) < 0`;
        legend.encode = { ...legend.encode };
        for (const part of ["symbols", "labels"]) {
          const set = { ...legend.encode[part], interactive: true, name: `dg_legend_${count++}_${of}` };
          fade(set, isOther, 0.3);
          set.update.cursor = { value: "pointer" };
          legend.encode[part] = set;
        }
      }
    }

    walk(vega);
    return vega;
  }

  // Draw a saved spec into an element; `on` has what to call: hover, pick and tip.
  async function embed(element, saved, title, room, on) {
    const { spec, dark, zooms } = prepare(saved, title, room);
    const names = namesOf(saved);
    const patch = (vega) => {
      if (dark) diagramgen.colors.darken(vega);
      return addFocus(vega, names, legendColumns(saved, names));
    };
    const tooltip = (_handler, event, _item, value) => on.tip(event, value, saved);
    const result = await vegaEmbed(element, spec, { ...diagramgen.how, patch, tooltip });
    const { view } = result;
    view.addEventListener("pointerover", (_event, item) => on.hover(nameAt(item, names)));
    view.addEventListener("pointerout", () => on.hover(null));
    view.addEventListener("click", (event, item) => on.pick(nameAt(item, names), event.shiftKey));
    return { view, names, zooms, finalize: () => result.finalize() };
  }

  // The column and name that a mark or an entry of a legend stands for.
  function nameAt(item, names) {
    const legend = /^dg_legend_\d+_(.*)$/.exec(item?.mark?.name ?? "");
    if (legend) return { column: legend[1], value: item.datum.value, legend: true };
    const column = NAMES.find((name) => names.has(name) && item?.datum?.[name] !== undefined);
    return column === undefined ? null : { column, value: item.datum[column] };
  }

  // Draw a chart as large as it is saved if it has the room, else fitted to the room it has.
  diagramgen.draw = async (element, saved, title, on) => {
    const room = element.clientWidth;
    let drawn = await embed(element, saved, title, room < PHONE ? room : null, on);
    let svg = element.querySelector("svg");
    if (room >= PHONE && svg.width.baseVal.value > room) {
      drawn.finalize();
      drawn = await embed(element, saved, title, room, on);
      svg = element.querySelector("svg");
    }
    const width = svg.width.baseVal.value;
    const scrolls = width * 0.62 > room;
    svg.style.minWidth = scrolls ? `${Math.round(width * 0.62)}px` : "";
    element.toggleAttribute("data-scrolls", scrolls);
    return drawn;
  };

  // Show what is picked out; a chart that has no such name stays as it is.
  diagramgen.focus = (drawn, focus) => {
    const values = focus ? focus.values.filter((v) => drawn.names.get(focus.column)?.has(v)) : [];
    const value = { column: values.length > 0 ? focus.column : "", values };
    const now = drawn.view.signal(FOCUS);
    const same = now.column === value.column && String(now.values) === String(values);
    return same ? Promise.resolve() : drawn.view.signal(FOCUS, value).runAsync();
  };
})();
