// What is under way while the person works on: captures that are being signed, data that are confirmed right after. The
// server knows which drafts were checked; this only asks it to go on, from whatever page of the desk is open.

import { toast } from "../toast.js";
import { Problem, ask, textsOf, told } from "./door.js";
import { answerToken, tokenOrders } from "./signing.js";

const SOON_MS = 1500;
const LATER_MS = 6000;
const TITLES = "sohoa-being-signed";
const MESSAGE = "sohoa-told-later";

const texts = textsOf("signing-texts");
const kept = () => JSON.parse(sessionStorage.getItem(TITLES) ?? "{}");

/** Remember that a document is being signed, so that its end can be told by name. */
export function later(id, title) {
  sessionStorage.setItem(TITLES, JSON.stringify({ ...kept(), [id]: title }));
}

/** Tell something on the next page. */
export function tellLater(message) {
  sessionStorage.setItem(MESSAGE, message);
}

const message = sessionStorage.getItem(MESSAGE);
if (message !== null) {
  sessionStorage.removeItem(MESSAGE);
  toast(message, { tone: "good" });
}

function forget(ids) {
  const titles = kept();
  for (const id of ids) delete titles[id];
  sessionStorage.setItem(TITLES, JSON.stringify(titles));
}

function tell(finished) {
  const titles = kept();
  if (finished.confirmed.length > 0) {
    const names = finished.confirmed.map((id) => titles[id] ?? "").filter(Boolean).join(", ");
    toast(told(texts.finished, { count: finished.confirmed.length, names }), { tone: "good" });
  }
  for (const each of finished.refused) toast(`${titles[each.document] ?? ""}: ${each.message}`, { tone: "bad" });
  forget([...finished.confirmed, ...finished.refused.map((each) => each.document)]);
  for (const watcher of watchers) watcher(finished);
}

const watchers = [];
/** Be told whenever something has come to its end. */
export function whenFinished(act) {
  watchers.push(act);
}

let running = false;
/** Ask until nothing is under way any more. */
export async function waitForSignatures() {
  if (running) return;
  running = true;
  let pause = SOON_MS;
  for (;;) {
    try {
      if (tokenOrders()) await answerToken();
      const finished = await ask("POST", "/api/v1/drafts/confirmation");
      tell(finished);
      if (finished.waiting === 0 && !tokenOrders()) break;
      pause = Math.min(LATER_MS, pause * 1.3);
    } catch (problem) {
      if (problem instanceof Problem && problem.status < 500) break;
      pause = LATER_MS;
    }
    await new Promise((over) => { setTimeout(over, pause); });
  }
  running = false;
}

waitForSignatures();
