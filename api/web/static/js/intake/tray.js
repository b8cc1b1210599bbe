// Pages of one paper, gathered before they are sent: photographs come one by one.

import { button, made, say } from "./words.js";

/** Holds files in an order that a person may change. */
export class Tray {
  #place;
  #give;
  #files = [];

  constructor(place, give) {
    this.#place = place;
    this.#give = give;
  }

  /** Lay further pages on it. */
  add(files) {
    this.#files.push(...files.map((file) => ({ file, picture: pictureOf(file) })));
    this.#show();
  }

  #show() {
    const sheets = made("ol");
    this.#files.forEach((one, at) => sheets.append(this.#sheet(one, at)));
    const send = button(say("sendPages", { count: this.#files.length }), () => this.#send());
    send.className = "main";
    this.#place.replaceChildren(sheets, send);
    this.#place.hidden = this.#files.length === 0;
  }

  #sheet({ file, picture }, at) {
    const name = say("page", { number: at + 1 });
    const face = picture === "" ? made("div", { className: "no-picture", text: file.name }) : made("img", { src: picture, alt: name });
    const acts = made("div", { className: "row" });
    if (at > 0) acts.append(button("◀", () => this.#swap(at, at - 1), `${say("earlier")}: ${name}`));
    if (at + 1 < this.#files.length) acts.append(button("▶", () => this.#swap(at, at + 1), `${say("later")}: ${name}`));
    acts.append(button("✕", () => { this.#files.splice(at, 1); this.#show(); }, `${say("remove")}: ${name}`));
    return made("li", {}, face, made("b", { text: name }), acts);
  }

  #swap(one, other) {
    [this.#files[one], this.#files[other]] = [this.#files[other], this.#files[one]];
    this.#show();
  }

  #send() {
    const files = this.#files.map(({ file }) => file);
    this.#files.forEach(({ picture }) => picture && URL.revokeObjectURL(picture));
    this.#files = [];
    this.#show();
    this.#give(files);
  }
}

/** An address at which this page can show a file; empty where only the archive can. */
export function pictureOf(file) {
  return /^image\/(jpeg|png)$/.test(file.type) ? URL.createObjectURL(file) : "";
}
