// Keys that do something when pressed alone. They are dead while an input method composes (Telex and VNI build a letter
// from several keys, and the keys belong to it) and while a field has the focus.

const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const CHORD_MS = 1500;

/** Tell whether a key belongs to somebody who is typing. */
export function isTyping(event) {
  if (event.isComposing || event.keyCode === 229 || event.key === "Process" || event.key === "Dead") return true;
  const focused = event.composedPath()[0];
  return focused instanceof Element && focused.closest(FIELDS) !== null;
}

const single = new Map();
const chords = new Map();
let waiting = null;

/** Do something on a key: `"?"`, `"ArrowDown"`, or two after another: `"g d"`. The later of two wins. */
export function hotkey(keys, act) {
  const [first, second] = keys.split(" ");
  if (second === undefined) single.set(first, act);
  else chords.set(`${first} ${second}`, act);
}

/** Forget a key. */
export function forgetHotkey(keys) {
  single.delete(keys);
  chords.delete(keys);
}

function beginsChord(key) {
  return [...chords.keys()].some((keys) => keys.startsWith(`${key} `));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
  if (document.querySelector("dialog:modal") !== null) return;
  const chord = waiting !== null && event.timeStamp - waiting.at < CHORD_MS ? chords.get(`${waiting.key} ${event.key}`) : undefined;
  waiting = null;
  const act = chord ?? single.get(event.key);
  if (act !== undefined) {
    event.preventDefault();
    act(event);
  } else if (beginsChord(event.key)) {
    waiting = { key: event.key, at: event.timeStamp };
  }
});
