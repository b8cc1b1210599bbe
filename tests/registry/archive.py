"""An archive that has seen much: documents and copies at every end, and the heads of three days over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.attest.lifecycle import CopyState
from digitize.attest.lifecycle import Renewed as CopyRenewed
from digitize.attest.refusal import RefusalGround
from digitize.lifecycle import PurgeProposed, Renewed, State
from digitize.merkle import Head
from digitize.sign.lone_token import judge_lone_token, stamp_digest
from digitize.sign.trust import TrustAnchors, load_trust
from storage import cancellation, certifications, ending, heads, purge, register, registry, signature_health
from storage.audit import Audit, TokenJudgement, audit
from storage.database import Database
from storage.tables import captures, revisions
from tests.registry.desk import KIND, Desk
from tests.registry.province import DEPUTY, SUPERVISOR, WORKER, Province
from workers.demo.pki import make_pki
from workers.demo.tsa import AuthorityInProcess, TimestampAuthority


@dataclass(slots=True)
class Archive:
    """A province whose days are closed by heads."""

    province: Province
    desk: Desk
    timestamper: TimeStamper
    trust: TrustAnchors
    judged: dict[tuple[bytes, str], TokenJudgement] = field(default_factory=dict)
    """The same token is the same judgement; an audit in a test need not ask twice."""

    @classmethod
    def found(cls, province: Province, keys: Path) -> Archive:
        """Set up a desk and a timestamp authority."""
        desk = Desk.set_up(province, province.commune)
        pki = make_pki(keys, [("clerk", "Cán bộ")], [("unit", "Ủy ban")], datetime.now(UTC))
        stamper = AuthorityInProcess(TimestampAuthority.open(pki.timestamp), lambda: datetime.now(UTC))
        return cls(province, desk, stamper, load_trust(pki.trust))

    @property
    def database(self) -> Database:
        """The registry."""
        return self.province.database

    def document(self, state: State = State.PUBLISHED) -> str:
        """Bring a document to a state; captures and revisions are entered as the workers enter them."""
        made = self.province.document(state)
        found = self.province.find(made)
        rows = [
            {"number": number, "key": key, "role": role, "signer": signer, "level": level}
            for number, key, role, signer, level in (
                (1, found.capture_key, "clerk", "Cán bộ", "B-T"), (2, found.sealed_key, "agency", "UBND", "B-LT"),
            )
            if key is not None
        ]  # fmt: skip
        with self.database.write() as connection:
            connection.execute(
                captures.update()
                .where(captures.c.document_id == made)
                .values(reading_key=found.reading_key, archive_key=found.archive_key)
            )
            for row in rows:
                connection.execute(
                    revisions.insert().values(
                        document_id=made, capture=1, signed_at=self.province.now, verdict="valid", **row
                    )
                )
        return made

    def fill(self) -> None:
        """Let documents and copies come to every kind of end."""
        published, revoked, purged = self.document(), self.document(), self.document(State.CAPTURE_SIGNED)
        assert published != revoked
        now = self.province.now
        self.province.record(purged, PurgeProposed(actor=SUPERVISOR, legal_ground="căn cứ", decision_number="1/QĐ"))
        with self.database.write() as connection:
            purge.approve(connection, purged, DEPUTY, now, None)
            told = self._renewal(connection, published)
            registry.record(connection, published, Renewed(**told), now, changes={"sealed_key": told["revision_key"]})
            ending.revoke(
                connection, revoked, decision_number="2/QĐ", reason="cấp sai", effective_at=now, actor=SUPERVISOR,
                now=now, version=None,
            )  # fmt: skip
        self._certify(now)

    def _certify(self, now: datetime) -> None:
        issued, void = self.desk.copy(CopyState.ISSUED), self.desk.copy(CopyState.CERTIFIER_SIGNED)
        refused, right = self.desk.copy(CopyState.TO_COMPARE), self.desk.copy(CopyState.ISSUED)
        self.desk.void(void)
        with self.database.write() as connection:
            told = self._renewal(connection, right)
            again = CopyRenewed(**told)
            certifications.record(connection, right, again, now, changes={"sealed_key": told["revision_key"]})
            visit = certifications.find(connection, issued).certification_id
            certifications.pay(connection, visit, 2000, "BL-1", self.desk.certifier, now)
            certifications.refuse(
                connection, refused, next(iter(RefusalGround)), "bản chính bị tẩy xóa", self.desk.certifier, now
            )
            cancellation.cancel(
                connection, issued, decision_number="3/QĐ", reason="chép thiếu trang", effective_at=now,
                actor=SUPERVISOR, now=now, successor=right,
            )  # fmt: skip

    def _renewal(self, connection: sa.Connection, subject: str) -> dict[str, Any]:
        """Store a renewed file and keep its name; return the values of the event."""
        key = self.province.objects.put(b"renewed " + subject.encode())
        signature_health.keep_renewed(connection, subject, key, "B-LTA", self.province.now)
        return {
            "actor": WORKER,
            "revision_key": key,
            "replaces": "0" * 64,
            "level": "B-LTA",
            "weakens_at": "2040-01-01",
        }

    def close_book(self) -> None:
        """Close the open book and open the next."""
        with self.database.write() as connection:
            register.close_book(connection, self.desk.book.id, SUPERVISOR, self.province.now)
            register.open_book(connection, self.desk.unit.id, KIND, SUPERVISOR, self.province.now)

    def next_day(self) -> Head | None:
        """Let the day pass and make its head."""
        self.province.now += timedelta(days=1)
        return heads.make_due(self.database, self.province.now)

    def stamp(self, number: int) -> None:
        """Timestamp a head, by today's clock."""
        with self.database.read() as connection:
            kept = heads.find_head(connection, number)
        token = stamp_digest(bytes.fromhex(kept.head.hash), self.timestamper, datetime.now(UTC))
        with self.database.write() as connection:
            assert heads.keep_token(connection, number, token.der, token.stamped_at)

    def judge(self, token: bytes, digest: str) -> TokenJudgement:
        """Judge a timestamp as the command does."""
        if (token, digest) not in self.judged:
            report = judge_lone_token(token, bytes.fromhex(digest), self.trust, datetime.now(UTC))
            self.judged[token, digest] = TokenJudgement(report.fault, report.stamped_at)
        return self.judged[token, digest]

    def audit(self) -> Audit:
        """Recompute everything."""
        return audit(self.database, self.judge)

    def live_three_days(self) -> None:
        """Fill the archive on three days, and close each with a head; the first two are timestamped."""
        for _ in range(2):
            self.fill()
            head = self.next_day()
            assert head is not None
            self.stamp(head.number)
        self.close_book()
        self.document(State.CONFIRMED)
        assert self.next_day() is not None
