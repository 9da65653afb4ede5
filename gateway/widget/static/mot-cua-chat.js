// <mot-cua-chat max-length="2000">: the chat with Một Cửa on any page of the gateway's own origin.
// Its children with slot="example" are questions to begin with. What it says is in strings.json.

import { el, message, paragraphs } from "./bubble.js";
import { fill, forgetTicks } from "./checklist.js";
import { withChecklist } from "./documents.js";
import { Connection } from "./connection.js";
import { Unread } from "./unread.js";

const HERE = new URL(".", import.meta.url);
const API = new URL("../web/v1/", HERE);
const OFFLINE_AFTER = 1500; // A reconnection shorter than this is nobody's business.
const SHOWN_FOR = 4000;

class MotCuaChat extends HTMLElement {
  async connectedCallback() {
    if (this.root) return;
    this.root = this.attachShadow({ mode: "open" });
    this.limit = Number(this.getAttribute("max-length")) || 2000;
    this.own = new Map(); // The citizen's messages by key, until the server has shown them.
    this.strings = await (await fetch(new URL("strings.json", HERE))).json();
    this.cases = new Set(); // Codes of reports.
    this.ratings = new Map(); // By case: its answer, not yet rated.
    this.unread = new Unread(this.strings);
    this.#build();
    this.connection = new Connection(API, this.#page());
    this.connection.listen();
    // Ticked in another tab.
    addEventListener("storage", () => {
      for (const list of this.root.querySelectorAll("fieldset.checklist")) list.read();
    });
  }

  #build() {
    const s = this.strings;
    this.state = el("p", { className: "state", role: "status" });
    this.progress = el("p", { className: "unseen", role: "status" });
    this.dots = el("div", { className: "typing", "aria-hidden": "true", hidden: true });
    this.dots.append(el("i"), el("i"), el("i"));
    const labels = { id: "log", className: "log", role: "log", tabIndex: 0, "aria-label": s.log };
    this.log = el("div", { ...labels, "aria-live": "off" }, this.#welcome(), this.dots);
    const restart = el("button", { type: "button" }, s.restart);
    restart.onclick = () => this.#askWhetherToRestart();
    const kind = el("span", { className: "kind" }, s.assistantKind);
    const who = el("p", { className: "who" }, s.assistant, " ", kind);
    this.chat = el(
      "section",
      { className: "chat", "aria-label": s.chat, hidden: true },
      el("div", { className: "top" }, who, restart),
      this.state,
      this.log,
      this.progress,
      this.#form(),
    );
    const styles = el("link", { rel: "stylesheet", href: new URL("chat.css", HERE).href });
    styles.onload = () => (this.chat.hidden = false);
    this.root.append(styles, this.chat);
  }

  #welcome() {
    const s = this.strings;
    const slot = el("slot", { name: "example" });
    slot.addEventListener("click", ({ target }) => {
      const example = target.closest("[slot=example]");
      if (example) this.#ask(example.textContent);
    });
    const examples = el("div", { className: "examples", role: "group", "aria-label": s.examples }, slot);
    this.welcome = el(
      "div",
      { className: "welcome" },
      el("h2", {}, s.welcomeTitle),
      el("p", {}, s.welcome),
      el("p", { className: "ask" }, s.examples),
      examples,
    );
    return this.welcome;
  }

