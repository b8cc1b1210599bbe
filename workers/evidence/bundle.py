"""How the bundle is made: files as they are kept, what the registry proves of them, and the script that checks it all.

The layout is that of BagIt (RFC 8493): the payload under ``data/``, a list of hashes over it, a second list over the
rest. The same evidence at the same moment gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files

from asn1crypto import cms, pem

from digitize.errors import DocumentAtFault
from digitize.media import media_type_of
from digitize.merkle import canonical
from digitize.model import MediaType, to_json
from digitize.sign.trust import TrustAnchors
from digitize.sign.verify import verify
from storage.evidence import Evidence
from storage.heads import KeptHead
from storage.history import told_of
from storage.objects import ObjectStore

BAG = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SCRIPT = "verify_evidence.py"
_LIST, _TAG_LIST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TYPES = {"metadata": ".json", "metadata-signature": ".p7s"}
_SUFFIXES = {MediaType.PDF: ".pdf", MediaType.JPEG: ".jpg", MediaType.PNG: ".png", MediaType.TIFF: ".tif"}


@dataclass(frozen=True, slots=True)
class BundleOrder:
    """What is to be put in."""

    scan: bool
    """The scan itself, and not its hash alone."""
    trust: TrustAnchors
    """By which the signatures are judged; its roots go with the bundle."""


def make_bundle(evidence: Evidence, objects: ObjectStore, order: BundleOrder, now: datetime) -> bytes:
    """Return the bundle of a subject as a ZIP.

    Args:
        evidence: what the registry proves.
        objects: where the files are kept.
        order: what is to be put in.
        now: of the report on the signatures.

    Raises:
        ObjectMissing, ObjectDamaged: a file is not what the registry believes it to be.
        StoreUnavailable: the store does not answer.
    """
    payload = _kept_files(evidence, objects, order)
    payload |= _told(evidence)
    payload |= _timestamps(evidence)
    payload["data/trust/roots.pem"] = b"".join(pem.armor("CERTIFICATE", der) for der in order.trust.roots)
    payload |= _report(payload, order, now)
    here = files(__package__)
    tags = {
        "bagit.txt": BAG,
        "bag-info.txt": _info(evidence, payload, now),
        "README.txt": here.joinpath("README.txt").read_bytes(),
        SCRIPT: here.joinpath(SCRIPT).read_bytes(),
        _LIST: hashes(payload),
    }
    return _zip({**tags, _TAG_LIST: hashes(tags), **payload})


def hashes(content: Mapping[str, bytes]) -> bytes:
    """Return the list of hashes over some files, sorted by name."""
    return "".join(f"{sha256(content[name]).hexdigest()}  {name}\n" for name in sorted(content)).encode()


def _kept_files(evidence: Evidence, objects: ObjectStore, order: BundleOrder) -> dict[str, bytes]:
    kept: dict[str, bytes] = {}
    for name, key in evidence.files.items():
        if name == "scan" and not order.scan:
            continue
        content = objects.get(key)
        kept[f"data/files/{name}{_TYPES.get(name) or _suffix(content)}"] = content
    return kept


def _suffix(content: bytes) -> str:
    try:
        return _SUFFIXES[media_type_of(content[:1024])]
    except DocumentAtFault:  # what was refused may be anything
        return ".bin"


def _told(evidence: Evidence) -> dict[str, bytes]:
    subject = {
        "kind": evidence.kind.value, "id": evidence.subject, "state": evidence.state,
        "files": dict(evidence.files), "reading": evidence.reading_key,
    }  # fmt: skip
    events = [{**told_of(entry), "hash": entry.hash} for entry in evidence.chain]
    proofs = [
        {
            "kind": each.proof.leaf.kind, "name": each.proof.leaf.name, "digest": each.proof.leaf.digest,
            "head": each.proof.head_number, "position": each.proof.position, "path": list(each.proof.path),
            **({} if each.values is None else {"salt": each.proof.salt, "values": dict(each.values)}),
        }
        for each in evidence.proofs
    ]  # fmt: skip
    told = {
        "data/subject.json": canonical(subject),
        "data/events.json": canonical(events),
        "data/proofs.json": canonical(proofs),
        "data/heads.json": canonical([_head(each) for each in evidence.heads]),
    }
    if evidence.private:
        told["data/private.json"] = canonical([asdict(each) for each in evidence.private])
    return told


def _head(kept: KeptHead) -> dict[str, object]:
    return {name: value for name, value in kept.told().items() if name != "timestamp_token"}


def _timestamps(evidence: Evidence) -> dict[str, bytes]:
    """Return the tokens of the heads that a proof needs and of the newest that has one, and their certificates."""
    needed = {each.proof.head_number for each in evidence.proofs}
    stamped = [each for each in evidence.heads if each.token is not None]
    chosen = [each for each in stamped if each.head.number in needed or each is stamped[-1]]
    tokens = {f"data/timestamps/{each.head.number:06d}.tsr": each.token for each in chosen if each.token is not None}
    certificates = {der for token in tokens.values() for der in _certificates(token)}
    if certificates:
        tokens["data/timestamps/certificates.pem"] = b"".join(
            pem.armor("CERTIFICATE", der) for der in sorted(certificates)
        )
    return tokens


def _certificates(token: bytes) -> list[bytes]:
    return [each.chosen.dump() for each in cms.ContentInfo.load(token)["content"]["certificates"]]


def _report(payload: Mapping[str, bytes], order: BundleOrder, now: datetime) -> dict[str, bytes]:
    """Judge the newest signed file by our own verifier."""
    newest = ("sealed", "signed", "capture")
    signed = [name for stem in newest for name in payload if name.startswith(f"data/files/{stem}.")]
    if not signed:
        return {}
    report = verify(payload[signed[0]], order.trust, now)
    told = {
        "file": signed[0], "judged_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "trust_roots_sha256": sorted(sha256(der).hexdigest() for der in order.trust.roots),
    }  # fmt: skip
    return {"data/validation.json": canonical(told)[:-1] + b',"report":' + to_json(report) + b"}"}


def _info(evidence: Evidence, payload: Mapping[str, bytes], now: datetime) -> bytes:
    size = sum(len(content) for content in payload.values())
    return (
        f"Bagging-Date: {now.astimezone(UTC):%Y-%m-%d}\nExternal-Identifier: {evidence.subject}\n"
        f"Payload-Oxum: {size}.{len(payload)}\n"
    ).encode()


def _zip(content: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as bundle:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, content[name])
    return made.getvalue()
