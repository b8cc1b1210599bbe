"""One certified copy before the user's eyes: visit, capture, comparison, both signatures, look-up.

Each step is taken over HTTP by the person whose step it is. The paper is invented, and drawn anew: a paper that was
digitised before may not be certified from its scan.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from digitize.attest.lifecycle import CopyState
from digitize.errors import SohoaError
from workers.demo.desk import Desk, DeskRefused, Json
from workers.demo.setup import SEED
from workers.demo.specimens import render_assigned
from workers.demo.specimens.demo_set import assignments

PATIENCE_S = 300.0
"""For each stretch that the workers do, seconds."""

POLL_S = 0.25
TITLE = "Chủ tịch Ủy ban nhân dân xã"


@dataclass(frozen=True, slots=True)
class People:
    """Who takes part, each at a desk of their own."""

    administrator: Desk
    """Writes the authority down."""
    certifier: Desk
    username: str
    """Of the certifier."""
    officer: Desk
    unit_code: str


@dataclass(frozen=True, slots=True)
class Certified:
    """What the user is shown."""

    copy: Json
    sentence: str
    """What our own verifier says of the issued file."""
    link: str
    """Where it can be fetched."""


def certify(people: People, known: Path) -> Certified:
    """Certify one paper, or show the copy that an earlier start certified.

    Args:
        people: who takes part.
        known: remembers the copy from start to start.

    Raises:
        SohoaError: the service refused a step, or a worker did not finish its own.
    """
    if known.exists():
        copy = people.certifier.copy(msgspec.json.decode(known.read_bytes(), type=str))
    else:
        copy = _whole_act(people)
        known.write_bytes(msgspec.json.encode(copy["id"]))
    report = people.certifier.verify(people.certifier.copy_file(copy["id"]))
    return Certified(copy, report.get("sentence", "chưa có kết quả kiểm tra"), people.certifier.link(copy["id"])["url"])


def _whole_act(people: People) -> Json:
    _set_up(people)
    specimen = render_assigned(SEED + 1, assignments()[0])
    original = {"title": specimen.truth.fields.get("subject") or "Giấy tờ thử nghiệm", "pages": 1, "quantity": 2}
    requester = {"full_name": "Người yêu cầu thử nghiệm", "id_number": "000000000000"}
    visit = people.certifier.open_visit({"requester": requester, "originals": [original]})
    copy: Json = visit["copies"][0]
    people.certifier.capture(copy, specimen.data, datetime.now(UTC))
    copy = _until(people.certifier, copy, CopyState.TO_COMPARE)
    people.certifier.attest(copy)
    copy = _until(people.certifier, copy, CopyState.CERTIFIER_SIGNED)
    people.officer.order_seal([copy["id"]])
    return _until(people.certifier, copy, CopyState.ISSUED)


def _set_up(people: People) -> None:
    """Write authority and book down; an earlier start may have got as far."""
    if not any(each["in_force"] for each in people.certifier.authorities()):
        people.administrator.enter_authority(
            {
                "person": people.username,
                "title": TITLE,
                "basis": "office",
                "unit": people.unit_code,
                "legal_basis": "Quyết định thử nghiệm, không có giá trị pháp lý",
                "starts_at": datetime.now(UTC).isoformat(),
            }
        )
    if not any(book["closed_on"] is None for book in people.certifier.books()):
        people.certifier.open_book()


def _until(desk: Desk, copy: Json, state: CopyState) -> Json:
    """Wait for the workers.

    Raises:
        DeskRefused: the copy went another way.
        SohoaError: nothing happened for :data:`PATIENCE_S`.
    """
    begun, before = time.monotonic(), copy["state"]
    while time.monotonic() - begun < PATIENCE_S:
        found = desk.copy(copy["id"])
        if found["state"] == state:
            return found
        if found["problem"] and found["state"] != before:
            raise DeskRefused(found["problem"])
        time.sleep(POLL_S)
    raise SohoaError(f"bản sao không đến trạng thái {state.value} trong {PATIENCE_S:.0f} giây")
