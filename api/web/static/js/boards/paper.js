// Buttons that need a script are shown only where one runs: printing the page, copying a text.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
    window.print();
  });
}
for (const button of document.querySelectorAll("[data-copies]")) {
  const text = document.getElementById(button.dataset.copies);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      window.sohoa?.toast(button.dataset.copied);
    } catch {
      text.focus();
      text.select();
    }
  });
}
