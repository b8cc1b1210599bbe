/**
 * The papers beside the check list: larger and smaller, and the page that is being compared always in sight.
 */

const papers = document.getElementById("papers");
const SCALES = [100, 150, 200, 300];

function scale(step) {
  const now = SCALES.indexOf(Number(papers.dataset.scale ?? 100));
  const next = SCALES[Math.min(Math.max(now + step, 0), SCALES.length - 1)];
  papers.dataset.scale = String(next);
  papers.querySelector(".zoom output").textContent = `${next} %`;
}

/** @param {HTMLInputElement} box of the check list */
function show(box) {
  const page = document.getElementById(`page-${box.dataset.page}`);
  if (page === null) return;
  const below = page.getBoundingClientRect().top - papers.getBoundingClientRect().top - papers.querySelector(".zoom").offsetHeight;
  papers.scrollTo({ top: papers.scrollTop + below, behavior: "smooth" });
}

papers.querySelector(".zoom").hidden = false;
for (const button of papers.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => scale(button.dataset.zoom === "+" ? 1 : -1));
}
papers.addEventListener("keydown", (event) => {
  if (event.key === "+" || event.key === "=") scale(1);
  else if (event.key === "-") scale(-1);
  else return;
  event.preventDefault();
});

const boxes = [...document.querySelectorAll(".checks input[form=attest]")];
for (const [at, box] of boxes.entries()) {
  box.addEventListener("focus", () => show(box));
  box.addEventListener("change", () => document.getElementById(`page-${box.dataset.page}`)?.classList.toggle("compared", box.checked));
  box.addEventListener("keydown", (event) => {
    // Enter ticks the page off and goes to the next, at the end to the signature; never signs by itself.
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (!box.checked) box.click();
    (boxes[at + 1] ?? document.querySelector("#attest button.main")).focus();
  });
}
