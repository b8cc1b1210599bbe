"""The key that signs the QR of copies, as the operator gives it: a file that the sealing worker alone may read."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from digitize.attest.offline import PayloadKey
from digitize.errors import Misconfigured


def load_qr_key(file: Path) -> PayloadKey:
    """Read the key: PEM (PKCS#8), P-256, without a passphrase.

    Raises:
        Misconfigured: the file cannot be read, or holds another key.
    """
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise Misconfigured("không đọc được tệp khóa ký mã QR (SOHOA_QR_KEY)") from fault
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Misconfigured("khóa ký mã QR phải thuộc đường cong P-256")
    return PayloadKey(key)
