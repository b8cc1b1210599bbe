// What every page has: help on `?`, the page's search on `/`, ways between the desks on `g` and a letter, messages.

import { forgetHotkey, hotkey, isTyping } from "./hotkeys.js";
import { toast } from "./toast.js";

/** For the desks' own modules, which may as well import the parts themselves. */
window.sohoa = Object.freeze({ toast, hotkey, forgetHotkey, isTyping });

function open(dialog) {
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => open(document.getElementById(opener.dataset.opens)));
}

if (document.getElementById("help") !== null) hotkey("?", () => open(document.getElementById("help")));

hotkey("/", () => {
  const search = document.querySelector("[data-search], [type=search]");
  search?.focus();
  search?.select?.();
});

for (const way of document.querySelectorAll("[data-go]")) hotkey(`g ${way.dataset.go}`, () => way.click());
