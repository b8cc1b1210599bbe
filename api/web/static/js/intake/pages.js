// The pages of a document: set in order, turned, left out, put in, split off and taken in, with a way back before and after.
//
// What stands on the screen is a list of sheets; every change makes a new list, so going back is taking the list before.
// Nothing leaves this machine before "apply", which sends the list and has the archive make a new capture of it.

import { hotkey } from "../hotkeys.js";
import { toast } from "../toast.js";
import { fault } from "./files.js";
import { ask, idOf, Offline, send, sha256 } from "./sending.js";
import { show } from "./sheets.js";
import { pictureOf } from "./tray.js";
import { say } from "./words.js";

const root = document.getElementById("arranging");
const address = `/api/v1/documents/${root.dataset.document}`;
const byId = (id) => document.getElementById(id);

/** {sheets, splits: [[sheet]], absorbed: [{document, version, ordinal}]} before each change, and after those taken back. */
let past = [];
let future = [];
let now;
let version;
let picked = new Set();
let serial = 0;

document.body.classList.add("scripted");
await load();

async function load() {
  const told = await ask("GET", `${address}/pages`);
  ({ version } = told);
  const present = told.captures.find((capture) => capture.in_force);
  now = { sheets: sheetsOf(present?.pages ?? [], { capture: present?.number }), splits: [], absorbed: [] };
  past = [];
  future = [];
  picked = new Set();
  root.hidden = !told.can_arrange;
  byId("undo").hidden = !told.can_undo;
  earlier(told.captures.filter((capture) => !capture.in_force && capture.pages.length > 0));
  draw();
}

function sheetsOf(pages, owner) {
  return pages.map((page) => ({ key: (serial += 1), picture: page.picture, source: { ...owner, page: page.page }, turn: 0, name: "" }));
}

function change(values) {
  past.push(now);
  future = [];
  now = { ...now, ...values };
  draw();
}

function draw() {
  show(byId("sheets"), now.sheets, picked, {
    pick: (sheet) => { if (!picked.delete(sheet.key)) picked.add(sheet.key); draw(); },
    turn: (sheet) => change({ sheets: now.sheets.map((one) => (one.key === sheet.key ? { ...one, turn: (one.turn + 90) % 360 } : one)) }),
    remove: (sheet) => (now.sheets.length > 1 ? change({ sheets: without(sheet.key) }) : toast(say("nothingLeft"), { tone: "bad" })),
    move: (sheet, step) => move(sheet, now.sheets.indexOf(sheet) + step),
    drop: (key, sheet) => move(now.sheets.find((one) => one.key === key), now.sheets.indexOf(sheet)),
    swap: (sheet) => pickFor(sheet),
  });
  const away = now.splits.map((sheets) => made("p", say("splitOff", { count: sheets.length })));
  const taken = now.absorbed.map((one) => made("p", say("takenIn", { ordinal: one.ordinal })));
  byId("away").replaceChildren(...away, ...taken);
  byId("changes").textContent = past.length === 0 ? say("noChange") : say("unsaved", { count: past.length });
  byId("back").disabled = past.length === 0;
  byId("forth").disabled = future.length === 0;
  byId("apply").disabled = past.length === 0;
}

function made(tag, text) {
  const element = document.createElement(tag);
  element.className = "away";
  element.textContent = text;
  return element;
}

function without(key) {
  return now.sheets.filter((one) => one.key !== key);
}

function move(sheet, place) {
  if (sheet === undefined || place < 0 || place >= now.sheets.length) return;
  const rest = without(sheet.key);
  rest.splice(place, 0, sheet);
  const number = now.sheets.indexOf(sheet) + 1;
  change({ sheets: rest });
  byId("changes").textContent = say("moved", { number, place: place + 1 });
}

function back() {
  if (past.length === 0) return;
  future.push(now);
  now = past.pop();
  draw();
}

function forth() {
  if (future.length === 0) return;
  past.push(now);
  now = future.pop();
  draw();
}

function earlier(captures) {
  byId("earlier").hidden = captures.length === 0;
  const lists = captures.map((capture) => {
    const sheets = sheetsOf(capture.pages, { capture: capture.number });
    const list = document.createElement("ol");
    list.className = "sheets";
    show(list, sheets, new Set(), { putBack: (sheet) => change({ sheets: [...now.sheets, { ...sheet, key: (serial += 1) }] }) });
    return list;
  });
  byId("captures").replaceChildren(...lists);
}

