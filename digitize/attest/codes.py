"""The short code by which anybody asks after a copy: not to be guessed, not to be counted through."""

from __future__ import annotations

from dataclasses import dataclass

from digitize.errors import Impossible, InvalidInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U."""
CHECK_ALPHABET = ALPHABET + "*~$=U"
"""Of the check symbol, modulo 37; all five further symbols may stand in a path (RFC 3986 §3.3)."""
SYMBOLS = 15
"""Of the code without its check symbol."""
RANDOM_BITS = 5 * SYMBOLS
"""75: at a thousand guesses a second one code in a hundred million would be hit after some 6 000 years."""
RANDOM_BYTES = 10
"""What :func:`new_verification_code` takes."""

_SAME = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class VerificationCode:
    """A short code with its check symbol."""

    value: int
    """Below 2**75."""

    def __post_init__(self) -> None:
        """Refuse what has no place for it.

        Raises:
            Impossible: the value is negative or too large.
        """
        if not 0 <= self.value < 1 << RANDOM_BITS:
            raise Impossible("a verification code of more bits than it has")

    @property
    def text(self) -> str:
        """Sixteen symbols without hyphens: how it is stored and stands in an address."""
        symbols = [ALPHABET[self.value >> 5 * place & 31] for place in reversed(range(SYMBOLS))]
        return "".join(symbols) + CHECK_ALPHABET[self.value % len(CHECK_ALPHABET)]

    @property
    def printed(self) -> str:
        """In groups of four, as a person types it."""
        text = self.text
        return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def new_verification_code(random_bytes: bytes) -> VerificationCode:
    """Make a code of bytes from the system's generator of randomness.

    Raises:
        Impossible: there are not exactly ten bytes.
    """
    if len(random_bytes) != RANDOM_BYTES:
        raise Impossible(f"a verification code takes {RANDOM_BYTES} random bytes")
    return VerificationCode(int.from_bytes(random_bytes, "big") >> 8 * RANDOM_BYTES - RANDOM_BITS)


def parse_verification_code(typed: str) -> VerificationCode:
    """Read a code as a person typed it: any case, hyphens and blanks ignored, O for 0, I and L for 1.

    Raises:
        InvalidInput: it is too short or too long, has a foreign symbol, or its check symbol is wrong.
    """
    symbols = typed.upper().translate(_SAME)
    if len(symbols) != SYMBOLS + 1 or any(symbol not in ALPHABET for symbol in symbols[:-1]):
        raise InvalidInput(
            f"mã tra cứu gồm {SYMBOLS + 1} ký tự, không có chữ U", remedy="Hãy xem lại mã in cạnh mã QR trên bản sao."
        )
    value = 0
    for symbol in symbols[:-1]:
        value = value << 5 | ALPHABET.index(symbol)
    if symbols[-1] != CHECK_ALPHABET[value % len(CHECK_ALPHABET)]:
        raise InvalidInput("mã tra cứu bị gõ sai ở đâu đó", remedy="Hãy xem lại mã in cạnh mã QR trên bản sao.")
    return VerificationCode(value)
