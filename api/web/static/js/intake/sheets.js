// Sheets of paper on the screen: each with its picture and what can be done with it, by mouse and by keyboard.

import { button, made, say } from "./words.js";

/**
 * Show sheets in a list.
 * @param {HTMLOListElement} list where
 * @param {{key: number, picture: string, turn: number, name: string}[]} sheets in their order
 * @param {Set<number>} picked keys of those that are selected
 * @param {object} acts what may be done with a sheet: pick, turn, remove, move, drop, swap, putBack
 */
export function show(list, sheets, picked, acts) {
  const held = list.contains(document.activeElement) ? document.activeElement.dataset.act : undefined;
  list.replaceChildren(...sheets.map((sheet, at) => sheetOf(sheet, at, sheets.length, picked, acts)));
  if (held !== undefined) list.querySelector(`[data-act="${held}"]`)?.focus();
}

function sheetOf(sheet, at, count, picked, acts) {
  const number = at + 1;
  const name = say("page", { number });
  const face = made("div", { className: `face turn-${sheet.turn}` });
  if (sheet.picture === "") face.append(made("p", { text: say("wholeFile", { name: sheet.name }) }));
  else face.append(made("img", { src: sheet.picture, alt: name, loading: "lazy", draggable: false }));
  const line = made("li", { className: picked.has(sheet.key) ? "picked" : "" }, face);
  line.dataset.sheet = String(sheet.key);
  const tools = made("div", { className: "tools" });
  const add = (act, text, does) => {
    const one = button(text, does, `${say(act)}: ${name}`);
    one.dataset.act = `${act}-${sheet.key}`;
    tools.append(one);
  };
  if (acts.putBack !== undefined) {
    line.append(made("b", { text: name }), tools);
    add("putBack", say("putBack"), () => acts.putBack(sheet));
    return line;
  }
  const box = made("input", { type: "checkbox", checked: picked.has(sheet.key) });
  box.dataset.act = `select-${sheet.key}`;
  box.setAttribute("aria-label", say("select", { number }));
  box.addEventListener("change", () => acts.pick(sheet));
  line.append(made("label", { className: "check" }, box, name), tools);
  if (at > 0) add("earlier", "◀", () => acts.move(sheet, -1));
  if (number < count) add("later", "▶", () => acts.move(sheet, 1));
  add("turn", "↻", () => acts.turn(sheet));
  add("swap", say("swap"), () => acts.swap(sheet));
  add("remove", "✕", () => acts.remove(sheet));
  line.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    acts.move(sheet, event.key === "ArrowLeft" ? -1 : 1);
  });
  dragged(line, sheet, acts);
  return line;
}

function dragged(line, sheet, acts) {
  line.draggable = true;
  line.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", String(sheet.key)));
  line.addEventListener("dragover", (event) => { event.preventDefault(); line.classList.add("over"); });
  line.addEventListener("dragleave", () => line.classList.remove("over"));
  line.addEventListener("drop", (event) => {
    event.preventDefault();
    line.classList.remove("over");
    acts.drop(Number(event.dataTransfer.getData("text/plain")), sheet);
  });
}
