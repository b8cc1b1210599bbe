// The review desk: the parts joined, and the decision at the end of a document.

import { hotkey } from "../hotkeys.js";
import { toast } from "../toast.js";
import { AgentProblem } from "./agent.js";
import { asking } from "./asking.js";
import { ask, tellProblem, textsOf, told } from "./door.js";
import { holding } from "./holding.js";
import { proved } from "./proof.js";
import { chosenSigning, chooseSigning, ordersBy } from "./signing.js";
import { later, tellLater, waitForSignatures } from "./waiting.js";
import { viewer } from "./viewer.js";

const bench = document.getElementById("bench");
const form = document.getElementById("asking");
const decide = document.getElementById("decide");
const texts = textsOf("bench-texts");
const { document: id, title, version, state, next, previous, all } = bench.dataset;
const unsigned = state === "to_check";
const attests = [...form.querySelectorAll(".attest input")];
const how = form.querySelector("[data-signing]");
const noAgent = document.getElementById("no-agent");

const pages = viewer(document.getElementById("sheets"), bench.querySelector(".lens"));
const fields = asking(form, decide, {
  texts,
  look: pages.show,
  changed: () => hold.changed(),
  refuse: (text) => toast(text, { tone: "bad" }),
});
const hold = holding({
  document: id,
  data: fields.data,
  place: document.getElementById("held"),
  fields: document.getElementById("fields"),
  saved: document.getElementById("saved"),
  texts,
});

const attested = () => attests.every((each) => each.checked);

function name() {
  if (!unsigned) decide.textContent = texts.confirm;
  else if (!attested()) decide.textContent = texts.attest;
  else decide.textContent = how.value === "later" ? texts.later : texts.sign;
}

if (how !== null) {
  how.closest("[data-how]").hidden = false;
  how.value = chosenSigning();
  how.addEventListener("change", () => { chooseSigning(how.value); noAgent.hidden = true; name(); });
}
for (const each of attests) each.addEventListener("change", name);
name();

let deciding = false;
function step() {
  if (deciding || !hold.isMine()) return;
  const left = fields.left();
  if (left.length > 0) {
    toast(told(texts.left, { count: left.length }));
    fields.focus(left[0]);
  } else if (unsigned && !attested()) {
    for (const each of attests) each.checked = true;
    name();
    decide.focus();
  } else {
    deciding = true;
    decide.disabled = true;
    conclude().catch(tellFailure).finally(() => { deciding = false; decide.disabled = false; });
  }
}

// Who is quicker than the answer to "may I?" is not asked to press again.
form.addEventListener("submit", (event) => {
  event.preventDefault();
  hold.ready.then(step);
});
// A key that is held down is one decision: it must not sign, go on and sign the next.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.repeat) event.preventDefault();
}, { capture: true });

/** Without agent or token nothing was ordered; the document stays checked, and the sign desk says what to do. */
function tellFailure(problem) {
  if (!(problem instanceof AgentProblem)) return tellProblem(problem, texts.unsaved);
  noAgent.querySelector("[data-why]").textContent = problem.message;
  noAgent.hidden = false;
}

async function conclude() {
  await hold.save({ checked: true });
  if (!unsigned) {
    const finished = await ask("POST", "/api/v1/drafts/confirmation");
    const refused = finished.refused.find((each) => each.document === id);
    if (refused !== undefined) {
      toast(refused.message, { tone: "bad" });
      return;
    }
    go(told(texts.confirmed, { title }));
  } else if (how.value === "later") {
    go(told(texts.checked, { title }), { undo: true });
  } else {
    const done = await proved(() => ordersBy(how.value)([id]));
    if (done === undefined) return;
    if (done.refused.length > 0) {
      toast(done.refused[0].message, { tone: "bad" });
      return;
    }
    later(id, title);
    go(told(texts.ordered, { title }), { undo: true });
  }
}

function go(message, { undo = false } = {}) {
  hold.leave();
  tellLater(message, undo ? { id, address: location.pathname + location.search } : null);
  location.assign(next || all);
}

hotkey("+", pages.zoomIn);
hotkey("=", pages.zoomIn);
hotkey("-", pages.zoomOut);
hotkey("0", pages.fit);
hotkey("n", () => { if (next) location.assign(next); });
hotkey("p", () => { if (previous) location.assign(previous); });

document.querySelector(".batch .current")?.scrollIntoView({ block: "nearest" });
fields.first();
waitForSignatures();
