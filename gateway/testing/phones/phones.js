// A phone for each platform: shows what its fake server put on it, and acts through that server.

const POLL_MILLISECONDS = 400;

function el(tag, attributes, ...children) {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

class Phone {
  constructor(section) {
    this.section = section;
    this.thread = section.querySelector(".thread");
    this.path = `phones/${section.dataset.platform}`;
    this.count = 0;
    this.#listen(".say", "write");
    this.#listen(".staff", "staff");
    for (const button of section.querySelectorAll("[data-act]")) {
      button.onclick = () => this.#act(button.dataset.act, {});
    }
    this.#poll();
  }

  #listen(selector, act) {
    const form = this.section.querySelector(selector);
    form.onsubmit = (event) => {
      event.preventDefault();
      const text = form.elements.text.value.trim();
      if (text) this.#act(act, { text });
      form.reset();
    };
  }

  async #act(act, body) {
    const headers = { "Content-Type": "application/json" };
    await fetch(`${this.path}/${act}`, { method: "POST", headers, body: JSON.stringify(body) });
    await this.#look();
  }

  async #poll() {
    await this.#look().catch(() => {});
    setTimeout(() => this.#poll(), POLL_MILLISECONDS);
  }

  async #look() {
    const shown = await (await fetch(this.path)).json();
    if (shown.length < this.count) this.#clear();
    for (const one of shown.slice(this.count)) this.#show(one);
    this.count = shown.length;
  }

  #clear() {
    this.thread.replaceChildren();
    this.count = 0;
  }

  #show({ text, buttons, by }) {
    for (const chips of this.thread.querySelectorAll(".chips")) chips.remove();
    const kind = { citizen: "citizen", staff: "staff-said" }[by] ?? "page";
    this.thread.append(el("div", { className: `bubble ${kind}` }, text));
    if (buttons.length) {
      const chips = buttons.map((title) =>
        el("button", { type: "button", onclick: () => this.#act("press", { title }) }, title),
      );
      this.thread.append(el("div", { className: "chips" }, ...chips));
    }
    this.thread.scrollTop = this.thread.scrollHeight;
  }
}

for (const section of document.querySelectorAll(".phone")) new Phone(section);
