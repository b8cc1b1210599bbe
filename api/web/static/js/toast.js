// Short messages at the edge of the screen, read aloud by screen readers, with a way back where there is one.

const SHOWN_MS = 8000;

/**
 * Tell something briefly.
 * @param {string} text what happened
 * @param {{undo?: () => void, tone?: "good" | "bad"}} [more] `undo` gives the message a button that takes the step back
 */
export function toast(text, { undo, tone } = {}) {
  const place = document.getElementById("toasts");
  const told = document.createElement("p");
  told.className = tone === undefined ? "toast" : `toast ${tone}`;
  told.append(text);
  const away = () => told.remove();
  if (undo !== undefined) told.append(button(document.body.dataset.undo, () => { away(); undo(); }));
  told.append(button(document.body.dataset.close, away));
  place.append(told);
  let timer = setTimeout(away, SHOWN_MS);
  told.addEventListener("pointerenter", () => clearTimeout(timer));
  told.addEventListener("focusin", () => clearTimeout(timer));
  told.addEventListener("pointerleave", () => { timer = setTimeout(away, SHOWN_MS); });
  return away;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