  #form() {
    const s = this.strings;
    this.field = el("textarea", { id: "question", rows: 1, placeholder: s.placeholder });
    this.field.setAttribute("aria-describedby", "warning counter hint");
    this.field.enterKeyHint = "send";
    this.field.autocomplete = "off";
    this.warning = el("p", { id: "warning", className: "warning", role: "alert" });
    this.counter = el("p", { id: "counter", className: "counter", hidden: true });
    const label = el("label", { htmlFor: "question", className: "unseen" }, s.question);
    const send = el("button", { type: "submit", className: "send" }, s.send);
    const line = el("div", { className: "line" }, this.field, send);
    const hint = el("p", { id: "hint", className: "hint" }, s.hint);
    const form = el("form", { noValidate: true }, label, line, this.warning, this.counter, hint);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.field.oninput = () => this.#measure();
    this.field.onkeydown = (event) => {
      // While an input method composes a letter (Telex, VNI), Enter ends the composition.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit();
    };
    return form;
  }

  async #askWhetherToRestart() {
    if (!this.dialog) {
      const { RestartDialog } = await import("./restart.js");
      this.dialog ??= new RestartDialog(API, this.strings, {
        erase: () => this.#restart(),
        done: () => this.field.focus(),
        failed: (words) => this.#say(words),
      });
      this.chat.append(this.dialog.element);
    }
    this.dialog.show(this.cases);
  }

  /** What the connection tells. */
  #page() {
    return {
      message: (data) => this.#show(data),
      typing: (on) => this.#typing(on),
      ready: () => this.#ready(),
      gone: () => this.#gone(),
      online: () => this.#online(),
      offline: () => this.#offline(),
      taken: (key, id) => this.#taken(key, id),
      refused: (key, words) => this.#trouble(key, words ?? this.strings.refused, true),
      unsent: (key, words) => this.#trouble(key, words ?? this.strings.notSent, true),
    };
  }

  #submit() {
    const text = this.field.value.trim();
    this.warning.textContent = "";
    if (!text) this.#warn(this.strings.empty);
    else if (length(text) > this.limit) this.#warn(fill(this.strings.tooLong, { limit: this.limit }));
    else {
      this.field.value = "";
      this.#measure();
      this.#ask(text);
    }
  }

  #ask(text) {
    const key = newKey();
    const element = this.#add({ sender: "citizen", text: text.trim() });
    this.own.set(key, { element, text });
    this.#retireChoices();
    this.#scroll();
    // On a phone the keyboard would cover the answer.
    (matchMedia("(pointer: fine)").matches ? this.field : this.log).focus({ preventScroll: true });
    this.connection.send(key, text);
  }

  #show(data) {
    const own = this.own.get(data.client_id);
    if (own) {
      this.own.delete(data.client_id);
      this.#settle(own.element);
      own.element.querySelector(".bubble").replaceChildren(...paragraphs(data.text));
    } else {
      if (data.sender === "citizen") this.#retireChoices();
      this.#add(data);
    }
    if (this.log.getAttribute("aria-live") === "off") return;
    this.#scroll();
    this.unread.ready();
  }

  #add(data) {
    const element = message(data, this.strings, (payload) => this.#ask(payload));
    if (data.checklist) withChecklist(element, data, { api: API, strings: this.strings });
    if (data.sender === "citizen" || data.rateable) this.#retireRating();
    this.welcome.hidden = true;
    if (data.case) this.cases.add(data.case);
    if (data.sender === "citizen") this.#retireCaseRatings(data.text);
    if (data.answers_case && data.case) this.#letRate(element, data.case);
    if (typeof data.asks === "string") this.#askForFiles(data.asks === "files");
    element.dataset.by = data.by ?? "";
    this.unread.note(element, data);
    const before = this.dots.previousElementSibling;
    const same = before?.classList.contains(data.sender) && before.dataset.by === element.dataset.by;
    const again = data.sender !== "citizen" && same;
    if (again) element.querySelector(".sender").classList.add("unseen");
    this.dots.before(element);
    return element;
  }

  #taken(key, id) {
    const own = this.own.get(key);
    if (!own) return; // Its event was faster than this answer.
    this.#settle(own.element);
    if (id <= this.connection.last) {
      // The session had ended; this message began a new conversation.
      this.connection.close();
      this.connection.last = 0;
    }
    this.connection.listen();
  }

  #settle(element) {
    element.classList.remove("unsent");
    element.querySelector(".trouble")?.remove();
  }

  #trouble(key, words) {
    const { element, text } = this.own.get(key) ?? {};
    if (!element) return;
    this.#settle(element);
    element.classList.add("unsent");
    const again = el("button", { type: "button" }, this.strings.resend);
    again.onclick = () => {
      this.#settle(element);
      if (this.connection.queue.some((item) => item.key === key)) this.connection.retry();
      else this.connection.send(key, text);
    };
    element.append(el("div", { className: "trouble", role: "alert" }, el("span", {}, words), again));
    this.#scroll();
  }

  #typing(on) {
    this.dots.hidden = !on;
    this.progress.textContent = on ? this.strings.typing : "";
    if (on) this.#scroll();
  }

  #ready() {
    this.log.setAttribute("aria-live", "polite");
    this.#scroll();
    const news = this.unread.ready();
    if (news) this.log.scrollTop = news.offsetTop - this.log.offsetTop - 48;
  }

  #gone() {
    for (const element of this.log.querySelectorAll(".message")) {
      if (![...this.own.values()].some((own) => own.element === element)) element.remove();
    }
    for (const mark of this.log.querySelectorAll(".new")) mark.remove();
    this.unread.forget();
    this.cases.clear();
    this.ratings.clear();
    this.#askForFiles(false);
    this.welcome.hidden = this.own.size > 0;
    this.#typing(false);
    this.#ready();
  }

  #online() {
    clearTimeout(this.cutOff);
    if (this.isCutOff) this.#say(this.strings.online);
    this.isCutOff = false;
  }

  #offline() {
    clearTimeout(this.cutOff);
    this.cutOff = setTimeout(() => {
      this.isCutOff = true;
      this.#typing(false);
      clearTimeout(this.said);
      this.state.textContent = this.strings.offline;
    }, OFFLINE_AFTER);
  }

  #say(words) {
    clearTimeout(this.said);
    this.state.textContent = words;
    this.said = setTimeout(() => (this.state.textContent = ""), SHOWN_FOR);
  }

  async #restart() {
    try {
      await this.connection.erase();
    } catch {
      this.#say(this.strings.restartFailed);
      return;
    }
    this.own.clear();
    forgetTicks();
    this.#gone();
    this.#say(this.strings.restarted);
    this.field.focus();
  }

  #warn(words) {
    this.warning.textContent = words;
    this.field.setAttribute("aria-invalid", "true");
    this.field.focus();
  }

  #measure() {
    const count = length(this.field.value);
    this.counter.hidden = count < this.limit * 0.8;
    this.counter.textContent = fill(this.strings.counter, { count, limit: this.limit });
    if (count <= this.limit) {
      this.warning.textContent = "";
      this.field.removeAttribute("aria-invalid");
    }
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 3}px`;
  }

  /** A list of choices is over once the citizen has written again. */
  #retireChoices() {
    for (const button of this.root.querySelectorAll(".choices button")) button.disabled = true;
  }

  async #letRate(element, code) {
    this.#retireCaseRatings(code);
    this.ratings.set(code, element);
    const { caseRating } = await import("./case-rating.js");
    if (this.ratings.get(code) !== element) return;
    element.append(caseRating(code, this.strings, (sentence) => this.#ask(sentence)));
  }

  async #askForFiles(wanted) {
    this.wantsFiles = wanted;
    if (wanted && !this.attachments) {
      const { Attachments } = await import("./attachments.js");
      this.attachments ??= new Attachments(API, this.strings);
      this.progress.after(this.attachments.element);
    }
    this.attachments?.show(this.wantsFiles);
  }

  /** It can be rated until the citizen names its case. */
  #retireCaseRatings(text) {
    for (const [code, element] of this.ratings) {
      if (!text.includes(code)) continue;
      this.ratings.delete(code);
      element.querySelector(".case-rating")?.remove();
    }
  }

  /** Only the latest answer is rated. */
  #retireRating() {
    for (const rating of this.root.querySelectorAll(".rate")) rating.remove();
  }

  /** To the end, but never past the citizen's last question: a long answer is read from its top. */
  #scroll() {
    const asked = [...this.log.querySelectorAll(".citizen")].at(-1);
    const top = asked ? asked.offsetTop - this.log.offsetTop - 12 : 0;
    this.log.scrollTop = Math.min(top, this.log.scrollHeight);
  }
}

/** As the server counts: characters, not UTF-16 units, accents composed. */
function length(text) {
  return [...text.trim().normalize("NFC")].length;
}

function newKey() {
  // Not randomUUID: it is missing on plain http, where a pilot may run.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

customElements.define("mot-cua-chat", MotCuaChat);
