// What to bring, as a list to tick off, to print and to take along. Ticks stay in this browser.

import { el } from "./bubble.js";

const PREFIX = "mot-cua-checklist:";
const unkept = new Map(); // Where the browser keeps nothing, ticks last as long as the page.

/** A checklist as elements; `place` is where its message stands in the thread. */
export function checklist(data, place, { api, strings, withNotes }) {
  const key = `${PREFIX}${data.code}|${data.case}`;
  const boxes = data.items.map(({ name }) => el("input", { type: "checkbox", value: name }));
  const progress = el("p", { className: "progress" });
  const show = (ticked) => {
    for (const box of boxes) box.checked = ticked.includes(box.value);
    const values = { count: boxes.filter((box) => box.checked).length, all: boxes.length };
    progress.textContent = fill(strings.listProgress, values);
  };
  const rows = data.items.map((item, number) => row(item, boxes[number], strings));
  const list = el("ul", { className: "ticks" }, ...rows);
  list.onchange = ({ target }) => {
    const ticked = boxes.filter((box) => (box === target ? target.checked : box.checked));
    write(key, ticked.map((box) => box.value));
    // The same list may stand further up, too.
    for (const other of list.getRootNode().querySelectorAll("fieldset.checklist")) other.read?.();
  };
  const element = el(
    "fieldset",
    { className: "checklist" },
    el("legend", {}, data.case ? fill(strings.listOfCase, data) : strings.list),
    progress,
    list,
    withNotes && data.notes.length ? notes(data.notes, strings) : null,
    tools(data, place, { api, strings, key }),
  );
  element.read = () => show(read(key));
  element.read();
  return element;
}

/** Forget all ticks: the next citizen at this computer has their own. */
export function forgetTicks() {
  unkept.clear();
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Nothing was kept, then.
  }
}

/** "1 bản chính, 2 bản sao", as far as the record says it. */
export function counts({ originals, copies }, strings) {
  const parts = [];
  if (originals) parts.push(fill(strings.originals, { count: originals }));
  if (copies) parts.push(fill(strings.copies, { count: copies }));
  return parts.join(", ");
}

export function ticks(data) {
  return read(`${PREFIX}${data.code}|${data.case}`);
}

function row(item, box, strings) {
  const number = counts(item, strings);
  const words = el("span", {}, item.name);
  if (number) words.append(" ", el("span", { className: "count" }, `(${number})`));
  const element = el("li", {}, el("label", {}, box, words));
  for (const form of item.forms) element.append(formLine(form, strings));
  return element;
}

function formLine({ name, url }, strings) {
  const title = fill(strings.form, { name });
  if (!/^https:\/\//.test(url)) return el("p", { className: "form" }, title);
  const anchor = el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title);
  anchor.append(el("span", { className: "unseen" }, strings.newTab));
  return el("p", { className: "form" }, anchor);
}

function notes(lines, strings) {
  const list = el("ul", {}, ...lines.map((line) => el("li", {}, line)));
  return el("div", { className: "notes" }, el("p", { className: "lead" }, strings.notes), list);
}

function tools(data, place, { api, strings }) {
  const line = el("div", { className: "tools" });
  if (window.print) {
    const print = el("button", { type: "button" }, strings.print);
    print.onclick = async () => (await import("./print.js")).printList(data, strings);
    line.append(print);
  }
  if (place) {
    const file = new URL(`checklists/${place}.pdf`, api);
    line.append(el("a", { href: file.href, download: "" }, strings.pdf));
  }
  return line;
}

function read(key) {
  try {
    const ticked = unkept.get(key) ?? JSON.parse(localStorage.getItem(key));
    return Array.isArray(ticked) ? ticked : [];
  } catch {
    return []; // Storage is off, or holds something else.
  }
}

function write(key, ticked) {
  try {
    localStorage.setItem(key, JSON.stringify(ticked));
  } catch {
    unkept.set(key, ticked); // Storage is off or full.
  }
}

export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
