// A chart's colours on a dark page: its greys turned over, its dark colours made lighter.
"use strict";

(() => {
  const PAPER = [27, 30, 36]; // --card of style.css in the dark
  const INK = 236;
  const pen = document.createElement("canvas").getContext("2d");

  // Red, green and blue of a CSS colour; null for what is none.
  function parse(text) {
    if (typeof text !== "string" || !CSS.supports("color", text)) return null;
    pen.fillStyle = "#000";
    pen.fillStyle = text;
    const hex = /^#(..)(..)(..)$/.exec(pen.fillStyle);
    return hex && hex.slice(1).map((part) => parseInt(part, 16));
  }

  function luminance(rgb) {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(rgb) {
    return (luminance(rgb) + 0.05) / (luminance(PAPER) + 0.05);
  }

  function hex(rgb) {
    return `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
  }

  function dark(text) {
    let rgb = parse(text);
    if (rgb === null || text === "transparent") return text;
    if (Math.max(...rgb) - Math.min(...rgb) <= 16) {
      return hex(rgb.map((value, i) => INK - (value / 255) * (INK - PAPER[i])));
    }
    while (contrast(rgb) < 3.5) rgb = rgb.map((value) => value + (255 - value) * 0.05);
    return hex(rgb);
  }

  // Shades from pale to dark keep their order: the darkest is made lighter, the others stand between.
  function darkRange(range) {
    const parsed = range.map(parse);
    if (parsed.includes(null)) return range.map(dark);
    const lights = parsed.map(luminance);
    const isRamp = lights[0] > 0.6 && lights.every((light, i) => i === 0 || light < lights[i - 1]);
    if (!isRamp || contrast(parsed.at(-1)) >= 3) return range.map(dark);
    const [first, last] = [parsed[0], parse(dark(range.at(-1)))];
    return range.map((_, i) => {
      const share = i / (range.length - 1);
      return hex(first.map((value, j) => value + (last[j] - value) * share));
    });
  }

  function darkRule(rule) {
    if (Array.isArray(rule)) rule.forEach(darkRule);
    else if (rule && typeof rule.value === "string") rule.value = dark(rule.value);
  }

  function darkEncode(encode) {
    for (const set of Object.values(encode ?? {})) {
      darkRule(set.fill);
      darkRule(set.stroke);
    }
  }

  // Numbers on the cells of a heatmap stand on its colours, which stay what they are.
  function isCells(mark) {
    const fill = mark.encode?.update?.fill;
    return mark.type === "rect" && [mark.style].flat().includes("rect") && Boolean(fill?.scale);
  }

  function darkGuide(guide) {
    for (const [key, value] of Object.entries(guide)) {
      if (/color$/i.test(key) && typeof value === "string") guide[key] = dark(value);
    }
    for (const part of Object.values(guide.encode ?? {})) darkEncode(part);
  }

  // Darken a Vega spec, or a group of its marks, in place.
  function darken(group) {
    const cells = (group.marks ?? []).some(isCells);
    for (const mark of group.marks ?? []) {
      if (!(cells && mark.type === "text")) darkEncode(mark.encode);
      darken(mark);
    }
    for (const scale of group.scales ?? []) {
      if (scale.type === "ordinal" && Array.isArray(scale.range)) {
        scale.range = darkRange(scale.range);
      }
    }
    const title = group.title && typeof group.title === "object" ? [group.title] : [];
    [...(group.axes ?? []), ...(group.legends ?? []), ...title].forEach(darkGuide);
  }

  const text = "#d3d7de";
  const quiet = "#a6adb8";
  const line = { domainColor: "#6b7280", tickColor: "#6b7280", gridColor: "#30353e" };
  const ink = "#333333"; // becomes light: Vega-Lite writes the colours of headers into the Vega spec
  // What Vega draws by itself, in place of what the saved spec's config says.
  const config = {
    axis: { labelColor: text, titleColor: text, ...line },
    legend: { labelColor: text, titleColor: quiet },
    header: { labelColor: ink, titleColor: ink },
    style: { halo: { stroke: hex(PAPER) } },
    title: { color: "#eceef2", subtitleColor: quiet },
  };

  function isDark(color) {
    const rgb = parse(color);
    return rgb !== null && luminance(rgb) < 0.2;
  }

  diagramgen.colors = { darken, config, isDark };
})();
