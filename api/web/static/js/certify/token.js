/**
 * Signs by the token at this machine, through the signing agent: its certificates go with the order, and what the worker
 * then prepares is signed as soon as the page shows that it waits.
 */

import { AgentProblem, agent } from "../review/agent.js";
import { answerToken } from "../review/signing.js";

const card = document.getElementById("token");
const words = card === null ? {} : JSON.parse(document.getElementById("token-words").textContent);
const told = card?.querySelector("[data-told]");
const pairing = card?.querySelector("[data-pairing]");

async function order() {
  const form = document.getElementById(card.dataset.signs);
  if (!form.reportValidity()) {
    told.textContent = words.unticked;
    return;
  }
  const { certificates } = await agent.token();
  for (const old of form.querySelectorAll("[name=certificate]")) old.remove();
  for (const certificate of certificates) {
    const held = document.createElement("input");
    held.type = "hidden";
    held.name = "certificate";
    held.value = certificate;
    form.append(held);
  }
  told.textContent = words.ordered;
  form.requestSubmit();
}

async function answer() {
  told.textContent = words.signing;
  if ((await answerToken()) > 0) location.reload();
}

async function sign() {
  try {
    await (card.dataset.signs === "" ? answer() : order());
    pairing.hidden = true;
  } catch (problem) {
    told.textContent = problem instanceof AgentProblem && problem.code === "unpaired" ? words.unpaired : problem.message;
    pairing.hidden = !(problem instanceof AgentProblem && problem.code === "unpaired");
  }
}

if (card !== null) {
  card.querySelector("[data-script]").hidden = false;
  card.querySelector("[data-sign]").addEventListener("click", sign);
  pairing.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await agent.pair(new FormData(pairing).get("code"));
      await sign();
    } catch (problem) {
      told.textContent = problem.message;
    }
  });
  if (card.dataset.signs === "") sign();
}
