// Light or dark: as the system has it, or as the switch says. Runs before anything is painted.
"use strict";

window.diagramgen = {};

(() => {
  const KEY = "diagramgen-scheme";
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const listeners = [];
  let chosen = null;

  // A browser can forbid storage to pages of file://; then the choice holds until the page closes.
  try {
    chosen = window.localStorage.getItem(KEY);
  } catch { /* the system decides */ }

  function isDark() {
    return chosen === null ? system.matches : chosen === "dark";
  }

  function apply() {
    document.documentElement.dataset.scheme = isDark() ? "dark" : "light";
    listeners.forEach((listener) => listener(isDark()));
  }

  // Choosing what the system has means to follow the system again.
  function choose(dark) {
    chosen = dark === system.matches ? null : dark ? "dark" : "light";
    try {
      if (chosen === null) window.localStorage.removeItem(KEY);
      else window.localStorage.setItem(KEY, chosen);
    } catch { /* see above */ }
    apply();
  }

  system.addEventListener("change", apply);
  apply();
  diagramgen.scheme = { isDark, choose, onChange: (listener) => listeners.push(listener) };
})();
