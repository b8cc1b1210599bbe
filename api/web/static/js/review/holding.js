// Who has the document open, and what was typed so far: kept by the server while the person types, given back when they
// return. The lease is a courtesy between people; what is true of a document is guarded by its version.

import { Problem, ask, told } from "./door.js";

const SAVE_AFTER_MS = 700;
const AGAIN_AFTER_MS = 5000;
const SIGN_OF_LIFE_MS = 60_000;

/** Hold a document; gives `ready` (asked for the first time), `save({checked})`, `changed()`, `isMine()` and `leave()`. */
export function holding({ document: id, data, place, fields, saved, texts }) {
  const path = `/api/v1/documents/${id}`;
  const words = place.querySelector("[data-held]");
  const takeOver = place.querySelector("[data-take-over]");
  const stay = place.querySelector("[data-stay]");
  let number = null;
  let typed = false;
  let leaving = false;
  let lastSign = 0;
  let timers = [];
  let saving = null;

  function tell(text, button) {
    words.textContent = text;
    place.hidden = text === "";
    takeOver.hidden = button !== takeOver;
    stay.hidden = button !== stay;
  }

  function watch(secondsLeft, warning) {
    timers.forEach(clearTimeout);
    const minutes = Math.max(1, Math.round(warning / 60));
    timers = [
      setTimeout(() => tell(told(texts.ending, { minutes }), stay), Math.max(0, secondsLeft - warning) * 1000),
      setTimeout(() => { number = null; fields.disabled = true; tell(texts.ended, stay); }, secondsLeft * 1000),
    ];
    lastSign = Date.now();
  }

  let warningSeconds = 120;
  async function take(over) {
    try {
      const held = await ask("PUT", `${path}/review-lease`, { take_over: over });
      warningSeconds = held.warning_seconds;
      number = held.mine ? held.number : null;
      fields.disabled = !held.mine;
      if (!held.mine) {
        timers.forEach(clearTimeout);
        tell(told(texts.other, { name: held.held_by }), takeOver);
        return false;
      }
      tell("", null);
      watch(held.seconds_left, warningSeconds);
      return true;
    } catch (problem) {
      tell(problem instanceof Problem ? problem.message : texts.unsaved, stay);
      return false;
    }
  }

  async function put(checked, keepalive) {
    const kept = await ask("PUT", `${path}/draft`, { number, ...data(), checked }, { keepalive });
    typed = false;
    if (!place.hidden) tell("", null);
    watch(kept.seconds_left, warningSeconds);
    saved.textContent = told(texts.saved, { time: new Date().toLocaleTimeString("vi-VN") });
  }

  async function lost(problem) {
    saved.textContent = problem instanceof Problem ? "" : texts.unsaved;
    if (problem instanceof Problem && problem.code === "not_held") {
      number = null;
      const held = await ask("PUT", `${path}/review-lease`, { take_over: false }).catch(() => null);
      if (held !== null && held.mine) return take(false);
      fields.disabled = true;
      tell(told(texts.taken, { name: held?.held_by ?? "" }), takeOver);
    } else if (!(problem instanceof Problem)) {
      schedule(AGAIN_AFTER_MS);
    } else {
      tell(problem.message, null);
    }
    return false;
  }

  let timer = null;
  function schedule(after) {
    clearTimeout(timer);
    timer = setTimeout(() => save({ checked: false }).catch(() => {}), after);
  }

  async function save({ checked }) {
    clearTimeout(timer);
    if (number === null) throw new Error("not held");
    await saving?.catch(() => {});
    saving = put(checked, false);
    try {
      await saving;
    } catch (problem) {
      await lost(problem);
      throw problem;
    }
  }

  function alive() {
    if (number === null || Date.now() - lastSign < SIGN_OF_LIFE_MS) return;
    lastSign = Date.now();
    take(false);
  }
  for (const sign of ["keydown", "pointerdown"]) document.addEventListener(sign, alive, { passive: true });
  stay.addEventListener("click", () => take(false).then((mine) => { if (mine && typed) schedule(0); }));
  takeOver.addEventListener("click", () => take(true));
  takeOver.hidden = place.hidden;

  addEventListener("pagehide", () => {
    if (number === null || leaving) return;
    if (typed) put(false, true).catch(() => {});
    else ask("DELETE", `${path}/review-lease`, undefined, { keepalive: true }).catch(() => {});
  });

  return {
    ready: take(false),
    save,
    changed: () => { typed = true; schedule(SAVE_AFTER_MS); },
    isMine: () => number !== null,
    leave: () => { leaving = true; ask("DELETE", `${path}/review-lease`, undefined, { keepalive: true }).catch(() => {}); },
  };
}
