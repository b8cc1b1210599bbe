"""A token at the clerk's or the officer's machine signs: over HTTP, in two steps, one document or many."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from digitize.lifecycle import State
from digitize.model import Verdict
from digitize.sign.keys import LoadedSigner, open_pkcs12
from digitize.sign.metadata import check_metadata
from digitize.sign.verify import verify
from tests.door.commune import Commune, open_commune
from tests.door.plugin import Settled
from tests.door.town import ATTESTED, confirmed_data
from tests.keys.softhsm import MODULE, PIN, SoftHsm
from workers.agent import Agent
from workers.compose import open_post
from workers.keyring import Keyring
from workers.sandbox import Sandbox
from workers.signing import Desk, sign_document
from workers.sweep import mark_strays
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
def commune(settled: Settled, tmp_path: Path, sandbox: Sandbox, keys: Path) -> Iterator[Commune]:
    with open_commune(settled, tmp_path / "data", keys, sandbox) as opened:
        yield opened


def token_of(commune: Commune, holder: str) -> LoadedSigner:
    """Return the key of a person or an office, as a token at their machine would hold it."""
    return open_pkcs12(*commune.pki.signers[holder].read())


def agent_of(commune: Commune, who: str, holder: str | None = None) -> Agent:
    """Return a person's signing agent, with their own token or another."""
    door = commune.town.visitor(who)
    return Agent(door, token_of(commune, holder or door.get("/api/v1/me").json()["id"]))


def office(commune: Commune) -> str:
    return commune.town.units["xa"].id


def prepared(commune: Commune, mark: str = "") -> str:
    """Bring a scan to where the clerk's token is asked."""
    commune.town.dossier("H99-1")
    document = commune.scan("H99-1", mark)
    agent_of(commune, "canbo").order_capture(document)
    commune.work()
    assert commune.find(document).state is State.CAPTURE_PREPARED
    return document


def values(commune: Commune, document: str) -> list[str]:
    """Have the clerk's token sign what it is asked."""
    agent = agent_of(commune, "canbo")
    asked = agent.door.get(f"/api/v1/documents/{document}/signature-request").json()
    return [sign_half(agent.signer, half) for half in asked["values"]]


def send(commune: Commune, document: str, given: Sequence[str], who: str = "canbo") -> Any:  # noqa: ANN401 - an answer
    return commune.town.visitor(who).post(
        f"/api/v1/documents/{document}/signature-value", json={"values": list(given)}, headers={"If-Match": "*"}
    )


def test_a_result_goes_the_whole_road_with_tokens_alone_and_no_key_at_the_server(commune: Commune) -> None:
    """The worker that takes the answer in is another than the one that prepared, and has no keyring."""
    document = prepared(commune)
    assert agent_of(commune, "canbo").answer_waiting().accepted == (document,)
    restarted = open_post(commune.town.parts.settings)
    bare = Desk(Keyring(commune.town.parts.settings.data / "no.toml"), "SY")
    sign_document(restarted, bare, document)
    restarted.storage.close()
    commune.work()
    assert commune.find(document).state is State.CAPTURE_SIGNED
    commune.confirm(document)
    officer = agent_of(commune, "vanthu", office(commune))
    assert officer.order_seal([document]).accepted == (document,)
    commune.work()
    asked = officer.door.get(f"/api/v1/documents/{document}/signature-request").json()
    assert (asked["role"], [each["what"] for each in asked["values"]]) == ("agency", ["file", "data"])
    assert officer.answer_waiting().accepted == (document,)
    commune.work()

    found = commune.find(document)
    assert (found.state, found.making.token_certificates, found.making.answer_key) == (State.PUBLISHED, (), None)
    archive, capture, sealed = (
        commune.bytes_of(key) for key in (found.archive_key, found.capture_key, found.sealed_key)
    )
    assert capture.startswith(archive)
    assert sealed.startswith(capture)
    report = verify(sealed, commune.trust, commune.town.clock())
    assert report.verdict is Verdict.VALID, report
    assert [each.signer for each in report.signatures] == ["Trần Thị Số", "Ủy ban nhân dân xã Suối Ngàn"]
    detached = commune.bytes_of(found.metadata_signature_key)
    metadata = commune.bytes_of(found.metadata_key)
    assert check_metadata(metadata, detached, commune.trust, commune.town.clock()).verdict is Verdict.VALID
    happened = commune.events(document)
    assert [name for name in happened if name.startswith("Seal")] == [
        "SealOrdered", "SealPrepared", "SealAnswered", "SealKeyUsed", "Sealed",
    ]  # fmt: skip


