"""Whatever is done to the bytes of a signed paper, it is never valid afterwards (Mladenov et al., CCS 2019)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from digitize.errors import DocumentAtFault
from digitize.model import Verdict
from tests.verifying import papers
from tests.verifying.authorities import second_person
from tests.verifying.forgeries import COVER
from tests.verifying.making import judged, signed, stamped
from tests.verifying.papers import dressed, objects, paper, stream, update
from tests.verifying.seals import Seal

GAP = re.compile(rb"/Contents\s*(<[0-9a-fA-F]+>)")
RANGE = re.compile(rb"/ByteRange\s*\[([^\]]*)\] *")


@cache
def once() -> bytes:
    return signed(paper())


@cache
def twice() -> bytes:
    return signed(once(), Seal(second_person()), "Sig2")


def verdict(pdf: bytes) -> Verdict | None:
    """Return the verdict; None for a file that is refused as unreadable."""
    try:
        return judged(pdf).verdict
    except DocumentAtFault:
        return None


def numbers(pdf: bytes) -> list[int]:
    found = RANGE.search(pdf)
    assert found
    return [int(each) for each in found.group(1).split()]


def with_range(pdf: bytes, text: str) -> bytes:
    """Write another /ByteRange in the room of the old one."""
    found = list(RANGE.finditer(pdf))[-1]
    room = found.end() - found.start()
    written = f"/ByteRange {text}".encode()
    assert len(written) <= room, "the room is too small"
    return pdf[: found.start()] + written.ljust(room) + pdf[found.end() :]


def signature_number(pdf: bytes) -> int:
    found = re.search(rb"(\d+) 0 obj\s*<<\s*/Contents", pdf) or re.search(rb"(\d+) 0 obj\s*<<[^>]*?/Contents", pdf)
    assert found
    return int(found.group(1))


PLACES: Mapping[str, Callable[[bytes], int]] = {
    "header": lambda pdf: pdf.index(b"1.7"),
    "text": lambda pdf: pdf.index(b"1 000 000"),
    "image": lambda pdf: pdf.index(b"\x00\x7f\xff\x20"),
    "catalog": lambda pdf: pdf.index(b"/Catalog") + 3,
    "cross-references": lambda pdf: pdf.index(b"xref\n0 1") + 40,
    "trailer": lambda pdf: pdf.index(b"trailer") + 12,
    "startxref": lambda pdf: pdf.index(b"startxref") + 11,
    "end mark": lambda pdf: pdf.index(b"%%EOF") + 3,
    "byte range": lambda pdf: pdf.index(b"/ByteRange") + 14,
    "signature": lambda pdf: (
        pdf.index(b"/Contents <") + 400 if b"/Contents <" in pdf else pdf.index(b"/Contents<") + 400
    ),
    "last byte": lambda pdf: len(pdf) - 2,
    "field": lambda pdf: pdf.rindex(b"/T (Sig1)") + 5 if b"/T (Sig1)" in pdf else 30,
    "filter": lambda pdf: pdf.index(b"/ETSI.CAdES") + 3,
    "handler": lambda pdf: pdf.index(b"/Adobe.PPKLite") + 8,
}


@pytest.mark.parametrize("bit", [0, 3, 6])
@pytest.mark.parametrize("place", PLACES)
def test_a_flipped_bit_is_never_valid(place: str, bit: int) -> None:
    changed = bytearray(once())
    changed[PLACES[place](once())] ^= 1 << bit
    assert verdict(bytes(changed)) is not Verdict.VALID


@pytest.mark.parametrize("at", range(0, 3000, 67))
def test_a_byte_more_or_less_is_never_valid(at: int) -> None:
    pdf = once()
    assert verdict(pdf[:at] + b" " + pdf[at:]) is not Verdict.VALID
    assert verdict(pdf[:at] + pdf[at + 1 :]) is not Verdict.VALID


def ranges() -> Mapping[str, str]:
    _, before, second, after = numbers(once())
    end = second + after
    return {
        "null": "null",
        "empty": "[]",
        "nothing": "[0 0 0 0]",
        "one pair": f"[0 {end}]",
        "negative": f"[0 {before} {second} -{after}]",
        "negative start": f"[-1 {before} {second} {after}]",
        "not from the first byte": f"[1 {before - 1} {second} {after}]",
        "not to the last": f"[0 {before} {second} {after - 4}]",
        "beyond the last": f"[0 {before} {second} {after + 1}]",
        "far beyond": f"[0 {before} {second} 99999]",
        "reordered": f"[{second} {after} 0 {before}]",
        "overlapping": f"[0 {before} {before - 9} {after}]",
        "the same twice": f"[0 {before} 0 {before}]",
        "a wider gap": f"[0 {before - 10} {second} {after}]",
        "a wider gap behind": f"[0 {before} {second + 10} {after - 10}]",
        "three pairs": f"[0 9 9 {before - 9} {second} {after}]",
        "five numbers": f"[0 {before} {second} {after} 0]",
        "real numbers": f"[0.0 {before}.0 {second} {after}]",
        "texts": f"[(0) ({before}) 1 1]",
        "a name": "/Identity",
        "a reference": f"{papers.PAGE} 0 R",
        "huge": "[0 1 9999999999999999 1]",
        "no gap": f"[0 {second} {second} {after}]",
    }


@pytest.mark.parametrize("kind", ranges())
def test_another_byte_range_is_never_valid(kind: str) -> None:
    assert verdict(with_range(once(), ranges()[kind])) is not Verdict.VALID


@pytest.mark.parametrize("kind", ranges())
def test_a_signature_that_is_made_over_such_a_range_is_never_valid(kind: str) -> None:
    """Somebody who can sign writes the range first and signs what it takes in, as far as anything can be hashed."""
    from hashlib import sha256

    changed = with_range(once(), ranges()[kind])
    text = re.sub(r"[^\d\s.-]", " ", ranges()[kind]).split()
    parts = [int(float(each)) for each in text]
    taken = b"".join(
        changed[max(0, start) : max(0, start) + max(0, length)]
        for start, length in zip(parts[::2], parts[1::2], strict=False)
    )
    found = GAP.search(changed)
    assert found
    value = Seal().over(sha256(taken).digest()).hex().encode()
    made = (
        changed[: found.start(1) + 1]
        + value.ljust(found.end(1) - found.start(1) - 2, b"0")
        + changed[found.end(1) - 1 :]
    )
    whole = numbers(once()) == [int(float(each)) for each in text]
    assert whole or verdict(made) is not Verdict.VALID


CONTENTS: Mapping[str, bytes] = {
    "missing": b"",
    "empty": b"/Contents <>",
    "a zero": b"/Contents <00>",
    "null": b"/Contents null",
    "a text": b"/Contents ()",
    "a name": b"/Contents /None",
    "a reference": b"/Contents 5 0 R",
    "twice": b"/Contents <00> /Contents <3000>",
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_signature_without_its_value_is_never_valid(kind: str) -> None:
    found = GAP.search(once())
    assert found
    room = found.end() - found.start()
    assert verdict(once()[: found.start()] + CONTENTS[kind].ljust(room) + once()[found.end() :]) is not Verdict.VALID


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_later_dictionary_without_a_value_is_never_valid(kind: str) -> None:
    number = signature_number(once())
    body = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached %s /ByteRange [0 9 9 9] >>"
    assert verdict(update(once(), {number: body % CONTENTS[kind]})) is not Verdict.VALID


def wrapped(hidden: bytes, *, inside: bool) -> bytes:
    """Move the second part away and put a malicious one into the gap: signature wrapping."""
    found = GAP.search(once())
    assert found
    first, rest = once()[: found.end(1)], once()[found.end(1) :]
    if inside:
        return first[:-1] + hidden.hex().encode() + b">" + rest
    return first + hidden + rest


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(
    "hidden",
    [
        b" ", b"\n", b"%", b" /ByteRange [0 1 2 3] ",
        b">> endobj 5 0 obj << >> stream\n" + COVER + b"\nendstream endobj",
        b" /ByteRange [0 10 20 30] >>\nendobj\nxref\n0 0\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n", b"\0" * 64,
    ],
)  # fmt: skip
def test_bytes_put_into_the_gap_are_never_valid(hidden: bytes, *, inside: bool) -> None:
    assert verdict(wrapped(hidden, inside=inside)) is not Verdict.VALID


@pytest.mark.parametrize("hidden", [b" ", b"%x", b" /ByteRange [0 1 2 3] "])
def test_a_widened_gap_with_its_range_moved_along_is_never_valid(hidden: bytes) -> None:
    _, before, second, after = numbers(once())
    moved = wrapped(hidden, inside=False)
    assert verdict(with_range(moved, f"[0 {before} {second + len(hidden)} {after}]")) is not Verdict.VALID


def replaced_dictionary() -> bytes:
    """Write the signature dictionary again in an update, with the same range and value."""
    pdf = once()
    number = signature_number(pdf)
    start = pdf.index(b"%d 0 obj" % number)
    body = pdf[start:].split(b"obj", 1)[1].split(b"endobj", 1)[0].strip()
    return update(pdf, {number: body, papers.CONTENT: stream(COVER)})


def value_moved_to(field: int, *, and_content: bool) -> bytes:
    pdf = once()
    body = objects()[field].replace(b"/Rect", b"/V %d 0 R /Rect" % signature_number(pdf))
    return update(pdf, {field: body, **({papers.CONTENT: stream(COVER)} if and_content else {})})


def another_signature_in(pdf: bytes, *, good: bool) -> bytes:
    other = signed(papers.written({**objects(), papers.CONTENT: stream(COVER)}))
    number = signature_number(pdf)
    start = other.index(b"%d 0 obj" % signature_number(other))
    body = other[start:].split(b"obj", 1)[1].split(b"endobj", 1)[0].strip()
    return update(pdf, {number: body} if good else {number: body, papers.CONTENT: stream(COVER)})


def at_the_end(pdf: bytes, tail: bytes) -> bytes:
    return pdf + tail


OBJECT = b"5 0 obj\n" + stream(COVER) + b"\nendobj\n"
LAST = b"startxref\n%d\n%%%%EOF\n"


def startxref(pdf: bytes) -> int:
    return int(pdf[pdf.rfind(b"startxref") + 9 :].split()[0])


def _repacked() -> bytes:
    from io import BytesIO

    import pikepdf

    saved = BytesIO()
    with pikepdf.open(BytesIO(once())) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(COVER)
        pdf.save(saved)
    return saved.getvalue()


SAVED: Mapping[str, Callable[[], bytes]] = {
    "an object, no table, no trailer": lambda: once() + OBJECT,
    "an object and a trailer": lambda: once() + OBJECT + b"trailer\n<< /Root 1 0 R /Size 30 >>\n",
    "an object and an end mark": lambda: once() + OBJECT + b"%%EOF\n",
    "an object and the old table": lambda: once() + OBJECT + LAST % startxref(once()),
    "an object and no table at all": lambda: once() + OBJECT + LAST % 0,
    "an object and a table that is none": lambda: once() + OBJECT + LAST % 9,
    "an object and a table beyond the end": lambda: once() + OBJECT + LAST % 999999,
    "only a trailer": lambda: (
        once() + b"trailer\n<< /Size 30 /Root 1 0 R /Prev %d >>\n" % startxref(once()) + LAST % len(once())
    ),
    "another root": lambda: update(once(), {901: b"<< /Type /Catalog /Pages 2 0 R >>"}, root=b"901 0 R"),
    "no root": lambda: update(once(), {papers.CONTENT: stream(COVER)}, root=b"null"),
    "a table that forgets the rest": lambda: re.sub(
        rb"/Prev \d+ ", b"", update(once(), {papers.CONTENT: stream(COVER)})
    ),
    "a table that goes back further": lambda: re.sub(
        rb"(?s)/Prev \d+ (?!.*/Prev)",
        b"/Prev %d " % int(once().split(b"startxref")[1].split()[0]),
        update(once(), {papers.CONTENT: stream(COVER)}),
    ),
    "the same end again": lambda: once() + LAST % startxref(once()),
    "an orphan revision": lambda: update(once(), {papers.CONTENT: stream(COVER)}) + LAST % startxref(once()),
    "the dictionary written again": replaced_dictionary,
    "the value in another field": lambda: value_moved_to(papers.SIG2, and_content=False),
    "the value in another field and more": lambda: value_moved_to(papers.SIG2, and_content=True),
    "the signature of another paper": lambda: another_signature_in(once(), good=True),
    "the signature of another paper and its text": lambda: another_signature_in(once(), good=False),
    "the field emptied": lambda: update(once(), {papers.SIG: objects()[papers.SIG]}),
    "a free entry for the text": lambda: update(once(), {}).replace(
        b"xref\n0 0\ntrailer", b"xref\n5 1\n0000000000 00001 f \ntrailer"
    ),
    "trailing text": lambda: once() + b"more",
    "trailing comment": lambda: once() + b"% more\n",
    "trailing archive": lambda: once() + b"PK\x03\x04",
    "trailing paper": lambda: once() + paper(),
    "trailing signed paper": lambda: once() + once(),
    "leading text": lambda: b"more\n" + once(),
    "leading archive": lambda: b"PK\x03\x04" + once(),
    "leading page": lambda: b"<html></html>" + once(),
    "leading paper": lambda: paper() + once(),
    "cut at the end mark": lambda: once()[: once().rindex(b"%%EOF")],
    "cut in the table": lambda: once()[: once().rindex(b"trailer")],
    "cut in half": lambda: once()[: len(once()) // 2],
    "cut behind the first revision and spliced": lambda: paper() + once()[len(paper()) + 1 :],
    "the first revision forged": lambda: once().replace(b"1 000 000", b"9 000 000"),
    "the second signature cut into": lambda: twice()[:-30],
    "the first signature spoiled": lambda: twice().replace(GAP.findall(twice())[0][40:60], b"0" * 20, 1),
    "a revision between two signatures": lambda: signed(
        update(once(), {papers.CONTENT: stream(COVER)}), Seal(second_person()), "Sig2"
    ),
    "an object between two signatures": lambda: signed(once() + OBJECT, Seal(second_person()), "Sig2"),
    "an object before a timestamp": lambda: stamped(once() + OBJECT),
    "objects in streams replace the text": _repacked,
}


@pytest.mark.parametrize("kind", SAVED)
def test_bytes_that_no_signature_covers_are_never_valid(kind: str) -> None:
    assert verdict(SAVED[kind]()) is not Verdict.VALID


@pytest.mark.parametrize("way", ["object streams", "linearised", "encrypted", "pdf 2.0"])
@pytest.mark.parametrize("tail", [b"x", OBJECT, OBJECT + LAST % 9, b"\n%%EOF\n", b"\0" * 10 + b"x"])
def test_a_tail_is_never_valid_however_the_file_is_written(way: str, tail: bytes) -> None:
    assert verdict(signed(dressed(way)) + tail) is not Verdict.VALID


NO_PAPERS = [
    b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\nstartxref\n0\n%%EOF", bytes(99), b"PK\x03\x04",
    b"%PDF-1.7\n1 0 obj\n" + b"[" * 50000, b"%PDF-1.7\n" + b"<<" * 50000,
    b"%PDF-1.7\nxref\n0 9999999999\ntrailer\n<<>>\nstartxref\n9\n%%EOF",
]  # fmt: skip


@pytest.mark.parametrize("data", NO_PAPERS)
def test_what_is_no_paper_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentAtFault):
        judged(data)
