"""What paper, hands and scanner do to a specimen, chosen or drawn."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from workers.demo.specimens.model import Media

Mode = Literal["colour", "grey", "bilevel"]
"""Colours that a scanner delivers."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What paper and scanner do to a drawing."""

    media: Media = "image/jpeg"
    mode: Mode = "colour"
    dpi: int = 300
    """Dots per inch of the scan."""
    skew_degrees: float = 0.0
    """Clockwise."""
    turn: Literal[0, 90, 180, 270] = 0
    """Clockwise degrees by which the paper lay turned on the glass."""
    tint: tuple[int, int, int] = (250, 250, 248)
    """RGB of the bare paper."""
    noise: float = 3.0
    """Standard deviation of the sensor's noise, in grey levels."""
    shade: float = 0.0
    """0.0 even light; 0.2: the darkest corner has 80 % of the light."""
    ink: float = 1.0
    """Strength of the print: 1.0 full, 0.5 a failing toner."""
    blur_px: float = 0.6
    """Standard deviation of the lens's blur."""
    show_through: float = 0.0
    """Strength with which the reverse side is seen: 0.0 to 0.2."""
    fold: bool = False
    """The paper was folded in three to fit an envelope."""
    black_edge: bool = False
    """The lid was open: a dark strip stands at one side."""
    quality: int = 82
    """JPEG quality."""
    family: str | None = None
    """Typeface; drawn when None or not installed."""
    leaders: Literal["under", "after", "none"] = "none"
    """Dots of a form: a printed line under the values, typed dots after them, or none (filled in by a program)."""
    pen_number: bool = False
    """Number and date are written by pen."""
    pen_values: bool = False
    """Values of forms are written by pen."""
    seal: bool = True
    name_stamp: bool = False
    """The signer's name is a rubber stamp."""
    incoming: bool = False
    """An incoming stamp stands near the header."""
    copy_stamp: bool = False
    """"SAO Y BẢN CHÍNH" is stamped at the foot."""
    secrecy: str | None = None
    """A stamped degree of secrecy."""

    def in_words(self) -> str:
        """Describe the conditions for a person who compares results."""
        named = {
            f"dots {self.leaders} values": self.leaders != "none",
            "pen-written number and date": self.pen_number,
            "pen-written values": self.pen_values,
            "seal over the signature": self.seal,
            "name stamp": self.name_stamp,
            "incoming stamp": self.incoming,
            "copy stamp": self.copy_stamp,
            f"secrecy stamp {self.secrecy}": self.secrecy is not None,
            "fold": self.fold,
            "dark edge": self.black_edge,
            "show-through": self.show_through > 0,
            "uneven light": self.shade > 0,
            "faint print": self.ink < 0.8,
            f"turned {self.turn}°": self.turn != 0,
        }
        extra = [name for name, there in named.items() if there]
        return ", ".join([f"{self.mode} {self.dpi} dpi", f"skew {self.skew_degrees:+.1f}°", *extra])


def draw_conditions(rng: Random) -> Conditions:
    """Draw the conditions of an ordinary office: mostly good scans, some that are not."""
    media: Media = rng.choices(("image/jpeg", "application/pdf", "image/tiff", "image/png"), weights=(4, 4, 2, 1))[0]
    modes: tuple[Mode, ...] = ("colour", "grey", "bilevel")
    mode = rng.choices(modes, weights=(8, 1, 1))[0]
    paper = rng.choice(((252, 252, 250), (246, 248, 252), (250, 246, 234), (240, 241, 243)))
    return Conditions(
        media="image/tiff" if mode == "bilevel" else media,
        mode=mode,
        dpi=300 if mode == "bilevel" else rng.choice((200, 250, 300, 300)),
        skew_degrees=round(rng.gauss(0, 0.7), 2),
        turn=rng.choices((0, 90, 180, 270), weights=(20, 1, 1, 1))[0],
        tint=paper,
        noise=rng.uniform(1.5, 5.0),
        shade=rng.choice((0.0, 0.0, 0.08, 0.15)),
        ink=rng.choice((1.0, 1.0, 0.9, 0.72)),
        blur_px=rng.uniform(0.5, 1.0),
        show_through=rng.choice((0.0, 0.0, 0.05, 0.1)),
        fold=rng.random() < 0.2,
        black_edge=rng.random() < 0.2,
        quality=rng.randrange(68, 90),
        leaders=rng.choice(("under", "after", "none")),
        pen_number=rng.random() < 0.45,
        pen_values=rng.random() < 0.06,
        name_stamp=rng.random() < 0.15,
        incoming=rng.random() < 0.15,
        copy_stamp=rng.random() < 0.1,
    )
