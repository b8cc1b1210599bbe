/**
 * Shows the fee while pages and copies are typed, by the formula that the page names; what the server counts is what holds.
 */

const dong = (amount) => `${String(amount).replace(/\B(?=(\d{3})+(?!\d))/g, ".")} đ`;

/** @param {HTMLElement} row @param {string} name */
function count(row, name) {
  const typed = row.querySelector(`[name$=".${name}"]`)?.value.trim() ?? "";
  return /^\d{1,4}$/.test(typed) && Number(typed) > 0 ? Number(typed) : null;
}

function tell() {
  const sheet = document.getElementById("originals");
  const tariff = Object.fromEntries(Object.entries(sheet.dataset).map(([name, value]) => [name, Number(value)]));
  let total = 0;
  for (const row of sheet.querySelectorAll(".original")) {
    const pages = count(row, "pages");
    const quantity = count(row, "quantity");
    const told = row.querySelector("output");
    if (pages === null || quantity === null) {
      told.textContent = "—";
      continue;
    }
    const first = Math.min(pages, tariff.firstPages);
    const one = Math.min(tariff.most, first * tariff.first + (pages - first) * tariff.further);
    total += one * quantity;
    const sum = document.createElement("b");
    sum.textContent = dong(one * quantity);
    const parts = document.createElement("small");
    parts.textContent = ` ${dong(one)} × ${quantity}`;
    told.replaceChildren(sum, parts);
  }
  sheet.querySelector(".total b").textContent = dong(total);
}

document.addEventListener("input", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.classList.contains("count")) tell();
});

// A row that was added is typed into at once.
document.addEventListener("htmx:after:swap", () => {
  const rows = document.querySelectorAll(".original");
  rows[rows.length - 1]?.querySelector("input")?.focus();
});
