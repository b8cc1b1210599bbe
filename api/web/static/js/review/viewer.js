// The pages of the paper: zoom, pan, and a look at the place of a field.

const SMALLEST = 0.5;
const LARGEST = 6;
const STEP = 1.25;

/** Make the page images zoomable; gives `show(field)`, `zoomIn()`, `zoomOut()` and `fit()`. */
export function viewer(sheets, lens) {
  const pictures = [...sheets.querySelectorAll("svg[data-sheet]")];
  const told = lens.querySelector("[data-zoomed]");
  let zoom = 1;

  function set(wanted, at = { x: sheets.clientWidth / 2, y: sheets.clientHeight / 2 }) {
    const next = Math.min(LARGEST, Math.max(SMALLEST, wanted));
    const ratio = next / zoom;
    const left = (sheets.scrollLeft + at.x) * ratio - at.x;
    const top = (sheets.scrollTop + at.y) * ratio - at.y;
    zoom = next;
    for (const picture of pictures) picture.style.width = `${zoom * 100}%`;
    sheets.scrollTo({ left, top });
    told.value = `${Math.round(zoom * 100)} %`;
  }

  function show(field) {
    const mark = sheets.querySelector(`[data-mark="${field}"]`);
    for (const other of sheets.querySelectorAll(".mark.looked-at")) other.classList.remove("looked-at");
    if (mark === null) return;
    mark.classList.add("looked-at");
    const frame = sheets.getBoundingClientRect();
    const place = mark.getBoundingClientRect();
    sheets.scrollBy({
      left: place.left + place.width / 2 - frame.left - frame.width / 2,
      top: place.top + place.height / 2 - frame.top - frame.height / 3,
    });
  }

  const acts = { in: () => set(zoom * STEP), out: () => set(zoom / STEP), fit: () => set(1) };
  for (const button of lens.querySelectorAll("[data-zoom]")) button.addEventListener("click", acts[button.dataset.zoom]);

  sheets.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const frame = sheets.getBoundingClientRect();
    set(zoom * (event.deltaY < 0 ? STEP : 1 / STEP), { x: event.clientX - frame.left, y: event.clientY - frame.top });
  }, { passive: false });

  let held = null;
  sheets.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    held = { x: event.clientX + sheets.scrollLeft, y: event.clientY + sheets.scrollTop };
    sheets.setPointerCapture(event.pointerId);
    sheets.classList.add("held");
  });
  sheets.addEventListener("pointermove", (event) => {
    if (held !== null) sheets.scrollTo({ left: held.x - event.clientX, top: held.y - event.clientY, behavior: "instant" });
  });
  for (const over of ["pointerup", "pointercancel"]) {
    sheets.addEventListener(over, () => { held = null; sheets.classList.remove("held"); });
  }
  return { show, zoomIn: acts.in, zoomOut: acts.out, fit: acts.fit };
}
