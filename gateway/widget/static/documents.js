// Puts a checklist into the message that tells it, in place of the same list in words.

import { checklist } from "./checklist.js";

/** Where every line of a list in the text is one of the checklist, the checklist takes its place. */
export function withChecklist(element, { id, checklist: data }, { api, strings }) {
  const bubble = element.querySelector(".bubble");
  const lists = [...bubble.querySelectorAll("ul, ol")];
  const told = lists.find((list) => tells(list, data.items.map((item) => item.name)));
  const withNotes = !lists.some((list) => list !== told && tells(list, data.notes));
  const ticked = checklist(data, id, { api, strings, withNotes });
  if (told) told.replaceWith(ticked);
  else bubble.insertBefore(ticked, bubble.querySelector(".source"));
}

/** Every line is one of the names, maybe with a number of copies behind it, and none is missing. */
function tells(list, names) {
  const lines = [...list.children].map((line) => line.textContent.trim());
  return (
    lines.length === names.length &&
    lines.every((line, place) => line.startsWith(bare(names[place])))
  );
}

/** As the text writes it: without the mark that ended it in its record. */
function bare(name) {
  return name.trim().replace(/[\s.;,:]+$/, "");
}