def test_what_waits_says_how_to_sign_and_until_when_and_the_page_says_what_to_do(commune: Commune) -> None:
    document = prepared(commune)
    asked = commune.town.visitor("canbo").get("/api/v1/signature-requests", params={"waiting": "me"}).json()
    (request,) = asked["requests"]
    (half,) = request["values"]
    assert asked["next"] is None
    assert (request["document"], request["role"], request["signer"]) == (document, "clerk", "Trần Thị Số")
    assert (half["algorithm"], half["digest_algorithm"], half["salt_bytes"]) == ("rsassa_pkcs1v15", "sha256", 0)
    assert len(base64.b64decode(half["digest"])) == 32
    page = commune.town.visitor("canbo").get(f"/documents/{document}").text
    assert "cắm thiết bị ký" in page


def test_a_value_of_another_key_puts_the_document_back_with_the_reason(commune: Commune) -> None:
    document = prepared(commune)
    stranger = agent_of(commune, "canbo", office(commune))
    asked = stranger.door.get(f"/api/v1/documents/{document}/signature-request").json()
    wrong = [sign_half(stranger.signer, half) for half in asked["values"]]
    assert send(commune, document, wrong).status_code == 202
    commune.work()
    found = commune.find(document)
    assert (found.state, found.making.prepared_key) == (State.TO_CHECK, None)
    assert "không khớp" in found.summary.problem
    commune.sign(document)
    assert commune.find(document).state is State.CAPTURE_SIGNED


@pytest.mark.parametrize("holder", ["văn phòng", "nghĩa lạ"])
def test_a_token_of_another_holder_is_found_out_before_it_is_asked(commune: Commune, holder: str) -> None:
    commune.town.dossier("H99-1")
    document = commune.scan("H99-1")
    if holder == "văn phòng":
        agent_of(commune, "canbo", office(commune)).order_capture(document)
        told = "không phải “Trần Thị Số”"
    else:
        body: Mapping[str, object] = {**ATTESTED, "certificates": [base64.b64encode(b"no certificate").decode()]}
        commune.town.step(commune.town.visitor("canbo"), document, "capture-signature", body)
        told = "không đọc được"
    commune.work()
    found = commune.find(document)
    assert found.state is State.TO_CHECK
    assert told in found.summary.problem


def test_only_who_gave_the_order_sees_and_answers_it(commune: Commune) -> None:
    document = prepared(commune)
    given = values(commune, document)
    address = f"/api/v1/documents/{document}/signature-request"
    statuses = {
        who: (commune.town.visitor(who).get(address).status_code, send(commune, document, given, who).status_code)
        for who in ("vanthu", "lanhdao", "nguoila")
    }
    assert statuses == {"vanthu": (403, 403), "lanhdao": (403, 403), "nguoila": (404, 404)}
    listed = {"waiting": "me"}
    for who in ("vanthu", "nguoila"):
        assert commune.town.visitor(who).get("/api/v1/signature-requests", params=listed).json()["requests"] == []
    several = {"answers": [{"document": document, "values": given}]}
    refused = commune.town.visitor("lanhdao").post("/api/v1/signature-values", json=several).json()
    assert [each["code"] for each in refused["refused"]] == ["forbidden"]
    assert commune.town.system().get(address).status_code == 403
    assert commune.find(document).state is State.CAPTURE_PREPARED


def test_the_same_answer_twice_or_at_once_signs_once_and_another_is_refused(commune: Commune) -> None:
    document = prepared(commune)
    given = values(commune, document)
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: send(commune, document, given), range(2)))
    assert [each.status_code for each in answers] == [202, 202]
    other = base64.b64encode(bytes(256)).decode()
    assert send(commune, document, [other]).json()["code"] == "signing_refused"
    commune.work()
    assert send(commune, document, given).status_code == 202
    commune.work()
    happened = commune.events(document)
    assert [happened.count(name) for name in ("CaptureAnswered", "CaptureKeyUsed", "CaptureSigned")] == [1, 1, 1]


def test_too_few_values_change_nothing(commune: Commune) -> None:
    document = prepared(commune)
    given = values(commune, document)
    assert send(commune, document, given * 2).json()["code"] == "invalid_input"
    assert send(commune, document, ["A"]).status_code == 422
    assert commune.find(document).state is State.CAPTURE_PREPARED


