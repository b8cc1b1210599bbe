// The sentences of the intake desk, in the language of the page.

const told = JSON.parse(document.getElementById("words").textContent);

/** Give a sentence by its name, its {names} filled in. */
export function say(name, values = {}) {
  return told[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

/** Make an element with a class, text and children. */
export function made(tag, { className = "", text = "", ...rest } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), rest);
  if (className) element.className = className;
  if (text) element.textContent = text;
  element.append(...children);
  return element;
}

/** Make a button that does something. */
export function button(text, act, label = "") {
  const one = made("button", { type: "button", text });
  if (label) one.setAttribute("aria-label", label);
  one.addEventListener("click", act);
  return one;
}
