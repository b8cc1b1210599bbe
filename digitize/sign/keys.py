"""A key in memory, opened once and kept loaded.

pyHanko's own ``SimpleSigner`` parses and re-checks an RSA key at every signature, twice; that is three quarters of the
time of a signature. Here the key object lives as long as the signer.
"""

from __future__ import annotations

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from pyhanko_certvalidator.util import process_pss_params

from digitize.errors import SigningRefused
from digitize.sign.key_signer import KeySigner
from digitize.sign.possession import prove_possession
from digitize.sign.rules import RsaPadding

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class LoadedSigner(KeySigner):
    """A signer whose private key stays loaded."""

    def __init__(
        self,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...],
        key: PrivateKey,
        rsa_padding: RsaPadding = RsaPadding.PKCS1V15,
    ) -> None:
        """Keep a key beside its certificate.

        Args:
            certificate: the signer's own.
            chain: the issuers, in any order; embedded into every signature, roots left out.
            key: the private key of the certificate.
            rsa_padding: how RSA signatures are padded.

        Raises:
            SigningRefused: the key does not belong to the certificate.
        """
        if _public_der(key) != certificate.public_key.dump():
            raise SigningRefused("khóa bí mật không khớp với chứng thư số")
        super().__init__(certificate, chain, rsa_padding)
        self._key = key

    async def compute(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign in memory."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(_DIGESTS[digest_algorithm]()))
        if self.prefer_pss:
            mechanism = self.get_signature_mechanism_for_digest(digest_algorithm)
            pss, digest = process_pss_params(mechanism["parameters"])
            return self._key.sign(data, pss, digest)
        return self._key.sign(data, padding.PKCS1v15(), _DIGESTS[digest_algorithm]())


def open_pkcs12(data: bytes, passphrase: str | None, rsa_padding: RsaPadding = RsaPadding.PKCS1V15) -> LoadedSigner:
    """Open a PKCS#12 file.

    Args:
        data: the file's bytes.
        passphrase: None for a file without one.
        rsa_padding: how RSA signatures are padded; see ``SigningRules.algorithms_for``.

    Raises:
        SigningRefused: wrong passphrase, damaged file, no key, no certificate, or a kind of key we do not sign with.
    """
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(
            data, None if passphrase is None else passphrase.encode("utf-8")
        )
    except ValueError as fault:
        raise SigningRefused("mật khẩu của tệp khóa PKCS#12 không đúng hoặc tệp bị hỏng") from fault
    if key is None or certificate is None:
        raise SigningRefused("tệp PKCS#12 không có đủ khóa bí mật và chứng thư số")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningRefused("loại khóa trong tệp PKCS#12 không được hỗ trợ; cần RSA hoặc ECDSA")
    signer = LoadedSigner(
        x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        tuple(x509.Certificate.load(issuer.public_bytes(Encoding.DER)) for issuer in chain),
        key,
        rsa_padding,
    )
    prove_possession(signer)
    return signer


def _public_der(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
