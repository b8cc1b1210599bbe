// Looks again while the system is at work, unless the person is typing or reading on another tab.

const seconds = Number(document.querySelector("meta[name=sohoa-refresh]")?.content ?? "0");

if (seconds > 0) {
  setInterval(() => {
    if (!document.hidden && !document.activeElement?.matches("input, textarea, select")) location.reload();
  }, seconds * 1000);
}
