// How the desk's scripts ask the API: JSON in, JSON out, problems as errors with their Vietnamese sentence.

import { toast } from "../toast.js";

/** A problem that the API told (RFC 9457). */
export class Problem extends Error {
  constructor(status, told) {
    super(told.detail ?? "");
    this.status = status;
    this.code = told.code ?? "";
  }
}

/** Ask; give the body of the answer, or null. Throws a {@link Problem}, or a TypeError when there is no network. */
export async function ask(method, path, body, { headers = {}, keepalive = false } = {}) {
  const answer = await fetch(path, {
    method,
    keepalive,
    headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = answer.status === 204 ? null : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, told);
  return told;
}

const proof = document.getElementById("proof");

/** Do something that may ask for the password; ask for it and do it again. Gives undefined when the person leaves it. */
export async function proved(act) {
  let refusal = "";
  for (;;) {
    try {
      return await act();
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== "proof_required") throw problem;
    }
    for (;;) {
      const given = await proofAsked(refusal);
      if (given === null) return undefined;
      try {
        await ask("POST", "/api/v1/session/proof", given);
        break;
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        refusal = problem.message;
        if (problem.code === "factor_required") proof.querySelector("[data-factor]").hidden = false;
      }
    }
  }
}

function proofAsked(refusal) {
  return new Promise((tell) => {
    const place = proof.querySelector("[data-refusal]");
    place.textContent = refusal;
    place.hidden = refusal === "";
    const input = proof.querySelector("[name=password]");
    const code = proof.querySelector("[name=code]");
    proof.returnValue = "";
    proof.addEventListener("close", () => {
      const proves = proof.returnValue === "prove" && input !== null;
      tell(proves ? { password: input.value, ...(code.value === "" ? {} : { code: code.value }) } : null);
      if (input !== null) input.value = code.value = "";
    }, { once: true });
    proof.showModal();
    input?.focus();
  });
}

proof?.querySelector("[data-leave]")?.addEventListener("click", () => proof.close(""));

/** Tell what went wrong in words. */
export function tellProblem(problem, away) {
  toast(problem instanceof Problem ? problem.message : away, { tone: "bad" });
}

/** The texts that a page gives its scripts. */
export function textsOf(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** Put values into a text: `{name}`. */
export function told(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}
