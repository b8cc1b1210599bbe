"""SoftHSM 2 as the tokens of a test: made in a folder of its own, taken away and put back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.servers.process import program

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
"""Where Debian's package puts the module."""

PIN = "482913"

_LOADER = """
import sys, pkcs11
from pathlib import Path
from pkcs11 import Attribute, CertificateType, ObjectClass
module, label, pin, key, identity, *files = sys.argv[1:]
token = pkcs11.lib(module).get_token(token_label=label)
session = token.open(rw=True, user_pin=pin)
for number, file in enumerate(files):
    session.create_object({
        Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
        Attribute.TOKEN: True, Attribute.LABEL: key if number == 0 else f"issuer {number}",
        Attribute.ID: bytes.fromhex(identity) if number == 0 else bytes([200 + number]),
        Attribute.SUBJECT: b"", Attribute.VALUE: Path(file).read_bytes(),
    })
session.close()
"""


class SoftHsm:
    """A folder of tokens, and the configuration that names it."""

    def __init__(self, folder: Path) -> None:
        """Make the folder; ``SOFTHSM2_CONF`` must be set to :attr:`configuration`."""
        self.folder = folder
        self.configuration = folder / "softhsm2.conf"
        (folder / "tokens").mkdir(mode=0o700, parents=True)
        self.configuration.write_text(
            f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
        )

    def add_token(self, label: str, pin: str = PIN) -> None:
        """Initialise a token."""
        self._run("--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "87654321")

    def load(
        self,
        token: str,
        name: str,
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        certificates: tuple[x509.Certificate, ...] = (),
        identity: str = "01",
    ) -> None:
        """Put a key and certificates, its own first, on a token; a program of its own does it."""
        pem = self.folder / "import.pem"
        pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._run("--import", pem, "--token", token, "--label", name, "--id", identity, "--pin", PIN)
        pem.unlink()
        files = []
        for number, certificate in enumerate(certificates):
            files.append(self.folder / f"import{number}.der")
            files[-1].write_bytes(certificate.public_bytes(Encoding.DER))
        arguments = [sys.executable, "-c", _LOADER, MODULE, token, PIN, name, identity, *files]
        subprocess.run(list(map(str, arguments)), check=True, env=self._environment())

    def pull_out(self, token: str) -> Path:
        """Take a token away, as if it were unplugged; the path is for :meth:`put_back`."""
        (place,) = [
            each
            for each in (self.folder / "tokens").iterdir()
            if token.encode() in (each / "token.object").read_bytes()
        ]
        return Path(shutil.move(place, self.folder / place.name))

    def put_back(self, pulled: Path) -> None:
        """Plug it in again."""
        shutil.move(pulled, self.folder / "tokens" / pulled.name)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "SOFTHSM2_CONF": str(self.configuration)}

    def _run(self, *words: str | Path) -> None:
        tool = program("softhsm2-util", "softhsm2")
        subprocess.run([tool, *map(str, words)], check=True, capture_output=True, env=self._environment())
