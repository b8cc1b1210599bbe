"""CMS objects with every deviation that a verification has to notice, made byte by byte."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import new as new_hash
from typing import Any

from asn1crypto import algos, cms, core, parser, tsp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding

from digitize.sign import definite_lengths  # noqa: F401 - imported for its repair
from tests.verifying.authorities import NOW, Holder, Key, person, stamping

_HASHES: Mapping[str, Callable[[], hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True, slots=True)
class Seal:
    """How a CMS object is made; the defaults are those of a good PAdES signature."""

    holder: Holder = field(default_factory=person)
    others: tuple[Holder, ...] | None = None
    """Certificates beside the signer's; its issuers unless told."""
    own_certificate: bool = True
    digest: str = "sha256"
    pss: bool = False
    attributes: bool = True
    omitted: frozenset[str] = frozenset()
    """Names of signed attributes that are left out."""
    message_digest: bytes | None = None
    """Instead of the right one."""
    content_type: str = "data"
    """In the signed attribute."""
    named_certificate: Holder | None = None
    """That signingCertificateV2 speaks of; the signer's unless told."""
    identified: Holder | None = None
    """That the SignerInfo's sid speaks of."""
    shown: Holder | None = None
    """Stands among the certificates instead of the signer's."""
    signing_key: Key | None = None
    """Signs instead of the holder's key."""
    claimed_at: datetime = NOW
    spoiled: Callable[[bytes], bytes] | None = None
    """Changes the signature value."""
    signer_infos: int = 1
    content: bytes | None = None
    """Encapsulated, where a detached signature has none."""
    stamp: Stamp | None = None
    """Of a signature timestamp."""
    open_length: bool = False
    unsigned: tuple[cms.CMSAttribute, ...] = ()
    signed_extra: tuple[cms.CMSAttribute, ...] = ()

    def over(self, digest: bytes) -> bytes:
        """Return the CMS object over a digest, DER (or BER)."""
        return encoded(self, digest)


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a timestamp token is made."""

    at: datetime = NOW
    holder: Holder = field(default_factory=stamping)
    imprint: bytes | None = None
    """Instead of the digest of what is stamped."""
    digest: str = "sha256"
    spoiled: Callable[[bytes], bytes] | None = None
    others: tuple[Holder, ...] | None = None
    imprint_digest: str = "sha256"

    def over_digest(self, digest: bytes) -> bytes:
        """Return a token over a digest."""
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "2.999.5",
                "message_imprint": {
                    "hash_algorithm": {"algorithm": self.imprint_digest},
                    "hashed_message": self.imprint or digest,
                },
                "serial_number": 7,
                "gen_time": core.GeneralizedTime(self.at),
            }
        ).dump()
        seal = Seal(
            holder=self.holder, others=self.others, digest=self.digest, content_type="tst_info", content=info,
            claimed_at=self.at, spoiled=self.spoiled,
        )  # fmt: skip
        return seal.over(new_hash(self.digest, info).digest())

    def over(self, data: bytes) -> bytes:
        """Return a token over data."""
        return self.over_digest(new_hash(self.imprint_digest, data).digest())


def encoded(seal: Seal, digest: bytes) -> bytes:
    """Return the CMS object of a seal over a digest."""
    shown = seal.shown or seal.holder
    others = seal.holder.chain[1:] if seal.others is None else seal.others
    certificates = [each.parsed for each in (*([shown] if seal.own_certificate else []), *others)]
    content: dict[str, Any] = {"content_type": seal.content_type if seal.content is not None else "data"}
    if seal.content is not None:
        content["content"] = core.ParsableOctetString(seal.content)
    signed = cms.SignedData(
        {
            "version": "v1" if seal.content is None else "v3",
            "digest_algorithms": [{"algorithm": seal.digest}],
            "encap_content_info": content,
            "certificates": certificates,
            "signer_infos": [_signer_info(seal, digest) for _ in range(seal.signer_infos)],
        }
    )
    whole: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return _with_open_length(whole) if seal.open_length else whole


def _signer_info(seal: Seal, digest: bytes) -> cms.SignerInfo:
    certificate = (seal.identified or seal.holder).parsed
    info: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
        ),
        "digest_algorithm": {"algorithm": seal.digest},
        "signature_algorithm": _mechanism(seal),
    }
    if seal.attributes:
        attributes = cms.CMSAttributes(_attributes(seal, digest))
        info["signed_attrs"] = attributes
        value = _signed(seal, attributes.dump())
    else:
        value = _signed(seal, digest, prehashed=True)
    info["signature"] = seal.spoiled(value) if seal.spoiled else value
    unsigned = list(seal.unsigned)
    if seal.stamp is not None:
        token = cms.ContentInfo.load(seal.stamp.over(info["signature"]))
        unsigned.append(cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]}))
    if unsigned:
        info["unsigned_attrs"] = cms.CMSAttributes(unsigned)
    return cms.SignerInfo(info)


def _attributes(seal: Seal, digest: bytes) -> list[cms.CMSAttribute]:
    named = seal.named_certificate or seal.holder
    identity = tsp.ESSCertIDv2({"cert_hash": new_hash("sha256", named.der).digest()})
    values: Mapping[str, Any] = {
        "content_type": seal.content_type,
        "message_digest": digest if seal.message_digest is None else seal.message_digest,
        "signing_time": cms.Time({"utc_time": core.UTCTime(seal.claimed_at)}),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [identity]}),
    }
    return [
        cms.CMSAttribute({"type": name, "values": [value]})
        for name, value in values.items()
        if name not in seal.omitted
    ] + list(seal.signed_extra)


def _mechanism(seal: Seal) -> algos.SignedDigestAlgorithm:
    key = seal.signing_key or seal.holder.key
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": "ed25519"})
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": f"{seal.digest}_ecdsa"})
    if not seal.pss:
        return algos.SignedDigestAlgorithm({"algorithm": f"{seal.digest}_rsa"})
    return algos.SignedDigestAlgorithm(
        {
            "algorithm": "rsassa_pss",
            "parameters": algos.RSASSAPSSParams(
                {
                    "hash_algorithm": {"algorithm": seal.digest},
                    "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": seal.digest}},
                    "salt_length": _HASHES[seal.digest]().digest_size,
                }
            ),
        }
    )


def _signed(seal: Seal, data: bytes, *, prehashed: bool = False) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    key = seal.signing_key or seal.holder.key
    algorithm = _HASHES[seal.digest]()
    used = Prehashed(algorithm) if prehashed else algorithm
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(used))
    if seal.pss:
        return key.sign(data, padding.PSS(padding.MGF1(algorithm), algorithm.digest_size), used)
    return key.sign(data, padding.PKCS1v15(), used)


def _with_open_length(der: bytes) -> bytes:
    """Rewrite the outer lengths the way the state's signing programs do (BER: 30 80 … 00 00)."""
    whole = parser.parse(der)[4]
    kind = cms.ContentInfo.load(der)["content_type"].dump()
    tagged = whole[len(kind) :]
    signed = parser.parse(tagged)[4]
    inner = parser.parse(signed)[4]
    rewritten: bytes = b"\x30\x80" + kind + b"\xa0\x80\x30\x80" + inner + bytes(6)
    return rewritten
