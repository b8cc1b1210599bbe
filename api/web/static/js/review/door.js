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
