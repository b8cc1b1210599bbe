// Asking once more who it is before something is signed: the password with the code of who has one, or a passkey.

import { Problem, ask } from "./door.js";

const dialog = document.getElementById("proof");
const part = (name) => dialog.querySelector(`[data-${name}]`);

/** Do something that may ask for a proof; ask for it and do it again. Gives undefined when the person leaves it. */
export async function proved(act) {
  for (;;) {
    try {
      return await act();
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== "proof_required") throw problem;
    }
    if (!(await prove())) return undefined;
  }
}

/** Ask until it is given; tells whether it was. */
async function prove() {
  let refusal = "";
  for (;;) {
    const answer = await answered(await ask("POST", "/api/v1/session/proof-question"), refusal);
    if (answer === null) return false;
    try {
      await ask("POST", `/api/v1/session/${"credential" in answer ? "passkey-proof" : "proof"}`, answer);
      return true;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      refusal = problem.message;
    }
  }
}

function answered({ code, passkey }, refusal) {
  const form = part("password");
  const use = part("use-passkey");
  tell("refusal", refusal);
  tell("passkey-refusal", "");
  part("passkey").hidden = passkey === null;
  if (form !== null) {
    part("factor").hidden = !code;
    form.elements.code.required = code;
  }
  return new Promise((give) => {
    let credential = null;
    use.onclick = async () => {
      credential = await shown(passkey);
      if (credential === null) tell("passkey-refusal", use.dataset.failed);
      else dialog.close("passkey");
    };
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "passkey") give({ credential });
      else give(dialog.returnValue === "prove" ? typed(form) : null);
    }, { once: true });
    dialog.showModal();
    (passkey === null ? form?.elements.password : use)?.focus();
  });
}

function typed(form) {
  const { password, code } = form.elements;
  const answer = { password: password.value, ...(code.value === "" ? {} : { code: code.value }) };
  form.reset();
  return answer;
}

/** Let the device show a passkey; null: the person left it, or the device has none of these. */
async function shown(options) {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return JSON.stringify((await navigator.credentials.get({ publicKey })).toJSON());
  } catch {
    return null;
  }
}

function tell(name, words) {
  const place = part(name);
  place.textContent = words;
  place.hidden = words === "";
}

dialog?.querySelector("[data-leave]")?.addEventListener("click", () => dialog.close(""));
