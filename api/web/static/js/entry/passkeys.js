// Passkeys: the browser makes one, or proves that it holds one; the answer goes along with an ordinary form.

const form = document.querySelector("[data-passkey]");
const options = document.getElementById("passkey-options");

async function ask() {
  const told = JSON.parse(options.textContent);
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(told);
    return navigator.credentials.create({ publicKey });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(told) });
}

if (form !== null && options !== null) {
  const refusal = form.querySelector("[role=alert]");
  const answer = form.elements.namedItem(form.dataset.passkey === "create" ? "made" : "credential");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refusal.hidden = true;
    try {
      answer.value = JSON.stringify((await ask()).toJSON());
    } catch {
      refusal.hidden = false;
      return;
    }
    form.submit();
  });
}
