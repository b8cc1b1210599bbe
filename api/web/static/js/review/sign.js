// The sign desk: many signatures with one press, and what is wrong with the token in words.

import { hotkey } from "../hotkeys.js";
import { toast } from "../toast.js";
import { AgentProblem, agent } from "./agent.js";
import { Problem, ask, textsOf, told } from "./door.js";
import { proved } from "./proof.js";
import { rows } from "./rows.js";
import { answerToken, chooseSigning, chosenSigning, forgetTokenOrders, ordersBy, sealsBy, tokenOrders } from "./signing.js";
import { waitForSignatures, whenFinished } from "./waiting.js";

const POLL_MS = 1500;
const UNDER_WAY = ["capture_ordered", "capture_prepared", "capture_timing", "capture_signed", "seal_ordered", "seal_prepared", "seal_timing"];
const texts = textsOf("signing-texts");
const form = document.getElementById("signing");
const card = document.getElementById("key");
const state = document.getElementById("agent");
const progress = document.getElementById("progress");
const seals = form?.dataset.way === "seal";
/** Where a document stands that waits for this person's signature; a failed one comes back there. */
const WAITING = seals ? "confirmed" : "to_check";
const way = () => card.querySelector("[name=key]:checked").value;

card.querySelector("[data-script]").hidden = false;
card.querySelector(`[value=${chosenSigning() === "token" ? "token" : "house"}]`).checked = true;
for (const choice of card.querySelectorAll("[name=key]")) {
  choice.addEventListener("change", () => { chooseSigning(way()); look(); });
}

/** Show how it stands with the agent: present, unpaired, absent, or trouble with the token. */
function show(which, text = "") {
  for (const part of state.querySelectorAll("[data-agent]")) part.hidden = part.dataset.agent !== which;
  state.querySelector("[data-retry]").hidden = which === "present" || which === "unpaired";
  const words = { present: "[data-agent=present]", trouble: "[data-trouble]" }[which];
  if (words !== undefined) state.querySelector(words).textContent = text;
}

async function look() {
  state.hidden = way() !== "token";
  if (state.hidden) return true;
  try {
    show("present", told(texts.present, { name: (await agent.token()).name }));
    return true;
  } catch (problem) {
    tellAgent(problem);
    return false;
  }
}

function tellAgent(problem) {
  if (!(problem instanceof AgentProblem)) throw problem;
  state.hidden = false;
  if (problem.code === "absent" || problem.code === "unpaired") show(problem.code);
  else show("trouble", problem.message);
}

state.querySelector("[data-retry]").addEventListener("click", look);
document.getElementById("pairing").addEventListener("submit", async (event) => {
  event.preventDefault();
  const refusal = state.querySelector("[data-pairing]");
  try {
    await agent.pair(new FormData(event.target).get("code"));
    refusal.hidden = true;
    await look();
  } catch (problem) {
    if (!(problem instanceof AgentProblem)) throw problem;
    refusal.textContent = problem.message;
    refusal.hidden = false;
  }
});

const table = form === null ? null : rows(form.querySelector("table"));
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const documents = table.chosen();
  if (documents.length === 0) { toast(texts.none); return; }
  const button = document.getElementById("sign");
  button.disabled = true;
  try {
    const orders = seals ? sealsBy(way()) : ordersBy(way());
    const done = await proved(() => orders(documents));
    if (done !== undefined) await follow(done);
  } catch (problem) {
    if (problem instanceof AgentProblem) tellAgent(problem);
    else toast(problem instanceof Problem ? problem.message : texts.unsaved, { tone: "bad" });
  } finally {
    button.disabled = false;
  }
});
hotkey("s", () => form?.requestSubmit());

async function follow(done) {
  for (const each of done.refused) mark(each.document, each.message, "refused");
  const open = new Set(done.accepted);
  const count = open.size;
  let failed = 0;
  toast(told(texts.ordered, { count }));
  whenFinished((finished) => {
    for (const each of finished.refused) {
      mark(each.document, each.message, "refused");
      if (open.delete(each.document)) failed += 1;
    }
  });
  if (!seals) waitForSignatures();
  while (open.size > 0) {
    await new Promise((over) => { setTimeout(over, POLL_MS); });
    // A token that was pulled out is told of and asked again: the order stands until its term is over.
    if (seals && tokenOrders() > 0) await answerToken().catch(tellAgent);
    for (const id of [...open]) {
      const state = await stateOf(id);
      if (!UNDER_WAY.includes(state) && open.delete(id) && state === WAITING) failed += 1;
    }
    progress.value = told(texts.progress, { done: count - open.size - failed, count });
    if (failed > 0) progress.value += ` ${told(texts.failed, { count: failed })}`;
  }
  forgetTokenOrders();
}

async function stateOf(id) {
  const found = await ask("GET", `/api/v1/documents/${id}`);
  mark(id, found.problem ?? "", found.state, found.state_name);
  return found.state;
}

function mark(id, message, code, name) {
  const row = document.querySelector(`[data-row="${id}"]`);
  if (row === null) return;
  const place = row.querySelector("[data-state]");
  if (name !== undefined) { place.textContent = name; place.className = `state ${code}`; }
  let why = row.querySelector(".problem");
  if (message !== "" && why === null) {
    why = document.createElement("small");
    why.className = "problem";
    place.after(why);
  }
  if (why !== null) why.textContent = message;
  const box = row.querySelector("[type=checkbox]");
  if (box !== null && code !== "refused") { box.checked = false; box.disabled = code !== WAITING; }
}

look();
