// A list worked through by keyboard: j and k or the arrows go, x chooses, Enter opens.

import { hotkey } from "../hotkeys.js";

/** Wire the rows of a table; gives `chosen()` and `all`. */
export function rows(table, { chosen = () => {} } = {}) {
  const lines = () => [...table.querySelectorAll("tbody tr[data-row]")];
  const boxes = () => [...table.querySelectorAll("tbody input[type=checkbox]")];
  const all = table.querySelector("[data-all]");
  let at = null;

  function go(step) {
    const shown = lines();
    if (shown.length === 0) return;
    const next = at === null ? (step > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, shown.indexOf(at) + step));
    at?.classList.remove("at");
    at = shown[next];
    at.classList.add("at");
    at.querySelector("a")?.focus({ preventScroll: true });
    at.scrollIntoView({ block: "nearest" });
  }

  function tell() {
    const ticked = boxes().filter((box) => box.checked);
    if (all !== null) {
      all.checked = ticked.length > 0 && ticked.length === boxes().length;
      all.indeterminate = ticked.length > 0 && !all.checked;
    }
    chosen(ticked.map((box) => box.value));
  }

  for (const key of ["j", "ArrowDown"]) hotkey(key, () => go(1));
  for (const key of ["k", "ArrowUp"]) hotkey(key, () => go(-1));
  hotkey("x", () => {
    const box = at?.querySelector("input[type=checkbox]");
    if (box) { box.checked = !box.checked; tell(); }
  });
  table.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    tell();
  });
  if (all !== null) all.hidden = boxes().length === 0;
  tell();
  return { chosen: () => boxes().filter((box) => box.checked).map((box) => box.value), current: () => at };
}
