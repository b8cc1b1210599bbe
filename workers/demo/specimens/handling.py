"""What people did to a paper before it was scanned, as far as the drawing shows it."""

from __future__ import annotations

from dataclasses import dataclass

from workers.demo.specimens.conditions import Conditions


@dataclass(frozen=True, slots=True)
class Handling:
    """What was done to the paper by hand before it was scanned."""

    pen_number: bool
    """Number and date are written by pen."""
    leaders: str
    """Dots of a form: ``under`` the values, ``after`` them, or ``none``."""
    pen_values: bool
    """The values of a form are written by pen."""
    seal: bool
    """The agency's round seal lies over the signature."""
    name_stamp: bool
    """The signer's name is a red rubber stamp instead of print."""
    incoming: bool
    """The receiver's incoming stamp stands under the header."""
    copy_stamp: bool
    """A stamp says "SAO Y BẢN CHÍNH"."""
    secrecy: str | None
    """A stamped degree of secrecy."""


def handling(conditions: Conditions) -> Handling:
    """What the conditions ask of the drawing."""
    return Handling(
        pen_number=conditions.pen_number,
        leaders=conditions.leaders,
        pen_values=conditions.pen_values,
        seal=conditions.seal,
        name_stamp=conditions.name_stamp,
        incoming=conditions.incoming,
        copy_stamp=conditions.copy_stamp,
        secrecy=conditions.secrecy,
    )
