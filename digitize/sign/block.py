"""The visible block of a signature: its lines, its corner, its drawing.

No image, no frame: black upright type, centred (NĐ 30/2020/NĐ-CP, Annex I). The block stands upright for the reader
whatever the page's /Rotate is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from digitize.corner import placement
from digitize.errors import InvalidInput
from digitize.model import Role
from digitize.sign.lettering import Face, embed, face_for
from digitize.sign.order import SigningOrder
from digitize.sign.rules import VIETNAM_TIME, signing_rules, vietnam_day

SMALLEST_SHARE = 0.4
"""Below this share of the prescribed size print is no longer read; a text that needs it is refused."""

HALO = 0.5
"""Width of the white rim around each letter, in font sizes. Where the paper is printed on, the block stays legible;
where it is white, nothing is seen of the rim; and unlike a white ground it hides nothing beside its own words."""

_TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What of a page matters to a block."""

    left: float
    """Of the visible area (crop box), points in the page's own space, before /Rotate."""
    bottom: float
    right: float
    top: float
    rotate: int
    """Clockwise degrees by which a viewer turns the page: 0, 90, 180 or 270."""
    user_unit: float = 1.0
    """Points of one unit (/UserUnit)."""

    @property
    def shown(self) -> tuple[float, float]:
        """Width and height as the reader sees the page, points."""
        width, height = self.right - self.left, self.top - self.bottom
        return (width, height) if self.rotate % 180 == 0 else (height, width)

    @property
    def scale(self) -> float:
        """How much larger than on the reference page type is, in the page's own units."""
        return placement().scale(*self.shown, self.user_unit)


def wording(order: SigningOrder, no_legal_value: bool, now: datetime) -> tuple[str, ...]:
    """Return the lines of a block before they are broken to its width.

    Raises:
        InvalidInput: the form of copy is not in force.
    """
    rules = signing_rules()
    confession = rules.no_legal_value.wording
    if order.role is Role.CLERK:
        if order.scanned_at is None:
            raise InvalidInput("thiếu thời gian quét cho chữ ký của người số hóa")
        lines = (order.name.strip(), f"Thời gian quét: {_iso(order.scanned_at)}")
        return (*lines, f"({confession})") if no_legal_value else lines
    signed = (order.name.strip(), _iso(now))
    if order.role is Role.CERTIFIER or not order.copy_form:
        return (*signed, f"({confession})") if no_legal_value else signed
    form = rules.copy_wording(order.copy_form, vietnam_day(now))
    return (f"{form} ({confession})" if no_legal_value else form, *signed)


def corner_box(role: Role, page: PageFrame) -> tuple[float, float, float, float]:
    """Return the rectangle of a role's block in the page's own space: left, bottom, right, top."""
    left, bottom, right, top = placement().box(role, *page.shown, page.user_unit)
    first, second = _to_page_space(left, bottom, page), _to_page_space(right, top, page)
    return (
        min(first[0], second[0]),
        min(first[1], second[1]),
        max(first[0], second[0]),
        max(first[1], second[1]),
    )


def draw(
    lines: tuple[str, ...], width: float, height: float, page: PageFrame, writer: BasePdfFileWriter
) -> generic.IndirectObject:
    """Write the appearance of a block into a revision.

    Args:
        lines: what it says.
        width: of the block as the reader sees it, points.
        height: likewise.
        page: the page it stands on.
        writer: the revision.

    Raises:
        InvalidInput: the text does not fit in a legible size, or has a character without a glyph.
    """
    lines = tuple(normalize("NFC", " ".join(line.split())) for line in lines)
    face = face_for("".join(lines))
    size, rows = _fit(face, lines, width, height, page.scale)
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _reals(0, 0, width, height),
            pdf_name("/Matrix"): _reals(*_TURNS[page.rotate], 0, 0),
            pdf_name("/Resources"): generic.DictionaryObject(
                {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F1"): embed(face, writer)})}
            ),
        },
        stream_data=_content(face, rows, size, width, height),
    )
    form.compress()
    return writer.add_object(form)


def _iso(moment: datetime) -> str:
    return moment.astimezone(VIETNAM_TIME).isoformat(timespec="seconds")


def _to_page_space(x: float, y: float, page: PageFrame) -> tuple[float, float]:
    """Map a point of the page as shown (origin bottom-left) to the page's own space."""
    shown_width, shown_height = page.shown
    turned = {
        0: (x, y),
        90: (shown_height - y, x),
        180: (shown_width - x, shown_height - y),
        270: (y, shown_width - x),
    }[page.rotate]
    return page.left + turned[0], page.bottom + turned[1]


def _fit(
    face: Face, lines: tuple[str, ...], width: float, height: float, scale: float
) -> tuple[float, tuple[str, ...]]:
    """Return the largest size up to the prescribed one at which the broken lines fit, and the lines."""
    lettering = signing_rules().lettering
    size = lettering.size_pt * scale
    smallest = SMALLEST_SHARE * size
    while size >= smallest:
        rows = tuple(row for line in lines for row in _break(face, line, width / size))
        if len(rows) * lettering.leading * size <= height and all(face.width(row) * size <= width for row in rows):
            return size, rows
        size -= 0.25 * scale
    raise InvalidInput("tên quá dài, không in được trong khung chữ ký ở cỡ chữ đọc được")


def _break(face: Face, line: str, measure: float) -> list[str]:
    """Break a line at blanks so that each row is at most as long as the measure, in font sizes."""
    rows: list[str] = []
    for word in line.split(" "):
        if rows and face.width(f"{rows[-1]} {word}") <= measure:
            rows[-1] = f"{rows[-1]} {word}"
        else:
            rows.append(word)
    return rows


def _content(face: Face, rows: tuple[str, ...], size: float, width: float, height: float) -> bytes:
    """Return the drawing operators: rows centred both ways, first their rims in white, then the letters in black."""
    step = signing_rules().lettering.leading * size
    baseline = (height + len(rows) * step) / 2 - step + (step - size) / 2 + size * -face.descent / 1000
    shown = []
    for number, row in enumerate(rows):
        left = (width - face.width(row) * size) / 2
        shown.append(b"1 0 0 1 %.3f %.3f Tm %s Tj" % (left, baseline - number * step, face.show(row)))
    rims = b"q 1 G 1 j %.3f w BT 1 Tr /F1 %.3f Tf" % (HALO * size, size)
    letters = b"ET BT 0 Tr 0 g /F1 %.3f Tf" % size
    return b"\n".join([rims, *shown, letters, *shown, b"ET Q"])


def _reals(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(f"{value:.3f}") for value in values])
