"""Merkle trees over what happened, and the chain of their daily heads.

The tree is that of certificate transparency (RFC 9162 §2.1, the same as RFC 6962 §2.1): a leaf is hashed behind the
byte 0, a node behind the byte 1, so that no node can pose as a leaf. A head is hashed behind the byte 2 and names the
head before it: whoever keeps one head holds every earlier day to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

import msgspec

FIRST = "0" * 64
"""What the first head names as the head before it."""

_LEAF, _NODE, _HEAD = b"\x00", b"\x01", b"\x02"


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something that is committed and never changes."""

    kind: str
    """``history`` for the last entry of a subject, else what kind of row it is."""
    name: str
    """Which one: the row's key, its parts joined by colons."""
    digest: str
    """Of an entry its own hash, of a row the salted commitment to its values; SHA-256 in hex."""

    @property
    def hash(self) -> bytes:
        """Of the leaf in the tree."""
        return sha256(_LEAF + canonical(asdict(self))).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one day: the root of its tree, bound to the head before."""

    number: int
    """From 1, without a gap."""
    day: str
    """ISO 8601: the last day in Vietnam whose rows it covers."""
    made_at: str
    """ISO 8601, UTC, microseconds."""
    leaves: int
    """In its tree."""
    root: str
    """SHA-256 in hex."""
    previous: str
    """Hash of the head before, :data:`FIRST` for the first."""

    @property
    def hash(self) -> str:
        """Of the head: what the next one names, and what is timestamped; SHA-256 in hex."""
        return sha256(_HEAD + canonical(asdict(self))).hexdigest()


def canonical(value: object) -> bytes:
    """Encode plain values: JSON in UTF-8, keys sorted, no space; the same value always gives the same bytes."""
    return msgspec.json.encode(value, order="deterministic")


def commitment(salt: str, value: bytes) -> str:
    """Return SHA-256 over salt and value in hex: it says nothing of the value to one who lacks the salt.

    Args:
        salt: 32 random bytes in hex.
        value: what is committed to.
    """
    return sha256(bytes.fromhex(salt) + value).hexdigest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of leaves (RFC 9162 §2.1.1); of no leaves, the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the proof that a leaf stands in the tree, from the leaf up (RFC 9162 §2.1.3.1).

    Args:
        leaves: hashes of all leaves.
        index: of the leaf, from 0.
    """
    path: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        paired = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(paired) * 2 :]
        index //= 2
    return tuple(path)


def root_of_proof(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a proof leads to (RFC 9162 §2.1.3.2); None when it is no proof for such a tree.

    Args:
        leaf: the leaf's hash.
        index: its place, from 0.
        size: leaves in the tree.
        path: the proof.
    """
    if not 0 <= index < size:
        return None
    place, last, reached = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            reached = _node(beside, reached)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = _node(reached, beside)
        place, last = place >> 1, last >> 1
    return reached if last == 0 else None


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
