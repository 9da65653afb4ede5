// What is asked before a conversation is erased; beside it stands another story in the same thread.

import { el } from "./bubble.js";
import { fill } from "./checklist.js";

export class RestartDialog {
  /** `api` is where the portal's API is; `erase` is called when that was chosen. */
  constructor(api, strings, { erase, done, failed }) {
    this.strings = strings;
    const beginAnew = async () => {
      const answer = await fetch(new URL("stories", api), { method: "POST" }).catch(() => null);
      if (answer?.ok || answer?.status === 404) done();
      else failed(strings.anewFailed);
    };
    const button = (words, choice, className = "") => {
      const onclick = () => {
        this.element.close();
        choice?.();
      };
      return el("button", { type: "button", className, onclick }, words);
    };
    this.reports = el("p", { className: "warning" });
    this.keeping = el("div", {}, this.reports, el("p", {}, strings.restartAnewHint));
    const line = el(
      "div",
      { className: "line" },
      button(strings.restartNo),
      button(strings.restartAnew, beginAnew),
      button(strings.restartYes, erase, "yes"),
    );
    const title = el("h2", {}, strings.restartTitle);
    this.element = el("dialog", { "aria-label": strings.restartTitle });
    this.element.append(title, el("p", {}, strings.restartText), this.keeping, line);
  }

  /** Erasing also takes the contact away from the reports that were sent from here. */
  show(cases) {
    const codes = [...cases].join(", ");
    this.keeping.hidden = !codes;
    this.reports.textContent = codes ? fill(this.strings.restartReports, { codes }) : "";
    this.element.showModal();
  }
}