/** Make sheets of files: a picture is one, of another file the archive knows how many pages it has. */
async function sheetsOfFiles(files) {
  const sheets = [];
  for (const file of files) {
    const wrong = await fault(file, Number.MAX_SAFE_INTEGER);
    if (wrong) toast(wrong, { tone: "bad" });
    else sheets.push({ key: (serial += 1), picture: pictureOf(file), source: { file }, turn: 0, name: file.name });
  }
  return sheets;
}

function pickFor(sheet) {
  const input = byId("swap");
  input.onchange = async () => {
    const sheets = await sheetsOfFiles([...input.files]);
    input.value = "";
    if (sheets.length === 0) return;
    change({ sheets: now.sheets.flatMap((one) => (one.key === sheet.key ? sheets : [one])) });
  };
  input.click();
}

byId("more").addEventListener("change", async (event) => {
  const sheets = await sheetsOfFiles([...event.target.files]);
  event.target.value = "";
  if (sheets.length === 0) return;
  const after = now.sheets.findLastIndex((one) => picked.has(one.key));
  const place = after < 0 ? now.sheets.length : after + 1;
  change({ sheets: [...now.sheets.slice(0, place), ...sheets, ...now.sheets.slice(place)] });
});

byId("split").addEventListener("click", () => {
  const off = now.sheets.filter((one) => picked.has(one.key));
  if (off.length === 0 || off.length === now.sheets.length) {
    toast(say("pickSome"), { tone: "bad" });
    return;
  }
  picked = new Set();
  change({ sheets: now.sheets.filter((one) => !off.includes(one)), splits: [...now.splits, off] });
});

byId("merge")?.addEventListener("change", async (event) => {
  const option = event.target.selectedOptions[0];
  event.target.value = "";
  const { version: seen, ordinal, capture } = option.dataset;
  if (!option.value || now.absorbed.some((one) => one.document === option.value)) return;
  const told = await ask("GET", `/api/v1/documents/${option.value}/pages`);
  const pages = told.captures.find((one) => one.in_force)?.pages ?? [];
  change({
    sheets: [...now.sheets, ...sheetsOf(pages, { document: option.value, capture: Number(capture) })],
    absorbed: [...now.absorbed, { document: option.value, version: Number(seen), ordinal }],
  });
});

byId("back").addEventListener("click", back);
byId("forth").addEventListener("click", forth);
hotkey("u", back);

byId("apply").addEventListener("click", () => working(async () => {
  const sent = new Map();
  for (const sheet of [...now.sheets, ...now.splits.flat()]) {
    const { file } = sheet.source;
    if (file !== undefined && !sent.has(file)) sent.set(file, await uploaded(file));
  }
  const pageOf = ({ source, turn }) => (source.file === undefined ? { ...source, turn } : { ...sent.get(source.file), turn });
  await ask("POST", `${address}/pages`, {
    pages: now.sheets.map(pageOf),
    split: now.splits.map((sheets) => ({ pages: sheets.map(pageOf) })),
    absorbs: now.absorbed.map(({ document: id, version: seen }) => ({ document: id, version: seen })),
  }, { "If-Match": `"${version}"` });
  await reread(say("applied"));
}));

byId("undo").addEventListener("click", () => working(async () => {
  await ask("POST", `${address}/pages/undo`, undefined, { "If-Match": `"${version}"` });
  await reread(say("undone"));
}));

async function uploaded(file) {
  const sum = await sha256(file);
  const place = await send(file, "", { moved: () => undefined, progress: () => undefined });
  return { upload: idOf(place), sha256: sum };
}

/** Wait until the archive has read the new capture, and show it. */
async function reread(told) {
  byId("changes").textContent = say("rereading");
  for (;;) {
    const found = await ask("GET", address);
    if (found.state !== "received") break;
    await new Promise((tell) => setTimeout(tell, 1500));
  }
  await load();
  toast(told, { tone: "good", undo: byId("undo").hidden ? undefined : () => byId("undo").click() });
}

async function working(act) {
  const refusal = byId("refusal");
  refusal.hidden = true;
  byId("apply").disabled = byId("undo").disabled = true;
  byId("changes").textContent = say("applying");
  try {
    await act();
  } catch (problem) {
    refusal.textContent = problem instanceof Offline ? say("sentBroken") : problem.message;
    refusal.hidden = false;
    draw();
  }
  byId("undo").disabled = false;
}
