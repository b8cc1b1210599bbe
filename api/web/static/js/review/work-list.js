// The work list by keyboard, the count of what is chosen, and fresh counts beside the filters.

import { ask } from "./door.js";
import { rows } from "./rows.js";

const FRESH_MS = 20_000;
const table = document.querySelector("#chosen table");

if (table !== null) {
  const told = document.querySelector("[data-chosen]");
  const acts = [...document.querySelectorAll("[data-acts] button")];
  rows(table, {
    chosen: (ids) => {
      told.value = ids.length === 0 ? "" : `${ids.length} ${told.dataset.chosen}`;
      for (const act of acts) act.disabled = ids.length === 0;
    },
  });
}

const filtered = [...new URLSearchParams(location.search).keys()].some((name) => ["unit", "first", "last"].includes(name));

async function freshen() {
  if (document.hidden || filtered) return;
  const { counts } = await ask("GET", "/api/v1/documents?limit=1").catch(() => ({ counts: null }));
  if (counts === null) return;
  for (const place of document.querySelectorAll("[data-count]")) {
    const count = place.dataset.count === "total" ? Object.values(counts).reduce((sum, each) => sum + each, 0) : counts[place.dataset.count] ?? 0;
    if (!place.textContent.endsWith("+")) place.textContent = String(count);
  }
}
setInterval(freshen, FRESH_MS);
