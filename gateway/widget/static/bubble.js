// One message as elements. Text only ever becomes text nodes; nothing here reads markup.

/** Build an element: el("p", { className: "x" }, "text", child). */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** "- " and "1. " lines become lists, a line before a list its heading, the rest keeps its breaks. */
export function paragraphs(text) {
  const blocks = [];
  let list = null;
  let lines = [];
  const close = () => {
    if (lines.join("").trim()) blocks.push(el("p", {}, ...linked(lines.join("\n").trim())));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const item = /^\s*(?:[-•]|(\d{1,2})[.)]) +(.+)/.exec(line);
    if (item) {
      const [, number, words] = item;
      const kind = number ? "OL" : "UL";
      if (list?.nodeName !== kind) {
        const lead = /:\s*$/.test(lines.at(-1) ?? "") ? lines.pop() : null;
        close();
        if (lead) blocks.push(el("p", { className: "lead" }, lead.trim()));
        list = el(kind.toLowerCase());
        blocks.push(list);
      }
      list.append(el("li", number ? { value: Number(number) } : {}, words));
    } else if (list && /^ {2,}\S/.test(line)) {
      list.lastChild.append(`\n${line.trim()}`); // Goes on below its item.
    } else {
      if (line.trim()) list = null;
      lines.push(line);
    }
  }
  close();
  const [first] = blocks;
  // A first line that is no sentence and has more below it names the procedure.
  if (blocks.length > 1 && first.matches("p:not(.lead)") && /^[^\n]+[^\n.?!:;,…]$/.test(first.textContent)) {
    first.className = "title";
  }
  return blocks;
}

/** The same text, its addresses as links. */
function linked(text) {
  return text.split(/(https:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((part, index) =>
    index % 2 ? away(part, part) : part,
  );
}

function away(href, ...children) {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** A link to the published record; anything but https stays text. */
export function source(link, strings) {
  const title = `${strings.source}${link.title}`;
  if (!/^https:\/\//.test(link.url)) return el("p", { className: "source" }, title);
  const newTab = el("span", { className: "unseen" }, strings.newTab);
  return el("p", { className: "source" }, away(link.url, title, newTab));
}

/** `choose` is called with what the citizen says by pressing a button. */
export function message({ sender, text, by, buttons = [], link = null, rateable }, strings, choose) {
  const bubble = el("div", { className: "bubble" }, ...paragraphs(text));
  if (link) bubble.append(source(link, strings));
  const kind = strings[sender] ?? strings.assistant;
  const named = el("p", { className: "sender" }, by ? `${by} (${kind})` : kind);
  const element = el("div", { className: `message ${sender}` }, named, bubble);
  if (buttons.length) {
    const group = el("div", { className: "choices", role: "group", "aria-label": strings.choices });
    for (const { title, payload } of buttons) {
      group.append(el("button", { type: "button", onclick: () => choose(payload) }, title));
    }
    element.append(group);
  }
  if (rateable) element.append(rating(strings, choose));
  return element;
}

/** Two small buttons; pressing one is saying its sentence. */
function rating(strings, choose) {
  const says = (title, sentence) =>
    el("button", { type: "button", onclick: () => choose(sentence) }, title);
  return el(
    "div",
    { className: "rate", role: "group", "aria-label": strings.rate },
    el("span", { "aria-hidden": "true" }, strings.rate),
    says(strings.rateYes, strings.rateYesSays),
    says(strings.rateNo, strings.rateNoSays),
  );
}
