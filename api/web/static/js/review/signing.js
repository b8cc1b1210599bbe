// Orders for signatures: by a key that the house holds, or by the token at this machine through the signing agent.

import { agent } from "./agent.js";
import { ask } from "./door.js";

const CHOICE = "sohoa-signing";
const WAITING = "sohoa-token-orders";
const AT_ONCE = 100;

/** How this person signs: `house`, `token` or `later`. */
export function chosenSigning() {
  return localStorage.getItem(CHOICE) ?? "house";
}

export function chooseSigning(way) {
  localStorage.setItem(CHOICE, way);
}

/** How many orders at this browser wait for the token. */
export function tokenOrders() {
  return Number(sessionStorage.getItem(WAITING) ?? "0");
}

function countTokenOrders(count) {
  sessionStorage.setItem(WAITING, String(Math.max(0, count)));
}

/** Give the function that orders signatures on checked captures: ids in, `{accepted, refused}` out. */
export function ordersBy(way) {
  return (documents) => order(way, "/api/v1/capture-orders", documents);
}

/** Give the function that orders the office's seal. */
export function sealsBy(way) {
  return (documents) => order(way, "/api/v1/seal-orders", documents);
}

async function order(way, path, documents) {
  const certificates = way === "token" ? (await agent.token()).certificates : [];
  const done = await ask("POST", path, { documents, certificates });
  if (way === "token") countTokenOrders(tokenOrders() + done.accepted.length);
  return done;
}

/** Let the token sign what is prepared; gives how many were signed. Workers prepare, so it may take a moment. */
export async function answerToken() {
  const { requests } = await ask("GET", `/api/v1/signature-requests?waiting=me&limit=${AT_ONCE}`);
  if (requests.length === 0) return 0;
  const answers = [];
  for (const request of requests) answers.push({ document: request.document, values: await agent.sign(request.values) });
  const done = await ask("POST", "/api/v1/signature-values", { answers });
  countTokenOrders(tokenOrders() - done.accepted.length - done.refused.length);
  return done.accepted.length;
}

/** Nothing is waited for any more: the orders were taken back or ran out. */
export function forgetTokenOrders() {
  countTokenOrders(0);
}
