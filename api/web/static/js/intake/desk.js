// The intake desk: files from anywhere on the page go into the queue; the queue shows what becomes of each.

import { hotkey } from "../hotkeys.js";
import { toast } from "../toast.js";
import { offerCamera } from "./codes.js";
import { Courier } from "./courier.js";
import { advice, fault } from "./files.js";
import { Queue } from "./queue.js";
import { showQueue } from "./standing.js";
import { Tray } from "./tray.js";
import { say } from "./words.js";

const form = document.getElementById("send");
const code = document.getElementById("dossier");

document.body.classList.add("scripted");
document.body.dataset.drop = say("dropHere");
offerCamera(document.getElementById("read-code"), code);
hotkey("h", () => { code.focus(); code.select(); });
hotkey("m", () => document.getElementById("file")?.click());

const tray = form === null ? null : new Tray(document.getElementById("tray"), (files) => enter([files]));
const list = document.getElementById("queue");
let queue;
try {
  queue = await Queue.open(list.dataset.owner);
} catch {
  toast(say("noStore"), { tone: "bad" });
}
if (queue !== undefined) {
  for (const part of document.querySelectorAll(".with-script")) part.hidden = false;
  for (const part of document.querySelectorAll(".no-script")) part.hidden = true;
  await revive();
  showQueue(queue, list);
  new Courier(queue).start();
  if (form !== null) takeFiles();
  takeDrops();
}

/** Papers that waited for a login go on now that there is one. */
async function revive() {
  for (const item of await queue.all()) {
    if (item.loggedOut) await queue.change(item.id, { stage: item.document ? "reading" : "waiting", message: "", loggedOut: false });
  }
}

function takeFiles() {
  const file = document.getElementById("file");
  const camera = document.getElementById("camera");
  file.multiple = true;
  file.required = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  file.addEventListener("change", () => { take([...file.files]); file.value = ""; });
  camera.addEventListener("change", () => { take([...camera.files], true); camera.value = ""; });
  const reason = document.getElementById("reason-label");
  const ask = () => { reason.hidden = !form.elements.ordinal || chosen()?.dataset.needsReason === undefined; };
  for (const radio of document.querySelectorAll("input[name=ordinal]")) radio.addEventListener("change", ask);
  ask();
}

function takeDrops() {
  let inside = 0;
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  window.addEventListener("dragenter", (event) => { if (holdsFiles(event)) { inside += 1; document.body.classList.add("dropping"); } });
  window.addEventListener("dragleave", () => { inside -= 1; if (inside <= 0) ended(); });
  window.addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  window.addEventListener("drop", (event) => {
    ended();
    if (!holdsFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) { event.preventDefault(); take(files); }
  });
  function ended() { inside = 0; document.body.classList.remove("dropping"); }
}

function chosen() {
  return document.querySelector("input[name=ordinal]:checked");
}

/** Take files as they come: each a paper of its own, or laid on the tray as pages of one. */
async function take(files, asPages = false) {
  if (form === null) {
    toast(say("noDossier"), { tone: "bad" });
    code.focus();
    return;
  }
  const good = [];
  for (const file of files) {
    const wrong = await fault(file, Number(form.dataset.limit));
    if (wrong) toast(wrong, { tone: "bad" });
    else good.push(file);
  }
  if (good.length === 0) return;
  if (asPages || form.elements.grouping.value === "pages") tray.add(good);
  else await enter(good.map((file) => [file]));
}

/** Enter papers into the queue: the first for the chosen result, the others for the results after it. */
async function enter(papers) {
  const radios = [...document.querySelectorAll("input[name=ordinal]")];
  let at = radios.indexOf(chosen());
  if (at < 0 && radios.length > 0 && radios.every((radio) => radio.dataset.needsReason !== undefined)) {
    toast(say("noResult"), { tone: "bad" });
    return;
  }
  for (const files of papers) {
    const radio = at < 0 ? null : radios[at];
    const remarks = (await Promise.all(files.map(advice))).flat();
    await queue.add({
      dossier: form.dataset.dossier, ordinal: radio === null || radio === undefined ? null : Number(radio.value),
      reason: document.getElementById("reason").value, early: remarks,
    }, files);
    at = at < 0 || at + 1 >= radios.length ? -1 : at + 1;
  }
  const next = radios[at];
  if (next !== undefined) next.checked = true;
}
