"""Passwords: hashed by argon2id (RFC 9106 §4, second recommended option), checked in the same time for nobody."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from digitize.errors import InvalidInput

SHORTEST = 8
"""Characters, the least that NIST SP 800-63B §5.1.1.2 allows."""

_READ_OUT = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike."""

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """Return what may be kept of a password.

    Raises:
        InvalidInput: it is too short.
    """
    if len(password) < SHORTEST:
        raise InvalidInput(f"mật khẩu phải có ít nhất {SHORTEST} ký tự")
    return _hasher.hash(password)


def made() -> str:
    """Return a password to be told once: 79 random bits in groups that can be read out."""
    drawn = "".join(secrets.choice(_READ_OUT) for _ in range(16))
    return "-".join(drawn[at : at + 4] for at in range(0, 16, 4))


def matches(kept: str | None, password: str) -> bool:
    """Tell whether the password is the kept one; ``None`` takes the same time and never matches."""
    try:
        _hasher.verify(kept or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
