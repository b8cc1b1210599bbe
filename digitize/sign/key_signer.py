"""What our signers have in common, wherever the key lies: chain, mechanism and digest follow from the certificate.

The adapters differ in one thing only, how a signature value is computed: in memory (:mod:`digitize.sign.keys`), on a
token, or by a remote service (``workers/keys``).
"""

from __future__ import annotations

from abc import abstractmethod
from hashlib import new as new_hash

from asn1crypto import algos, core, x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidationContext

from digitize.errors import SigningRefused
from digitize.sign.rules import RsaPadding

WIDE_CURVE_BITS = 256
"""Curves above this sign SHA-384."""


def pss_mechanism(digest_algorithm: str) -> algos.SignedDigestAlgorithm:
    """Name RSASSA-PSS with a salt as long as the digest.

    pyHanko's own choice is the longest salt that fits, which a device under FIPS 186-5 §5.4 (salt not longer than the
    digest) refuses, and which a token at the clerk's machine does not expect.
    """
    digest = {"algorithm": digest_algorithm}
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": digest,
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": digest},
            "salt_length": new_hash(digest_algorithm).digest_size,
        }
    )
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})


class KeySigner(Signer):
    """A pyHanko signer that knows everything but the key."""

    def __init__(
        self,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...],
        rsa_padding: RsaPadding = RsaPadding.PKCS1V15,
    ) -> None:
        """Keep the certificates.

        Args:
            certificate: the signer's own.
            chain: the issuers, in any order; embedded into every signature, roots left out.
            rsa_padding: how RSA signatures are padded.

        Raises:
            SigningRefused: the certificate is for a kind of key that we do not sign with.
        """
        kind = certificate.public_key.algorithm
        if kind not in {"rsa", "ec"}:
            raise SigningRefused(f"loại khóa “{kind}” không được hỗ trợ; cần RSA hoặc ECDSA")
        issuers = SimpleCertificateStore()
        issuers.register_multiple(chain)
        super().__init__(
            prefer_pss=rsa_padding is RsaPadding.PSS,
            embed_roots=False,
            signing_cert=certificate,
            cert_registry=issuers,
        )
        self._public_key = certificate.public_key
        self.elliptic = kind == "ec"
        self.key_bits: int = certificate.public_key.bit_size

    @property
    def digest(self) -> str:
        """The digest that suits the key: SHA-384 for curves above 256 bits, else SHA-256."""
        return "sha384" if self.elliptic and self.key_bits > WIDE_CURVE_BITS else "sha256"

    def get_signature_mechanism_for_digest(self, digest_algorithm: str | None) -> algos.SignedDigestAlgorithm:
        """Name the mechanism; RSA PKCS#1 v1.5 carries the explicit NULL that RFC 4055 demands."""
        if self.elliptic:
            return algos.SignedDigestAlgorithm({"algorithm": f"{digest_algorithm or self.digest}_ecdsa"})
        if self.prefer_pss:
            return pss_mechanism(digest_algorithm or self.digest)
        name = f"{digest_algorithm}_rsa" if digest_algorithm else "rsassa_pkcs1v15"
        return algos.SignedDigestAlgorithm({"algorithm": name, "parameters": core.Null()})

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign, or in a dry run return as many zeros as a signature has bytes."""
        if dry_run:
            return bytes(self._value_bytes())
        return await self.compute(data, digest_algorithm)

    @abstractmethod
    async def compute(self, data: bytes, digest_algorithm: str) -> bytes:
        """Return the signature value over data: PKCS#1 octets for RSA, a DER sequence for ECDSA."""

    def refuse_foreign(self, value: bytes, data: bytes, digest_algorithm: str) -> None:
        """Check a value that was computed elsewhere, before anything is made of it.

        Raises:
            SigningRefused: the certificate's key did not make it.
        """
        try:
            DefaultSignatureValidator().validate_signature(
                value,
                data,
                self._public_key,
                self.get_signature_mechanism_for_digest(digest_algorithm),
                context=SignatureValidationContext(digest_algorithm, prehashed=False),
            )
        except (InvalidSignature, ValueError) as fault:
            raise SigningRefused("khóa bí mật không khớp với chứng thư số") from fault

    def _value_bytes(self) -> int:
        if self.elliptic:
            # two integers of the size of the curve, and the DER around them
            return 2 * ((self.key_bits + 7) // 8) + 9
        return self.key_bits // 8
