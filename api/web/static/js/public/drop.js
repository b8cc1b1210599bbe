// A PDF may be dropped anywhere on the page; it goes along with the ordinary form.

const form = document.querySelector("[data-drop]");

if (form !== null) {
  const input = form.querySelector("input[type=file]");
  form.querySelector("[data-drop-hint]").hidden = false;
  const mark = (over) => form.classList.toggle("over", over);

  document.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => { if (event.relatedTarget === null) mark(false); });
  document.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    mark(false);
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
