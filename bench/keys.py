"""What a signature costs by where its key lies: in a file kept loaded, or on a token (SoftHSM), in the same run.

    python -m bench.keys [--rounds N] [--threads N]

Prints milliseconds of wall clock for one raw signature and for one signed page, and pages per second of several threads
that share two sessions. SoftHSM computes in this process and on this CPU, so the difference is the price of our way to
a token (sessions, turns, the check of every value), not that of a device. The ratio is what counts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from digitize.sign.apply import sign
from digitize.sign.key_signer import KeySigner
from tests.keys.ring import Kind, holder
from tests.keys.softhsm import MODULE, PIN, SoftHsm
from tests.pki.world import NOW, archive_page
from workers.keys.pkcs11 import KeyName, TokenKey, open_token_key
from workers.keys.secret import SecretFile
from workers.keys.token import Token, TokenPlace

KINDS = (Kind.RSA, Kind.P256)


def main(arguments: list[str] | None = None) -> int:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--threads", type=int, default=4)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        key_of = on_token(Path(folder) / "hsm")
        for kind in KINDS:
            show(kind, holder(kind).signer, key_of(kind), options.rounds, options.threads)
    return 0


def on_token(folder: Path) -> Callable[[Kind], KeySigner]:
    """Make a token with a key of each kind; the result opens one."""
    hsm = SoftHsm(folder)
    os.environ["SOFTHSM2_CONF"] = str(hsm.configuration)
    hsm.add_token("bench")
    for number, kind in enumerate(KINDS, start=1):
        own = holder(kind)
        hsm.load("bench", kind, own.key, (own.certificate, own.issuer), f"{number:02x}")
    pin = folder / "pin"
    pin.write_text(PIN)
    pin.chmod(0o600)
    token = Token(TokenPlace("bench", MODULE, SecretFile(pin), label="bench"))
    return lambda kind: open_token_key(TokenKey((token,), KeyName(kind)), None)


def show(kind: Kind, loaded: KeySigner, token: KeySigner, rounds: int, threads: int) -> None:
    """Measure one kind of key, both holders by turns, and print."""

    def raw(signer: KeySigner) -> object:
        return asyncio.run(signer.async_sign_raw(b"sixty-four bytes of attributes", signer.digest))

    def page(signer: KeySigner) -> object:
        return sign(archive_page(), kind.order, signer, None, NOW)

    for name, act in (("raw signature", raw), ("signed page, B-B", page)):
        in_file, on_device = alternate(act, loaded, token, rounds)
        print(f"{kind:<5} {name:<18} file {in_file * 1e3:6.2f} ms  token {on_device * 1e3:6.2f} ms  "
              f"ratio {on_device / in_file:.2f}")  # fmt: skip
    rates = [together(page, signer, rounds, threads) for signer in (loaded, token)]
    print(f"{kind:<5} {threads} threads          file {rates[0]:6.1f} /s  token {rates[1]:6.1f} /s (2 sessions)")


def alternate(act: Callable[[KeySigner], object], one: KeySigner, other: KeySigner, rounds: int) -> tuple[float, float]:
    """Return the median seconds of each; the first round of each is thrown away."""
    spent: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for times, signer in zip(spent, (one, other), strict=True):
            begun = time.perf_counter()
            act(signer)
            if number:
                times.append(time.perf_counter() - begun)
    return median(spent[0]), median(spent[1])


def together(act: Callable[[KeySigner], object], signer: KeySigner, rounds: int, threads: int) -> float:
    """Return how many per second several threads make."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: act(signer), range(rounds)))
    return rounds / (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(main())
