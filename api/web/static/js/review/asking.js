// The fields that a person must look at, by keyboard: Enter takes one and goes on, ↑ goes back, ↓ takes another reading.
// A key that belongs to an input method is never touched: Telex and VNI build a letter from several keys, and Enter or an
// arrow may end or steer the composition (UI Events §5.3: `isComposing`; some engines only say keyCode 229).

const composes = (event) => event.isComposing || event.keyCode === 229;

/** Wire the form; gives `first()`, `left()`, `data()`. */
export function asking(form, decide, { texts, look, changed, refuse }) {
  const asked = [...form.querySelectorAll("[data-asked]")];
  const boxes = [...form.querySelectorAll("[data-field], [data-kind]")];
  const seen = new Set();

  const inputOf = (box) => box.querySelector("[data-field], [data-kind]");
  const boxOf = (input) => input.closest(".ask");
  const isMissing = (input) => (input.matches("[data-required], [data-kind]")) && input.value.trim() === "";

  function accept(input) {
    const box = boxOf(input);
    if (isMissing(input)) {
      refuse(texts.missing);
      return false;
    }
    seen.add(box);
    box.classList.remove("doubtful");
    box.querySelector(".doubt")?.setAttribute("hidden", "");
    const mark = box.querySelector(".seen");
    if (mark !== null) mark.hidden = false;
    return true;
  }

  function goFrom(input) {
    const rest = asked.filter((box) => !seen.has(box));
    const behind = rest.find((box) => boxOf(input).compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING);
    const next = behind ?? rest[0];
    if (next === undefined) decide.focus();
    else focus(inputOf(next));
  }

  function back(input) {
    const shown = boxes.filter((each) => each.offsetParent !== null);
    const before = shown[shown.indexOf(input) - 1];
    if (before !== undefined) focus(before);
  }

  function focus(input) {
    input.closest("details")?.setAttribute("open", "");
    input.focus();
    if (input.setSelectionRange) input.setSelectionRange(input.value.length, input.value.length);
  }

  /** The readings of a field in a ring: what stands in it first, then the others. */
  const rings = new Map();
  function turn(input, step) {
    const others = [...boxOf(input).querySelectorAll("[data-alternative]")].map((each) => each.textContent);
    if (others.length === 0) return false;
    const ring = rings.get(input) ?? { at: 0, values: [input.value, ...others] };
    if (step < 0 && ring.at === 0) return false;
    ring.at = (ring.at + step + ring.values.length) % ring.values.length;
    rings.set(input, ring);
    put(input, ring.values[ring.at]);
    return true;
  }

  function put(input, value) {
    input.value = value;
    for (const each of boxOf(input).querySelectorAll("[data-alternative]")) {
      each.setAttribute("aria-pressed", String(each.textContent === value));
    }
    changed();
  }

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (composes(event) || event.ctrlKey || event.altKey || event.metaKey || !boxes.includes(input)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.shiftKey) back(input);
      else if (accept(input)) goFrom(input);
    } else if (input.matches("select")) {
      return;
    } else if (event.key === "ArrowDown") {
      if (turn(input, 1)) event.preventDefault();
    } else if (event.key === "ArrowUp") {
      if (input.matches("textarea") && input.selectionStart > 0 && !rings.get(input)?.at) return;
      event.preventDefault();
      if (!turn(input, -1)) back(input);
    } else if (event.key === "Escape") {
      input.blur();
    }
  });

  form.addEventListener("input", (event) => {
    if (!boxes.includes(event.target)) return;
    rings.delete(event.target);
    changed();
  });

  form.addEventListener("focusin", (event) => {
    const box = event.target.closest(".ask");
    if (box !== null) look(box.id.replace("field-", ""));
  });

  form.addEventListener("click", (event) => {
    const other = event.target.closest("[data-alternative]");
    if (other === null) return;
    const input = inputOf(other.closest(".ask"));
    put(input, other.textContent);
    focus(input);
  });

  return {
    first: () => (asked.length > 0 ? focus(inputOf(asked[0])) : decide.focus()),
    left: () => asked.filter((box) => !seen.has(box)).map(inputOf),
    focus,
    data: () => ({
      kind: form.querySelector("[data-kind]").value,
      fields: Object.fromEntries(
        [...form.querySelectorAll("[data-field]")]
          .map((input) => [input.dataset.field, input.matches("[data-date]") ? iso(input.value.trim()) : input.value.trim()])
          .filter(([, value]) => value !== ""),
      ),
    }),
  };
}

/** A day written in the Vietnamese way as ISO 8601; everything else as it is. */
function iso(value) {
  const found = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(value);
  return found === null ? value : `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}`;
}
