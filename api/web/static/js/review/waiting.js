// What is under way while the person works on: captures that are being signed, data that are confirmed right after. The
// server knows which drafts were checked; this only asks it to go on, from whatever page of the desk is open.

import { toast } from "../toast.js";
import { AgentProblem } from "./agent.js";
import { Problem, ask, tellProblem, textsOf, told } from "./door.js";
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

/** Tell something on the next page; `undo` names the document whose decision can be taken back there, and its page. */
export function tellLater(message, undo) {
  sessionStorage.setItem(MESSAGE, JSON.stringify({ message, undo }));
}

async function reopen({ id, address }) {
  try {
    await ask("DELETE", `/api/v1/documents/${id}/draft/check`);
    forget([id]);
    location.assign(address);
  } catch (problem) {
    tellProblem(problem, texts.unsaved);
  }
}

const left = sessionStorage.getItem(MESSAGE);
if (left !== null) {
  sessionStorage.removeItem(MESSAGE);
  const { message, undo } = JSON.parse(left);
  toast(message, { tone: "good", ...(undo === null ? {} : { undo: () => reopen(undo) }) });
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
let agentTold = false;
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
      // The order stands until its term is over: the token may be plugged in again meanwhile.
      if (problem instanceof AgentProblem && !agentTold) toast(problem.message, { tone: "bad" });
      agentTold = problem instanceof AgentProblem;
      pause = LATER_MS;
    }
    await new Promise((over) => { setTimeout(over, pause); });
  }
  running = false;
  await tellUnsigned();
}

/** What was ordered and came back unsigned says why; it waits at the sign desk. */
async function tellUnsigned() {
  for (const [id, title] of Object.entries(kept())) {
    const found = await ask("GET", `/api/v1/documents/${id}`).catch(() => null);
    if (found === null) continue;
    if (found.problem) toast(`${title}: ${found.problem}`, { tone: "bad" });
    forget([id]);
  }
}

waitForSignatures();
