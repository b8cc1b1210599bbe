// The queue as a person sees it: a line for each paper, its stage in words, and what can be done.

import { giveUp } from "./sending.js";
import { button, made, say } from "./words.js";

const UNSAFE = ["refused", "stopped", "different", "lost", "notShown"];
const ENDED = new Set(["safe", "poor", ...UNSAFE]);
const MEASURED = new Set(["sending", "finishing", "offline", "busy"]);

/** Show a queue, and keep it shown. */
export function showQueue(queue, list) {
  const lines = new Map();
  let again = Promise.resolve();
  const show = () => { again = again.then(() => redraw(queue, list, lines)); };
  queue.addEventListener("change", show);
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}

async function redraw(queue, list, lines) {
  const items = await queue.all();
  const present = new Set(items.map((item) => item.id));
  for (const [id, line] of lines) {
    if (!present.has(id)) { line.remove(); lines.delete(id); }
  }
  for (const item of items) {
    const known = lines.get(item.id);
    const shown = `${JSON.stringify({ ...item, looks: 0 })}`;
    if (known?.dataset.shown === shown) continue;
    const line = lineOf(queue, item);
    line.dataset.shown = shown;
    if (known === undefined) list.append(line);
    else replace(known, line);
    lines.set(item.id, line);
  }
  const open = items.filter((item) => !["safe", "poor"].includes(item.stage)).length;
  document.getElementById("queue-empty").hidden = items.length > 0;
  document.getElementById("queue-note").textContent = items.length === 0 ? "" : say("left", { count: open });
  const network = document.getElementById("network");
  network.hidden = navigator.onLine;
  network.textContent = navigator.onLine ? "" : say("offline");
}

/** Put a line in the place of another without taking the focus from whoever stands on it. */
function replace(old, line) {
  const held = old.contains(document.activeElement) ? document.activeElement.dataset.act : undefined;
  old.replaceWith(line);
  if (held !== undefined) line.querySelector(`[data-act="${held}"]`)?.focus();
}

function lineOf(queue, item) {
  const names = item.files.map((file) => file.name).join(", ");
  const what = made(
    "div", { className: "what" }, made("b", { text: names || say("one") }),
    made("small", { text: `${item.dossier}${item.ordinal === null ? "" : ` · KQ(${item.ordinal})`}${item.files.length > 1 ? ` · ${say("pages", { count: item.files.length })}` : ""}` }),
  );
  const how = made("div", { className: "how" }, made("span", { className: "stage", text: say(item.stage) }));
  if (MEASURED.has(item.stage)) how.append(progress(item));
  if (item.message && item.message !== say(item.stage)) how.append(made("small", { text: ` ${item.message}` }));
  const early = ENDED.has(item.stage) || item.remarks.length > 0 ? [] : item.early ?? [];
  const remarks = [...item.remarks.map((text) => made("li", { text, lang: "vi" })), ...early.map((text) => made("li", { text }))];
  if (remarks.length > 0) how.append(made("ul", {}, ...remarks));
  const line = made("li", { className: item.stage }, what, how, acts(queue, item, names));
  line.dataset.item = item.id;
  return line;
}

function progress(item) {
  const bar = made("progress", { max: Math.max(1, item.total), value: item.sent });
  bar.setAttribute("aria-label", say("sending"));
  return bar;
}

function acts(queue, item, names) {
  const place = made("div", { className: "acts" });
  const act = (name, text, does) => {
    const one = button(text, does, `${text}: ${names}`);
    one.dataset.act = name;
    place.append(one);
  };
  if (item.document) {
    place.append(link(`/documents/${item.document}`, say("open"), names));
    if (["safe", "poor"].includes(item.stage)) place.append(link(`/documents/${item.document}/pages`, say("arrange"), names));
  }
  if (UNSAFE.includes(item.stage) && item.held) {
    act("again", say("again"), () => queue.change(item.id, {
      stage: "waiting", message: "", remarks: [], sent: 0, beganAnew: false, document: "",
      files: item.files.map(({ address, ...file }) => file),
    }));
  }
  if (["safe", "poor"].includes(item.stage)) act("clear", say("clear"), () => queue.remove(item.id));
  else if (item.stage !== "reading" && item.stage !== "looking") {
    act("cancel", say("cancel"), () => {
      item.files.forEach((file) => { if (file.address) giveUp(file.address); });
      queue.remove(item.id);
    });
  }
  return place;
}

function link(address, text, names) {
  const one = made("a", { className: "button", href: address, text });
  one.setAttribute("aria-label", `${text}: ${names}`);
  return one;
}
