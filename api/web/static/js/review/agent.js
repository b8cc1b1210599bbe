// The signing agent at this very machine: a program beside the token, reached on the loopback and nowhere else. It
// answers this service's origin alone, and only after the person has typed the code that it shows.

import { textsOf } from "./door.js";

const PAIRING = "sohoa-agent-pairing";
const texts = textsOf("signing-texts");

/** What the agent said, or that nobody answers. `code`: absent, unpaired, wrong_code, or a code of the agent's own. */
export class AgentProblem extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(`${texts.agent}${path}`, {
      method,
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "origin",
      headers: {
        "Content-Type": "application/json",
        Authorization: `Bearer ${localStorage.getItem(PAIRING) ?? ""}`,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new AgentProblem("absent", texts.absent);
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new AgentProblem(told.code ?? "broken", told.message ?? texts.broken);
  return told;
}

export const agent = Object.freeze({
  /** Whose token it is: `{name, certificates}`. */
  token: () => call("GET", "/token"),

  /** Type the code that the agent shows. */
  async pair(code) {
    const told = await call("POST", "/pairing", { code });
    localStorage.setItem(PAIRING, told.secret);
  },

  /** Let the token sign; values in base64, in the order of the request. */
  async sign(values) {
    return (await call("POST", "/signatures", { values })).values;
  },
});
