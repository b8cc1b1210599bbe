"""Certified copies signed by tokens: the certifier's at the desk, the office's at the sealing officer's machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digitize.attest.lifecycle import SignedFileDiscarded
from digitize.model import Verdict
from digitize.sign.keys import open_pkcs12
from digitize.sign.verify import verify
from digitize.targets import VIETNAM_TIME
from storage import certifications
from storage.outbox import Lane
from tests.door.bureau import CERTIFIER, OFFICER, Bureau, must, open_bureau
from tests.door.plugin import Settled
from tests.servers.process import free_port
from workers.agent import Agent
from workers.sandbox import Sandbox
from workers.tidying import take_back_unanswered
from workers.token_values import sign_half


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def bureau(settled: Settled, tmp_path: Path, keys: Path, sandbox: Sandbox) -> Iterator[Bureau]:
    with open_bureau(settled, tmp_path, keys, sandbox, free_port()) as opened:
        yield opened


def agent_of(bureau: Bureau, who: str, holder: str | None = None) -> Agent:
    """Return a person's signing agent, with their own token or another."""
    door = bureau.person(who)
    entry = bureau.pki.signers[holder or door.get("/api/v1/me").json()["id"]]
    return Agent(door, open_pkcs12(*entry.read()))


def seal_of(bureau: Bureau) -> Agent:
    return agent_of(bureau, OFFICER, bureau.town.units["xa"].id)


def compared(bureau: Bureau) -> str:
    """Bring a copy to where the certifier orders."""
    copy: str = bureau.open()["copies"][0]["id"]
    must(bureau.capture(copy))
    return copy


def attested(bureau: Bureau) -> str:
    """Bring a copy to where the office's token is asked."""
    copy = compared(bureau)
    certifier = agent_of(bureau, CERTIFIER)
    certifier.order_attestation(copy)
    bureau.work()
    assert certifier.answer_waiting().accepted == (copy,)
    bureau.work()
    assert seal_of(bureau).order_seal([copy]).accepted == (copy,)
    bureau.work()
    assert bureau.shown(copy)["state"] == "seal_prepared"
    return copy


def let_the_term_pass(bureau: Bureau) -> None:
    bureau.town.clock.advance(timedelta(minutes=16))
    bureau.prove()
    take_back_unanswered(bureau.post)
    bureau.work()


def test_a_copy_is_attested_and_sealed_by_two_tokens(bureau: Bureau) -> None:
    copy = attested(bureau)
    assert agent_of(bureau, CERTIFIER).answer_waiting().accepted == ()
    assert seal_of(bureau).answer_waiting().accepted == (copy,)
    bureau.work()
    assert bureau.shown(copy)["numbering"]["number"] == "01"
    report = verify(bureau.file(copy), bureau.trust, bureau.town.clock())
    assert report.verdict is Verdict.VALID, report
    assert bureau.file(copy).startswith(bureau.file(copy, "signed"))
    assert bureau.file(copy, "signed").startswith(bureau.file(copy, "attested"))
    happened = bureau.events(copy)
    assert [happened.count(name) for name in ("Numbered", "AttestAnswered", "SealAnswered", "Sealed")] == [1] * 4


def test_an_attestation_that_was_not_answered_is_asked_for_anew_under_its_number(bureau: Bureau) -> None:
    copy = compared(bureau)
    certifier = agent_of(bureau, CERTIFIER)
    certifier.order_attestation(copy)
    bureau.work()
    let_the_term_pass(bureau)
    assert bureau.shown(copy)["state"] == "attest_prepared"
    assert certifier.answer_waiting().accepted == (copy,)
    bureau.work()
    assert bureau.shown(copy)["state"] == "certifier_signed"
    happened = bureau.events(copy)
    assert (happened.count("Numbered"), happened.count("AttestPreparationExpired")) == (1, 1)


def test_a_seal_that_was_not_answered_waits_for_its_officer_again(bureau: Bureau) -> None:
    copy = attested(bureau)
    let_the_term_pass(bureau)
    shown = bureau.shown(copy)
    assert shown["state"] == "certifier_signed"
    assert "không gửi chữ ký trong thời hạn" in shown["problem"]
    bureau.seal(copy)
    assert bureau.find(copy).sealed_key is not None


def test_a_token_of_another_holder_costs_no_number(bureau: Bureau) -> None:
    copy = compared(bureau)
    agent_of(bureau, CERTIFIER, bureau.town.units["xa"].id).order_attestation(copy)
    bureau.work()
    shown = bureau.shown(copy)
    assert (shown["state"], shown["numbering"]) == ("to_compare", None)
    assert "không phải" in shown["problem"]


def test_nobody_else_answers_for_the_certifier(bureau: Bureau) -> None:
    copy = compared(bureau)
    certifier = agent_of(bureau, CERTIFIER)
    certifier.order_attestation(copy)
    bureau.work()
    (asked,) = certifier._waiting()
    given = {"answers": [{"document": copy, "values": [sign_half(certifier.signer, half) for half in asked["values"]]}]}
    (refused,) = must(bureau.person(OFFICER).post("/api/v1/signature-values", json=given))["refused"]
    assert refused["code"] == "forbidden"
    with_another = replace(certifier, door=bureau.person("nguoila"))
    (unseen,) = must(with_another.door.post("/api/v1/signature-values", json=given))["refused"]
    assert unseen["code"] == "not_found"


def test_what_is_found_after_midnight_does_not_move_the_moment_at_which_the_token_answered(bureau: Bureau) -> None:
    copy = compared(bureau)
    certifier = agent_of(bureau, CERTIFIER)
    certifier.order_attestation(copy)
    bureau.work()
    bureau.asleep = {Lane.SEAL}
    assert certifier.answer_waiting().accepted == (copy,)
    answered_at = bureau.town.clock()
    bureau.town.clock.advance(timedelta(days=1))
    stray = SignedFileDiscarded(actor=bureau.post.actor, object_key="0" * 64, attempt=1)
    with bureau.post.storage.database.write() as connection:
        certifications.record(connection, copy, stray, bureau.town.clock())
    bureau.asleep = set()
    bureau.work()
    shown = bureau.find(copy)
    assert (shown.state.value, shown.problem) == ("certifier_signed", "")
    assert (shown.record.key_used_at or "")[:19] == answered_at.astimezone(VIETNAM_TIME).isoformat()[:19]
