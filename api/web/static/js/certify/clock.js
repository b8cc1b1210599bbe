/**
 * Lets the clock over the desk run: the time of the day, and how long each deadline is away.
 *
 * The server's clock is the one that counts, so only the time since the page was made is taken from this machine.
 */

const began = performance.now();
let typed = false;

document.addEventListener("input", () => { typed = true; });

/** @param {number} ms left */
function spoken(ms) {
  const minutes = Math.floor(ms / 60000);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)} ngày ${hours % 24} giờ`;
  if (hours > 0) return `${hours} giờ ${String(minutes % 60).padStart(2, "0")} phút`;
  return minutes > 0 ? `${minutes} phút` : "dưới 1 phút";
}

function tick() {
  const passed = performance.now() - began;
  for (const shown of document.querySelectorAll("[data-clock]")) {
    const now = new Date(Date.parse(shown.dateTime) + passed);
    shown.textContent = now.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh" });
  }
  for (const shown of document.querySelectorAll("[data-left]")) {
    const left = Date.parse(shown.dataset.left) - (Date.parse(shown.dataset.now) + passed);
    const told = shown.querySelector("b");
    if (told === null) continue;
    if (left > 0) {
      told.textContent = spoken(left);
    } else if (!shown.classList.contains("over")) {
      // The words beside it were true until now; the server has the next ones.
      shown.classList.add("over");
      told.textContent = "0 phút";
      if (!typed) location.reload();
    }
  }
}

tick();
setInterval(tick, 5000);