def test_a_token_that_lets_its_term_pass_loses_the_order_and_the_clerk_reads_why(commune: Commune) -> None:
    document = prepared(commune)
    given = values(commune, document)
    take_back_unanswered(commune.post)
    assert commune.find(document).state is State.CAPTURE_PREPARED
    commune.town.clock.advance(timedelta(minutes=16))
    assert "đã hết hạn" in send(commune, document, given).json()["detail"]
    take_back_unanswered(replace(commune.post, clock=commune.town.clock))
    found = commune.find(document)
    assert (found.state, found.signer, found.making.token_certificates) == (State.TO_CHECK, None, ())
    assert "không gửi chữ ký trong thời hạn" in commune.town.visitor("canbo").get(f"/documents/{document}").text
    assert commune.events(document)[-1] == "CaptureGivenUp"


def test_who_ordered_may_take_the_order_back(commune: Commune) -> None:
    document = prepared(commune)
    address, anyhow = f"/api/v1/documents/{document}/signature-request/withdrawal", {"If-Match": "*"}
    assert commune.town.visitor("vanthu").post(address, headers=anyhow).status_code == 403
    answer = commune.town.visitor("canbo").post(address, headers=anyhow)
    assert (answer.status_code, answer.json()["state"]) == (200, "to_check")
    assert commune.town.visitor("canbo").post(address, headers=anyhow).json()["code"] == "signing_refused"


def test_a_worker_that_dies_with_the_answer_finds_the_same_signature_again(
    commune: Commune, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = prepared(commune)
    send(commune, document, values(commune, document))

    class Killed(BaseException):
        """As SIGKILL comes: no handler runs."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("workers.signing.registry.record", killed)
        with pytest.raises(Killed):
            sign_document(commune.post, commune.desk, document)
    later = replace(commune.post, clock=lambda: commune.town.clock() + timedelta(hours=1))
    sign_document(later, commune.desk, document)
    commune.work()
    assert commune.find(document).state is State.CAPTURE_SIGNED
    mark_strays(commune.post)
    assert "SignedFileDiscarded" not in commune.events(document)


def test_corrected_data_are_not_ordered_from_a_token(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    document = commune.published("H99-1")
    data = confirmed_data()
    assert isinstance(data["fields"], dict)
    data["fields"]["signer_name"] = "Mai Thị Thử Hai"
    commune.step("canbo", document, "correction", data | {"reason": "sai tên"})
    (refused,) = agent_of(commune, "vanthu", office(commune)).order_seal([document]).refused
    assert "dữ liệu đính chính" in refused[1]


def test_one_pin_signs_many_documents_on_a_pkcs11_token(commune: Commune, softhsm: SoftHsm, tmp_path: Path) -> None:
    codes = [f"H99-{number}" for number in range(5)]
    for code in codes:
        commune.town.dossier(code)
    documents = [commune.scan(code) for code in codes]
    clerk = agent_of(commune, "canbo")
    for document in documents:
        clerk.order_capture(document)
    commune.work()
    assert sorted(clerk.answer_waiting().accepted) == sorted(documents)
    commune.work()
    for document in documents:
        commune.confirm(document)
    officer = Agent(commune.town.visitor("vanthu"), seal_on_token(commune, softhsm, tmp_path))
    assert sorted(officer.order_seal(documents).accepted) == sorted(documents)
    commune.work()
    assert sorted(officer.answer_waiting().accepted) == sorted(documents)
    commune.work()
    for document in documents:
        found = commune.find(document)
        assert found.state is State.PUBLISHED
        report = verify(commune.bytes_of(found.sealed_key), commune.trust, commune.town.clock())
        assert report.verdict is Verdict.VALID, report


def seal_on_token(commune: Commune, softhsm: SoftHsm, folder: Path) -> Any:  # noqa: ANN401 - pyHanko's signer
    """Put the office's key on a PKCS#11 token and open it through the keyring."""
    bundle, passphrase = commune.pki.signers[office(commune)].read()
    key, certificate, chain = pkcs12.load_key_and_certificates(bundle, passphrase.encode())
    assert isinstance(key, rsa.RSAPrivateKey)
    assert certificate is not None
    softhsm.add_token("con-dau")
    softhsm.load("con-dau", "seal", key, (certificate, *chain))
    (folder / "pin").write_text(PIN)
    (folder / "pin").chmod(0o600)
    ring = folder / "keyring.toml"
    ring.write_text(
        f'[tokens.seal]\nmodule = "{MODULE}"\nlabel = "con-dau"\npin_file = "pin"\n\n'
        '[signers.seal]\nadapter = "pkcs11"\ntokens = ["seal"]\nkey_label = "seal"\n'
    )
    ring.chmod(0o600)
    return Keyring(ring).signer("seal")
