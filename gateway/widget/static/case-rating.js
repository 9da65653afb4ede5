// How good an agency's answer was: one to five by radio buttons, so that arrow keys work; a word.

import { el } from "./bubble.js";
import { fill } from "./checklist.js";

const SCORES = [1, 2, 3, 4, 5];
let count = 0;

/** `choose` is called with the sentence that gives the score, or says that it is not solved. */
export function caseRating(code, strings, choose) {
  const name = `score-${++count}`;
  const poles = { 1: ` (${strings.scoreLow})`, 5: ` (${strings.scoreHigh})` };
  const low = el("span", { className: "pole", "aria-hidden": "true" }, strings.scoreLow);
  const high = el("span", { className: "pole", "aria-hidden": "true" }, strings.scoreHigh);
  const scores = SCORES.map((score) => {
    const input = el("input", { type: "radio", name, value: String(score), required: true });
    input.setAttribute("aria-label", fill(strings.score, { score }) + (poles[score] ?? ""));
    return el("label", {}, input, el("span", { "aria-hidden": "true" }, fill(strings.score, { score })));
  });
  const words = el("input", { type: "text", maxLength: 300, id: `${name}-words` });
  const send = el("button", { type: "submit" }, strings.scoreSend);
  const unsolved = el("button", { type: "button" }, strings.unsolved);
  unsolved.onclick = () => choose(fill(strings.unsolvedSays, { code }));
  const form = el(
    "form",
    { className: "case-rating", noValidate: true },
    el(
      "fieldset",
      {},
      el("legend", {}, strings.scoreTitle),
      el("div", { className: "scores" }, low, ...scores, high),
      el("label", { htmlFor: words.id }, strings.scoreWords),
      words,
    ),
    el("p", { className: "warning", role: "alert" }),
    el("div", { className: "line" }, send, unsolved),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    const score = form.elements[name].value;
    if (!score) {
      form.querySelector(".warning").textContent = strings.scoreMissing;
      form.querySelector("input").focus();
      return;
    }
    const said = words.value.trim();
    choose(fill(strings.scoreSays, { score, code }) + (said ? `: ${said}` : ""));
  };
  return form;
}
