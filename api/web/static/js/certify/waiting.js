/**
 * Waits for the workers: asks how the copy stands, and shows the page anew when that changed, unless somebody is typing.
 */

const notice = document.querySelector("[data-copy]");
const EVERY_MS = 1500;
let typed = false;

document.addEventListener("input", () => { typed = true; });

async function look() {
  try {
    const answer = await fetch(`/api/v1/copies/${notice.dataset.copy}`, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return location.reload();
    if (answer.ok) {
      const copy = await answer.json();
      if (String(copy.version) !== notice.dataset.version) return tell();
    }
  } catch {
    // The line is down; the next look may get through.
  }
  setTimeout(look, document.hidden ? 4 * EVERY_MS : EVERY_MS);
}

function tell() {
  if (!typed) return location.reload();
  const again = document.createElement("a");
  again.href = location.href;
  again.textContent = notice.dataset.reload;
  notice.replaceChildren(`${notice.dataset.changed} `, again);
}

setTimeout(look, EVERY_MS);
