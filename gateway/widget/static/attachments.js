// Photographs and scans added to a report: shown while the assistant asks for them.

import { el } from "./bubble.js";
import { fill } from "./checklist.js";

const KINDS = "image/jpeg,image/png,image/webp,image/heic,application/pdf";

const LARGEST = 5 * 2 ** 20; // As the server takes them.
const LONGEST_SIDE = 2400;

/** A photograph too large to be sent, drawn anew: smaller, and without the place it was taken at. */
async function smaller(file) {
  if (file.size <= LARGEST || !file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = el("canvas", { width: picture.width * scale, height: picture.height * scale });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return drawn ? new File([drawn], file.name.replace(/\.\w+$/, ".jpg")) : file;
  } catch {
    return file; // Not one that this browser can read; the server says what is wrong.
  }
}

export class Attachments {
  /** `api` is where the portal's API is. */
  constructor(api, strings) {
    this.api = api;
    this.strings = strings;
    this.list = el("ul", { className: "files" });
    this.warning = el("p", { className: "warning", role: "alert" });
    this.state = el("p", { className: "unseen", role: "status" });
    this.input = el("input", { type: "file", accept: KINDS, multiple: true, id: "files" });
    this.input.className = "unseen";
    this.input.onchange = () => this.#add([...this.input.files]);
    const label = el("label", { htmlFor: "files", className: "attach" }, strings.attach);
    const hint = el("span", { className: "hint", id: "files-hint" }, strings.attachHint);
    this.input.setAttribute("aria-describedby", "files-hint");
    const labels = { className: "attachments", role: "group", "aria-label": strings.attachments };
    this.element = el("div", { ...labels, hidden: true });
    this.element.append(this.input, label, hint, this.list, this.warning, this.state);
  }

  /** Shown only while a report is looked over before it is sent. */
  show(wanted) {
    if (wanted === !this.element.hidden) return;
    this.element.hidden = !wanted;
    this.warning.textContent = "";
    if (wanted) this.#read();
  }

  async #add(files) {
    this.input.value = "";
    this.warning.textContent = "";
    for (const file of files) {
      const name = file.name;
      this.state.textContent = fill(this.strings.attaching, { name });
      const problem = await this.#send(await smaller(file));
      if (problem) this.warning.append(el("span", {}, fill(this.strings.attachProblem, { name, problem })));
    }
    this.state.textContent = "";
    await this.#read();
  }

  async #send(file) {
    try {
      const address = new URL(`files?name=${encodeURIComponent(file.name.slice(-100))}`, this.api);
      const response = await fetch(address, { method: "POST", body: file });
      if (response.ok) return "";
      return (await response.json()).message ?? this.strings.attachFailed;
    } catch {
      return this.strings.attachFailed;
    }
  }

  async #read() {
    try {
      const response = await fetch(new URL("files", this.api));
      if (response.ok) this.list.replaceChildren(...(await response.json()).map((one) => this.#row(one)));
    } catch {
      this.warning.textContent = this.strings.attachFailed;
    }
  }

  #row({ id, name, size }) {
    const s = this.strings;
    const remove = el("button", { type: "button" }, s.attachRemove);
    remove.setAttribute("aria-label", fill(s.attachRemoveNamed, { name }));
    remove.onclick = async () => {
      await fetch(new URL(`files/${id}`, this.api), { method: "DELETE" }).catch(() => null);
      await this.#read();
      this.input.focus();
    };
    const kilobytes = Math.max(1, Math.round(size / 1024));
    return el("li", {}, el("span", {}, fill(s.attached, { name, kilobytes })), remove);
  }
}
