/**
 * The capture of the paper original: by camera, from the scanner's folder, or a file chosen here.
 *
 * It only fills in the form that stands on the page and works without a script: a file, when it was made, and by what.
 */

import { Camera } from "./camera.js";
import { ScannerFolder } from "./folder.js";
import { pagesToPdf } from "./pages_to_pdf.js";
import { pageOf, shotOf } from "./pictures.js";

const form = document.getElementById("capture-form");
const words = JSON.parse(document.getElementById("capture-words").textContent);
const chooser = form.elements.file;
const list = form.querySelector(".shots");
const advice = form.querySelector(".advice");
const camera = new Camera(form.querySelector("video"), form.querySelector("[data-cameras]"));
const folder = new ScannerFolder((file) => arrived(file));

/** How far the server's clock is ahead of this machine's: what counts is the server's. */
const ahead = Date.parse(form.dataset.now) - Date.now();
const opened = Date.parse(form.dataset.opened);

let way = "file";
/** @type {(import("./pictures.js").Shot | {blob: File, at: number, faults: string[]})[]} */
let pages = [];
let replacing = null;

const isPicture = (file) => file.type.startsWith("image/") && file.type !== "image/tiff";

async function goBy(wanted) {
  way = wanted;
  clear();
  for (const button of form.querySelectorAll("[data-way]")) button.setAttribute("aria-pressed", String(button.dataset.way === way));
  form.querySelector(".camera").hidden = way !== "camera";
  form.querySelector(".folder").hidden = way !== "folder";
  form.querySelector(".chooser").hidden = way !== "file";
  chooser.required = way === "file";
  if (way !== "camera") camera.close();
  if (way === "camera") await seeOrSay();
  if (way === "folder" && (await folder.resume())) watching();
}

async function seeOrSay() {
  try {
    await camera.open();
    form.querySelector("[data-shoot]").focus();
  } catch {
    await goBy("file");
    say([words.refused], true);
  }
}

function watching() {
  form.querySelector("[data-folder]").textContent = `${words.watching}: ${folder.name}`;
}

function clear() {
  for (const page of pages) if (page.url) URL.revokeObjectURL(page.url);
  pages = [];
  replacing = null;
  chooser.value = "";
  show();
}

/** @param {string[]} told @param {boolean} poor */
function say(told, poor) {
  advice.hidden = told.length === 0;
  advice.replaceChildren(...told.map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    line.className = poor ? "poor" : "good";
    return line;
  }));
}

async function take(blob, at) {
  const shot = isPicture(blob) ? await shotOf(blob, at) : { blob, at, faults: [] };
  if (replacing === null) pages.push(shot);
  else pages[replacing] = shot;
  replacing = null;
  show();
}

async function arrived(file) {
  if (way !== "folder") return;
  await take(file, file.lastModified + ahead);
  window.sohoa?.toast(`${words.arrived}: ${file.name}`);
}

function show() {
  list.hidden = pages.length === 0 || way === "file" && pages.length === 1 && !pages[0].url;
  list.replaceChildren(...pages.map((page, at) => line(page, at)));
  const told = pages.flatMap((page, at) => page.faults.map((fault) => (pages.length > 1 ? `${words.page} ${at + 1}: ${words[fault]}` : words[fault])));
  if (pages.some((page) => page.at < opened - 30_000)) told.unshift(words.old);
  if (way === "camera" && pages.length > 0 && pages.length < words.pages) told.push(`${words.fewer} (${pages.length}/${words.pages})`);
  if (told.length > 0) say(told, true);
  else say(pages.some((page) => page.url) ? [words.good] : [], false);
}

function line(page, at) {
  const item = document.createElement("li");
  item.classList.toggle("poor", page.faults.length > 0);
  if (page.url) {
    const image = document.createElement("img");
    image.src = page.url;
    image.alt = `${words.page} ${at + 1}`;
    item.append(image);
  }
  const name = document.createElement("div");
  name.textContent = page.blob.name ?? `${words.page} ${at + 1}`;
  item.append(name);
  if (way === "camera") item.append(button(words.again, () => { replacing = at; form.querySelector("[data-shoot]").focus(); }), " ");
  if (way !== "file") item.append(button(words.drop, () => { pages.splice(at, 1); replacing = null; show(); }));
  return item;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

/** The one file that goes out; several pictures become one PDF. @returns {Promise<File>} */
async function joined() {
  if (pages.length === 1 && way !== "camera") return pages[0].blob;
  if (!pages.every((page) => isPicture(page.blob))) throw new TypeError("only pictures can be joined");
  const made = [];
  for (const page of pages) made.push(await pageOf(page.blob));
  return new File([pagesToPdf(made)], "chup.pdf", { type: "application/pdf" });
}

async function send(event) {
  if (form.dataset.ready === "yes" || pages.length === 0) return;
  event.preventDefault();
  const main = form.querySelector("button.main:not([data-shoot])");
  main.disabled = true;
  try {
    const held = new DataTransfer();
    held.items.add(await joined());
    chooser.files = held.files;
    form.elements.captured_at.value = new Date(Math.min(...pages.map((page) => page.at))).toISOString();
    form.elements.device.value = way;
    form.dataset.ready = "yes";
    camera.close();
    form.requestSubmit();
  } catch {
    say([words.unreadable], true);
  } finally {
    main.disabled = false;
  }
}

chooser.multiple = true;
chooser.addEventListener("change", async () => {
  const chosen = [...chooser.files];
  pages = [];
  for (const file of chosen) await take(file, file.lastModified + ahead);
});
for (const choice of form.querySelectorAll("[data-way]")) choice.addEventListener("click", () => goBy(choice.dataset.way));
form.querySelector("[data-shoot]").addEventListener("click", async () => take(await camera.shoot(), Date.now() + ahead));
form.querySelector("[data-choose]").addEventListener("click", () => folder.choose().then(watching, () => {}));
form.addEventListener("submit", send);

form.querySelector(".sources").hidden = false;
form.querySelector("[data-way=folder]").hidden = !("showDirectoryPicker" in window);
form.querySelector("[data-way=camera]").hidden = !navigator.mediaDevices?.getUserMedia;
