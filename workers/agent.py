"""The reference signing agent: what stands between the door and the token at the clerk's or the officer's machine.

It knows nothing but the public API: it orders with the token's certificates, takes the list of what waits for the
person who is logged in, has the token sign it, and sends the values back, many documents at once. Any other program
may take its place (``docs/api.md``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from pyhanko.sign.signers.pdf_cms import Signer

from digitize.errors import ServerRefused, ServerUnavailable
from digitize.sign.eligibility import common_name
from workers.token_values import certificates_of, sign_half

AT_ONCE = 100
"""Requests of one page, and answers of one posting; the door takes 200."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of the values that were sent."""

    accepted: tuple[str, ...]
    """Ids of documents and copies."""
    refused: tuple[tuple[str, str], ...]
    """Ids of documents and copies, and why."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A token, and the door through which its person is logged in."""

    door: httpx.Client
    """With the session's cookie."""
    signer: Signer
    """The token, or a file that stands for one."""

    def log_in(self, username: str, password: str) -> None:
        """Begin a session.

        Raises:
            ServerRefused: name or password are wrong.
            ServerUnavailable: the door does not answer.
        """
        self._ask("POST", "/api/v1/session", {"username": username, "password": password})

    def order_capture(self, document: str) -> None:
        """Order the clerk's own signature on a capture whose pages the clerk has looked at.

        Raises:
            ServerRefused: the document is not where this begins.
            ServerUnavailable: the door does not answer.
        """
        attested = {"complete": True, "in_order": True, "legible": True, "certificates": self._certificates()}
        self._ask("POST", f"/api/v1/documents/{document}/capture-signature", attested, {"If-Match": "*"})

    def order_attestation(self, copy: str) -> None:
        """Order the certifier's own signature on a copy that was compared with its original.

        Raises:
            ServerRefused: the copy is not where this begins, or the caller may not certify.
            ServerUnavailable: the door does not answer.
        """
        compared = {"compared": True, "certificates": self._certificates()}
        self._ask("POST", f"/api/v1/copies/{copy}/attestation", compared, {"If-Match": "*"})

    def order_seal(self, documents: Sequence[str]) -> Answered:
        """Order the office's signature on a list.

        Raises:
            ServerRefused: the caller is no sealing officer, or the list is too long.
            ServerUnavailable: the door does not answer.
        """
        told = {"documents": list(documents), "certificates": self._certificates()}
        return _answered(self._ask("POST", "/api/v1/seal-orders", told))

    def answer_waiting(self) -> Answered:
        """Sign all that waits for this person and this token.

        Raises:
            SigningRefused: the door asks for what this token does not do, or contradicts itself.
            KeyUnavailable: the token does not answer.
            ServerRefused, ServerUnavailable: the door does not take it.
        """
        mine = common_name(self.signer.signing_cert)
        answers = [
            {"document": each["document"], "values": [sign_half(self.signer, half) for half in each["values"]]}
            for each in self._waiting()
            if each["signer"] == mine
        ]
        accepted: list[str] = []
        refused: list[tuple[str, str]] = []
        for start in range(0, len(answers), AT_ONCE):
            told = self._ask("POST", "/api/v1/signature-values", {"answers": answers[start : start + AT_ONCE]})
            became = _answered(told)
            accepted.extend(became.accepted)
            refused.extend(became.refused)
        return Answered(tuple(accepted), tuple(refused))

    def _waiting(self) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        query: dict[str, str | int] = {"waiting": "me", "limit": AT_ONCE}
        while True:
            page = self._ask("GET", "/api/v1/signature-requests", query=query)
            found.extend(page["requests"])
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]

    def _certificates(self) -> list[str]:
        return certificates_of(self.signer)

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        try:
            answer = self.door.request(method, path, json=body, headers=headers, params=query)
        except httpx.HTTPError as fault:
            raise ServerUnavailable(type(fault).__name__) from fault
        if answer.status_code >= 500:
            raise ServerUnavailable(f"trả lời {answer.status_code}")
        if answer.status_code >= 400:
            raise ServerRefused(_detail(answer))
        return answer.json()


def _answered(told: Mapping[str, Any]) -> Answered:
    refused = tuple((each["document"], each["message"]) for each in told["refused"])
    return Answered(tuple(told["accepted"]), refused)


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"trả lời {answer.status_code}"
