// Talks with the gateway: posts messages in order, each once; listens, and comes back when cut off.

const POST_TIMEOUT = 15_000;
const LONGEST_PAUSE = 20_000;
const HIDDEN_FOR = 30_000; // A browser has few connections to a host, shared by all its tabs.

export class Connection {
  /** `page` is told: message, typing, ready, gone, online, offline, taken, refused, unsent. */
  constructor(base, page) {
    this.base = base;
    this.page = page;
    this.forget();
    addEventListener("online", () => this.retry());
    addEventListener("pageshow", ({ persisted }) => persisted && this.listen());
    document.addEventListener("visibilitychange", () => this.#seen(!document.hidden));
  }

  forget() {
    this.last = 0;
    this.failures = 0;
    this.queue = [];
    this.close();
  }

  close() {
    clearTimeout(this.reconnect);
    this.source?.close();
    this.source = null;
  }

  listen() {
    if (this.source && this.source.readyState !== EventSource.CLOSED) return;
    this.close();
    const source = new EventSource(new URL(`events?after=${this.last}`, this.base));
    this.source = source;
    const on = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data)));
    source.onopen = () => {
      this.failures = 0;
      this.page.online();
      this.retry();
    };
    source.onerror = () => this.#lost(source);
    on("message", (message) => {
      this.last = Math.max(this.last, message.id);
      this.page.message(message);
    });
    on("typing", ({ on }) => this.page.typing(on));
    on("ready", () => this.page.ready());
    on("gone", () => {
      this.close();
      this.last = 0;
      this.page.gone();
    });
  }

  /** Post a message; the key makes a second try harmless. */
  send(key, text) {
    this.queue.push({ key, text });
    this.#flush();
  }

  retry() {
    this.wake?.();
    this.#flush();
  }

  async erase() {
    const response = await fetch(new URL("conversation", this.base), { method: "DELETE" });
    if (!response.ok) throw new Error(response.status);
    this.forget();
  }

  async #flush() {
    if (this.flushing) return;
    this.flushing = true;
    let tries = 0;
    while (this.queue.length) {
      const item = this.queue[0];
      const answer = await this.#post(item);
      if (item !== this.queue[0]) continue; // Forgotten meanwhile.
      if (answer.again) {
        this.page.unsent(item.key, answer.message);
        await this.#pause(tries++);
        continue;
      }
      tries = 0;
      this.queue.shift();
      if (answer.id) this.page.taken(item.key, answer.id);
      else this.page.refused(item.key, answer.message);
    }
    this.flushing = false;
  }

  async #post({ key, text }) {
    try {
      const response = await fetch(new URL("messages", this.base), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ text, client_id: key }),
        signal: AbortSignal.timeout?.(POST_TIMEOUT),
      });
      const answer = await response.json().catch(() => ({}));
      const again = response.status >= 500 || (response.ok && !answer.id);
      return { again, id: response.ok && answer.id, message: answer.message };
    } catch {
      return { again: true };
    }
  }

  #pause(tries) {
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, Math.min(1000 * 2 ** tries, LONGEST_PAUSE));
    });
  }

  #lost(source) {
    if (source !== this.source) return;
    this.page.offline();
    if (source.readyState !== EventSource.CLOSED) return; // The browser tries again by itself.
    const pause = Math.min(1000 * 2 ** this.failures++, LONGEST_PAUSE);
    clearTimeout(this.reconnect);
    this.reconnect = setTimeout(() => this.listen(), pause);
  }

  #seen(visible) {
    clearTimeout(this.hiding);
    if (visible) {
      if (this.resume) this.listen();
      this.resume = false;
    } else {
      this.hiding = setTimeout(() => {
        this.resume = Boolean(this.source);
        this.close();
      }, HIDDEN_FOR);
    }
  }
}
