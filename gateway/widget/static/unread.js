// Answers of staff that came while the citizen was away: marked, counted and scrolled to.

import { el } from "./bubble.js";
import { fill } from "./checklist.js";

const KEY = "mot-cua-seen"; // The place in the thread up to which the citizen has seen it.

export class Unread {
  constructor(strings) {
    this.strings = strings;
    this.title = document.title;
    this.new = [];
    document.addEventListener("visibilitychange", () => this.#look());
  }

  /** A message was shown at a place of the thread. */
  note(element, { id, sender }) {
    this.last = Math.max(this.last ?? 0, id ?? 0);
    if (sender === "staff" && id > this.seen) this.new.push(element);
  }

  /** The thread is shown as far as it goes; returns what the citizen has not seen, if anything. */
  ready() {
    const [first] = this.new;
    if (first && !first.previousElementSibling?.classList.contains("new")) {
      const words = fill(this.strings.unread, { count: this.new.length });
      first.before(el("p", { className: "new", role: "status" }, words));
    }
    this.#look();
    return first;
  }

  forget() {
    this.new = [];
    this.last = 0;
    this.#keep(0);
    document.title = this.title;
  }

  get seen() {
    try {
      return Number(localStorage.getItem(KEY)) || 0;
    } catch {
      return 0; // Storage is turned off: everything of staff is marked.
    }
  }

  #look() {
    document.title = this.new.length && document.hidden ? `(${this.new.length}) ${this.title}` : this.title;
    if (document.hidden) return;
    this.#keep(this.last ?? 0);
    this.new = [];
  }

  #keep(place) {
    try {
      localStorage.setItem(KEY, String(place));
    } catch {
      // Nothing depends on it.
    }
  }
}
