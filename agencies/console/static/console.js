// What the console does beyond plain forms: everything works without it.
"use strict";
(() => {
  const KEYS = "mot-cua-keys";
  const live = document.getElementById("live");
  const note = document.getElementById("live-note");
  const list = () => document.getElementById("hang-doi");
  const rows = () => [...document.querySelectorAll("[data-rows] > .row")];
  const boxes = () => [...document.querySelectorAll("input[name=case]")];

  // --- What changed elsewhere: shown at once, unless somebody is choosing or reading here.
  const busy = () =>
    boxes().some((box) => box.checked) || (list() && list().contains(document.activeElement));
  function refresh() {
    if (note) note.hidden = true;
    htmx.ajax("GET", location.pathname + location.search, {
      source: live, target: "#hang-doi", select: "#hang-doi", swap: "outerHTML",
    });
  }
  if (live) {
    live.addEventListener("changed", () => {
      if (list() && !busy()) refresh();
      else if (note) note.hidden = false;
    });
    // Not reloaded: somebody may be in the middle of an answer.
    live.addEventListener("gone", () => { document.getElementById("live-gone").hidden = false; });
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-refresh]")) refresh();
    if (event.target.closest("[data-print]")) window.print();
  });

  // --- Choosing all of a page.
  function unhide(root) {
    for (const each of root.querySelectorAll("[data-all], [data-all-name], [data-print]")) each.hidden = false;
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.matches("[data-keys]")) localStorage.setItem(KEYS, event.target.checked ? "on" : "off");
  });
  document.addEventListener("htmx:after:swap", () => unhide(document));
  unhide(document);

  // --- Keys, which can be turned off: a voice or a shaking hand types letters that nobody meant.
  const switchOf = document.querySelector("[data-keys]");
  const on = () => localStorage.getItem(KEYS) !== "off";
  if (switchOf) switchOf.checked = on();
  function step(by) {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) next.querySelector("a.code").focus();
  }
  document.addEventListener("keydown", (event) => {
    if (!switchOf || !on() || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const row = rows().find((each) => each.contains(document.activeElement));
    const keys = {
      j: () => step(1),
      k: () => step(-1),
      x: () => row && row.querySelector("input[name=case]")?.click(),
      "/": () => document.getElementById("q").focus(),
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
