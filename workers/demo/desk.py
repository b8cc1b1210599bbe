"""A clerk's or an officer's client: speaks to the service over HTTP, like anybody else."""

from __future__ import annotations

import uuid
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec

from digitize.errors import SohoaError, WorldAtFault

Json = dict[str, Any]


class DeskRefused(SohoaError):
    """The service answered with a problem."""

    sentence = "Máy chủ từ chối"
    exit_code = 3


class Desk:
    """One logged-in person."""

    def __init__(self, base_url: str, username: str, password: str) -> None:
        """Log in.

        Raises:
            DeskRefused: the service refused.
            WorldAtFault: the service does not answer.
        """
        # The header stands in for what a browser sends by itself; the service refuses cookies without it.
        self._http = httpx.Client(base_url=base_url, timeout=60, headers={"Sec-Fetch-Site": "same-origin"})
        self._password = password
        self.person = self._ask("POST", "/api/v1/session", json={"username": username, "password": password})

    def __enter__(self) -> Self:
        """Nothing more to open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._http.close()

    def prove(self) -> None:
        """Give the password again, as signing asks for it."""
        self._ask("POST", "/api/v1/session/proof", json={"password": self._password})

    def enter_dossier(self, dossier: Json) -> Json:
        """Create a dossier, or find the same one again."""
        return self._ask("POST", "/api/v1/dossiers", json=dossier)

    def hand_in(self, dossier_code: str, name: str, data: bytes) -> Json:
        """Send a scan and return its document; the demo's papers are of 2021, and some have expired since."""
        return self._ask(
            "POST", f"/api/v1/dossiers/{dossier_code}/results", files={"file": (name, data)},
            data={"reason": "Hồ sơ minh họa của năm 2021"},
        )  # fmt: skip

    def document(self, document: str) -> Json:
        """Return a document as it stands."""
        return self._ask("GET", f"/api/v1/documents/{document}")

    def reading(self, document: str) -> Json:
        """Return the machine's draft."""
        return self._ask("GET", f"/api/v1/documents/{document}/reading")

    def sign_capture(self, document: Json) -> None:
        """Attest that the pages are complete, in order and legible, and order one's own signature."""
        self._edit(document, "capture-signature", {"complete": True, "in_order": True, "legible": True})

    def confirm(self, document: Json, kind: str, fields: dict[str, str]) -> None:
        """Confirm the data."""
        self._edit(document, "confirmation", {"kind": kind, "fields": fields})

    def order_seal(self, documents: list[str]) -> Json:
        """Order the agency's signature for a list, in one press."""
        return self._ask("POST", "/api/v1/seal-orders", json={"documents": documents})

    def authorities(self) -> list[Json]:
        """Return who may certify in one's units."""
        return msgspec.json.decode(self._send("GET", "/api/v1/authorities"), type=list[Json])

    def enter_authority(self, authority: Json) -> None:
        """Write an authority down."""
        self._ask("POST", "/api/v1/authorities", json=authority)

    def books(self) -> list[Json]:
        """Return the latest books of one's units."""
        books: list[Json] = self._ask("GET", "/api/v1/books?limit=200")["books"]
        return books

    def open_book(self) -> None:
        """Open the next book of one's own unit."""
        self._ask("POST", "/api/v1/books", json={})

    def open_visit(self, visit: Json) -> Json:
        """Open a visit of a requester, to be certified by oneself."""
        return self._ask("POST", "/api/v1/certifications", json=visit)

    def capture(self, copy: Json, data: bytes, at: datetime) -> None:
        """Hand the capture of a paper original in."""
        form = {"captured_at": at.isoformat(), "device": "máy chụp tại quầy"}
        files, version = {"file": ("capture", data)}, {"If-Match": f'"{copy["version"]}"'}
        self._ask("POST", f"/api/v1/copies/{copy['id']}/capture", data=form, files=files, headers=version)

    def attest(self, copy: Json) -> None:
        """Say that the capture was compared with the original, and order one's own signature."""
        version = {"If-Match": f'"{copy["version"]}"'}
        self._ask("POST", f"/api/v1/copies/{copy['id']}/attestation", json={"compared": True}, headers=version)

    def copy(self, copy: str) -> Json:
        """Return a copy as it stands."""
        return self._ask("GET", f"/api/v1/copies/{copy}")

    def copy_file(self, copy: str) -> bytes:
        """Return an issued copy."""
        return self._send("GET", f"/api/v1/copies/{copy}/files/sealed")

    def link(self, copy: str) -> Json:
        """Make a download link."""
        return self._ask("POST", f"/api/v1/copies/{copy}/links")

    def verify(self, file: bytes) -> Json:
        """Let anybody's verifier judge a file."""
        return self._ask("POST", "/api/v1/verify", files={"file": ("copy.pdf", file)})

    def targets(self, year: int, counted_until: datetime) -> list[Json]:
        """Return the rates beside the targets of a year."""
        asked = {"year": year, "counted_until": counted_until.isoformat()}
        return msgspec.json.decode(self._send("GET", "/api/v1/targets", params=asked), type=list[Json])

    def _edit(self, document: Json, act: str, body: Json) -> None:
        version = {"If-Match": f'"{document["version"]}"'}
        self._ask("POST", f"/api/v1/documents/{document['id']}/{act}", json=body, headers=version)

    def _ask(self, method: str, path: str, **how: Any) -> Json:  # noqa: ANN401  # httpx's own arguments
        return msgspec.json.decode(self._send(method, path, **how) or b"{}", type=dict[str, Any])

    def _send(self, method: str, path: str, **how: Any) -> bytes:  # noqa: ANN401  # httpx's own arguments
        headers = how.pop("headers", {})
        if method == "POST":
            headers = {"Idempotency-Key": uuid.uuid4().hex, **headers}
        try:
            answer = self._http.request(method, path, headers=headers, **how)
        except httpx.HTTPError as fault:
            raise WorldAtFault(f"{method} {path}: {type(fault).__name__}") from fault
        if answer.is_error:
            problem = answer.json() if answer.headers.get("content-type") == "application/problem+json" else {}
            raise DeskRefused(f"{problem.get('code', answer.status_code)}: {problem.get('detail', answer.text[:200])}")
        return answer.content
