// Prints one checklist and nothing else of the page: print.css hides the rest meanwhile.

import { el } from "./bubble.js";
import { counts, fill, ticks } from "./checklist.js";

const PRINTING = "printing-checklist";

export async function printList(data, strings) {
  await styles();
  document.querySelector(".checklist-sheet")?.remove();
  const sheet = paper(data, strings);
  document.body.append(sheet);
  document.documentElement.classList.add(PRINTING);
  const done = () => {
    document.documentElement.classList.remove(PRINTING);
    sheet.remove();
  };
  addEventListener("afterprint", done, { once: true });
  window.print();
}

function paper(data, strings) {
  const ticked = ticks(data);
  const items = data.items.map((item) => line(item, ticked.includes(item.name), strings));
  const sheet = el(
    "section",
    { className: "checklist-sheet", lang: "vi" },
    el("p", { className: "kind" }, strings.list),
    el("h1", {}, data.title),
    data.case ? el("p", { className: "case" }, fill(strings.case, data)) : null,
    data.code ? el("p", { className: "code" }, fill(strings.code, data)) : null,
    el("ul", { className: "items" }, ...items),
  );
  if (data.notes.length) {
    sheet.append(el("h2", {}, strings.notes), el("ul", {}, ...data.notes.map((note) => el("li", {}, note))));
  }
  if (data.source) sheet.append(el("p", { className: "small" }, fill(strings.listSource, data)));
  sheet.append(el("p", { className: "small" }, fill(strings.printed, { date: today() })));
  return sheet;
}

function line(item, checked, strings) {
  const box = el("input", { type: "checkbox", checked, tabIndex: -1, "aria-label": item.name });
  const number = counts(item, strings);
  const element = el("li", {}, box, el("div", {}, item.name, number ? ` (${number})` : ""));
  for (const { name, url } of item.forms) {
    element.lastChild.append(el("p", {}, fill(strings.form, { name }), url ? ` – ${url}` : ""));
  }
  return element;
}

function today() {
  return new Date().toLocaleDateString("vi-VN");
}

/** Once, and before the dialogue opens: a sheet without its styles would be the whole page. */
function styles() {
  const href = new URL("print.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = el("link", { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
}
