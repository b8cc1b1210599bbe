// Carries the queue to the archive, paper by paper, and does not rest before each may be given back or a person must act.

import { ask, giveUp, idOf, Offline, Refusal, send, sha256, shows } from "./sending.js";
import { say } from "./words.js";

const RESTS_MS = [2000, 5000, 10000, 20000, 30000];
const LOOKS_MS = [1000, 1000, 2000, 3000, 5000];
const SLOW_AFTER = 30;
const TO_CARRY = new Set(["waiting", "hashing", "sending", "offline", "busy", "finishing"]);
const TO_FOLLOW = new Set(["reading", "looking"]);

/** Works through a queue; only one tab of a browser does so at a time. */
export class Courier {
  #queue;
  #woken = () => undefined;
  #failures = 0;

  constructor(queue) {
    this.#queue = queue;
    queue.addEventListener("change", () => this.#woken());
    window.addEventListener("online", () => { this.#failures = 0; this.#woken(); });
  }

  /** Begin; gives false when another tab is at work, and goes on by itself when that one closes. */
  start() {
    if (!("locks" in navigator)) {
      this.#work();
      return;
    }
    navigator.locks.request("sohoa-intake-courier", () => this.#work());
  }

  async #work() {
    this.#follow();
    for (;;) {
      const due = (await this.#queue.all()).find((item) => TO_CARRY.has(item.stage));
      if (due === undefined) {
        await this.#rest(60000);
        continue;
      }
      try {
        await this.#carry(due);
        this.#failures = 0;
      } catch (problem) {
        await this.#stumble(due, problem);
      }
    }
  }

  /** Follow what was handed over until it was read, while others are still being sent. */
  async #follow() {
    for (let looks = 0; ; looks += 1) {
      const read = (await this.#queue.all()).filter((item) => TO_FOLLOW.has(item.stage));
      for (const item of read) {
        try {
          await this.#look(item);
        } catch (problem) {
          if (problem instanceof Refusal && problem.status !== 503) await this.#stumble(item, problem);
        }
      }
      if (read.length === 0) looks = 0;
      await new Promise((tell) => setTimeout(tell, LOOKS_MS[Math.min(looks, LOOKS_MS.length - 1)]));
    }
  }

  async #carry(item) {
    const files = item.files.map((file) => ({ ...file }));
    const bytes = await this.#queue.bytes(item.id);
    for (const [at, file] of files.entries()) {
      if (file.sha256) continue;
      await this.#queue.change(item.id, { stage: "hashing" });
      file.sha256 = await sha256(bytes[at]);
    }
    await this.#queue.change(item.id, { stage: "sending", files });
    let before = 0;
    for (const [at, file] of files.entries()) {
      let shown = 0;
      file.address = await send(bytes[at], file.address ?? "", {
        moved: (address) => { file.address = address; this.#queue.change(item.id, { files }); },
        progress: (sent) => {
          if (Date.now() - shown < 300 && sent < file.size) return;
          shown = Date.now();
          this.#queue.change(item.id, { sent: before + sent });
        },
      });
      before += file.size;
    }
    await this.#queue.change(item.id, { stage: "finishing", files, sent: item.total });
    const document = await ask("POST", "/api/v1/finished-uploads", {
      dossier: item.dossier, ordinal: item.ordinal, reason: item.reason,
      uploads: files.map((file) => ({ id: idOf(file.address), sha256: file.sha256 })),
    });
    await this.#queue.change(item.id, { stage: "reading", document: document.id, message: "", remarks: [], looks: 0 });
  }

  async #look(item) {
    const document = await ask("GET", `/api/v1/documents/${item.document}`);
    if (document.state === "received") {
      const looks = (item.looks ?? 0) + 1;
      await this.#queue.change(item.id, { looks, message: looks > SLOW_AFTER ? say("slow") : "" });
      return;
    }
    await this.#queue.change(item.id, { stage: "looking", message: "" });
    const told = item.files.map((file) => file.sha256).join(",");
    const kept = await ask("GET", `/api/v1/documents/${item.document}/safekeeping?sha256=${told}`);
    const { word, remarks } = kept;
    if (word !== "safe" && word !== "poor") {
      await this.#queue.change(item.id, { stage: word, remarks, message: word === "stopped" ? kept.sentence : "" });
      return;
    }
    for (let page = 1; page <= kept.pages; page += 1) {
      if (!(await shows(`/api/v1/documents/${item.document}/previews/${page}?v=${document.version}`))) {
        await this.#queue.change(item.id, { stage: "notShown", remarks: [] });
        return;
      }
    }
    // The archive has it, proved: the bytes need not lie on this machine any longer.
    await this.#queue.letGo(item.id);
    await this.#queue.change(item.id, { stage: word, remarks, pages: kept.pages });
  }

  async #stumble(item, problem) {
    if (problem instanceof Offline || (problem instanceof Refusal && [408, 429, 500, 502, 503, 504].includes(problem.status))) {
      await this.#queue.change(item.id, { stage: problem instanceof Offline ? "offline" : "busy", message: problem.message });
      const rest = RESTS_MS[Math.min(this.#failures, RESTS_MS.length - 1)];
      this.#failures += 1;
      await this.#rest(rest, false);
      return;
    }
    if (!(problem instanceof Refusal)) {
      await this.#queue.change(item.id, { stage: "stopped", message: String(problem.message ?? problem) });
      return;
    }
    const { status, message } = problem;
    const { files, beganAnew } = (await this.#queue.get(item.id)) ?? item;
    if (status === 401 || problem.code === "not_identified") {
      await this.#queue.change(item.id, { stage: "stopped", message: say("logIn"), loggedOut: true });
    } else if ([404, 410, 460].includes(status) && files.some((file) => file.address) && !beganAnew) {
      files.forEach(({ address }) => { if (address) giveUp(address); });
      const bare = files.map(({ address, ...file }) => file);
      await this.#queue.change(item.id, { stage: "waiting", files: bare, sent: 0, beganAnew: true });
    } else {
      await this.#queue.change(item.id, { stage: "refused", message });
    }
  }

  /** Wait until something changes, the network comes back, or the time is over. */
  #rest(time, byChange = true) {
    return new Promise((tell) => {
      const timer = setTimeout(tell, time);
      const wake = () => { clearTimeout(timer); tell(); };
      if (byChange) this.#woken = wake;
      else {
        this.#woken = () => undefined;
        window.addEventListener("online", wake, { once: true });
      }
    });
  }
}
