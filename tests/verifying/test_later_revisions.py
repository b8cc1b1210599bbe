"""What is appended to a signed paper without a signature makes it invalid, unless a certification permits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import pytest
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from digitize.model import Changes, Integrity, Verdict
from tests.verifying import papers
from tests.verifying.authorities import issuing, revocation_list, root, second_person
from tests.verifying.forgeries import CONTENT, COVERING, FILLING, FREE, NOTES, SETTINGS, WRITTEN
from tests.verifying.making import judged, signed, stamped, with_evidence
from tests.verifying.papers import dressed, objects, paper, update
from tests.verifying.seals import Seal, Stamp


@cache
def approved() -> bytes:
    return signed(paper())


@cache
def twice_approved() -> bytes:
    return signed(approved(), Seal(second_person()), "Sig2")


@cache
def certified(level: int) -> bytes:
    return signed(paper(), certify=MDPPerm(level))


@cache
def certified_and_approved(level: int) -> bytes:
    return signed(certified(level), Seal(second_person()), "Sig2")


@cache
def archived() -> bytes:
    timed = signed(paper(), Seal(stamp=Stamp()))
    lists = [revocation_list(issuing()), revocation_list(root())]
    return stamped(with_evidence(timed, certificates=[issuing()], crls=lists))


@cache
def repacked() -> bytes:
    return signed(dressed("pdf 2.0"))


BASES: Mapping[str, Callable[[], bytes]] = {
    "approved": approved,
    "approved twice": twice_approved,
    "certified 1": lambda: certified(1),
    "certified 2": lambda: certified(2),
    "certified 3": lambda: certified(3),
    "certified 2 and approved": lambda: certified_and_approved(2),
    "archived": archived,
}
CERTIFIED = [name for name in BASES if name.startswith(("certified 2", "certified 3"))]
OTHERS = [name for name in BASES if name not in CERTIFIED]


@pytest.mark.parametrize("base", BASES)
def test_the_papers_themselves_are_valid(base: str) -> None:
    report = judged(BASES[base]())
    assert report.verdict is Verdict.VALID, report


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("forgery", CONTENT)
def test_forged_content_is_invalid(base: str, forgery: str) -> None:
    report = judged(update(BASES[base](), CONTENT[forgery]))
    assert report.verdict is Verdict.INVALID, report
    assert all(one.integrity is Integrity.INTACT for one in report.signatures if one.field)


@pytest.mark.parametrize("base", OTHERS)
@pytest.mark.parametrize("filling", FILLING)
def test_a_form_filled_without_permission_is_invalid(base: str, filling: str) -> None:
    if filling != FREE or base == "certified 1":
        assert judged(update(BASES[base](), FILLING[filling])).verdict is Verdict.INVALID


@pytest.mark.parametrize("base", ["approved", "approved twice", "archived"])
def test_a_field_that_was_signed_empty_may_be_filled_and_it_is_told(base: str) -> None:
    filled = update(BASES[base](), WRITTEN)
    report = judged(filled)
    assert (report.verdict, report.signatures[0].changes_after) == (Verdict.VALID, Changes.PERMITTED), report
    assert report.sentence.endswith("Sau chữ ký này, biểu mẫu được điền thêm ở ô Note.")
    refilled = {papers.BOX: WRITTEN[papers.BOX].replace(b"(xong)", b"(khac)")}
    assert judged(update(signed(filled, Seal(second_person()), "Sig9"), refilled)).verdict is Verdict.INVALID


def test_a_locked_field_may_not_be_filled() -> None:
    locked = signed(paper(), locked=FieldMDPSpec(FieldMDPAction.INCLUDE, ["Note"]))
    assert judged(update(locked, WRITTEN)).verdict is Verdict.INVALID


@pytest.mark.parametrize("base", ["approved", "certified 2"])
@pytest.mark.parametrize("covering", COVERING)
def test_a_filled_field_that_may_hide_something_leaves_a_doubt(base: str, covering: str) -> None:
    report = judged(update(BASES[base](), COVERING[covering]))
    assert (report.verdict, report.signatures[0].changes_after) == (Verdict.INDETERMINATE, Changes.PERMITTED), report


def test_a_field_as_large_as_the_page_leaves_a_doubt() -> None:
    def grown(body: bytes) -> bytes:
        return body.replace(b"[72 560 272 580]", b"[0 0 590 800]")

    large = papers.written({**objects(), papers.BOX: grown(objects()[papers.BOX])})
    filled = update(signed(large), {**WRITTEN, papers.BOX: grown(WRITTEN[papers.BOX])})
    assert judged(filled).verdict is Verdict.INDETERMINATE


def test_a_field_without_a_value_whose_look_said_something_is_not_empty() -> None:
    said = objects()[papers.BOX].replace(b"/T (Note)", b"/T (Note) /AP << /N 16 0 R >>")
    assert judged(update(signed(papers.written({**objects(), papers.BOX: said})), WRITTEN)).verdict is Verdict.INVALID


def test_a_box_is_ticked_with_the_look_that_was_signed() -> None:
    body = b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (Note) /V /%s /AS /%s /Rect [72 560 92 580] /P 3 0 R /F 4 "
    body += b"/AP << /N << /Yes %d 0 R /Off 18 0 R >> >> >>"
    looks = {
        17: papers.stream(b"0 0 9 9 re f", b"/Subtype /Form /BBox [0 0 9 9]"),
        18: papers.stream(b"", b"/Subtype /Form"),
    }
    ticked = signed(papers.written({**objects(), papers.BOX: body % (b"Off", b"Off", 17), **looks}))
    assert judged(update(ticked, {papers.BOX: body % (b"Yes", b"Yes", 17)})).verdict is Verdict.VALID
    other = {papers.BOX: body % (b"Yes", b"Yes", 901), 901: looks[17]}
    assert judged(update(ticked, other)).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("base", CERTIFIED)
@pytest.mark.parametrize("filling", FILLING)
def test_a_form_filled_with_permission_is_valid(base: str, filling: str) -> None:
    report = judged(update(BASES[base](), FILLING[filling]))
    assert report.verdict is Verdict.VALID, report
    assert report.signatures[0].changes_after is Changes.PERMITTED


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("setting", SETTINGS)
def test_another_look_of_the_whole_is_invalid(base: str, setting: str) -> None:
    assert judged(update(BASES[base](), SETTINGS[setting])).verdict is Verdict.INVALID


@pytest.mark.parametrize("note", NOTES)
def test_a_comment_with_permission_is_valid(note: str) -> None:
    report = judged(update(certified(3), NOTES[note]))
    assert report.verdict is Verdict.VALID, report


@pytest.mark.parametrize("base", [name for name in BASES if name != "certified 3"])
@pytest.mark.parametrize("note", NOTES)
def test_a_comment_without_permission_is_invalid(base: str, note: str) -> None:
    assert judged(update(BASES[base](), NOTES[note])).verdict is Verdict.INVALID


def test_a_comment_that_brings_its_own_drawing_leaves_a_doubt() -> None:
    drawn = {**NOTES["a note"], 901: NOTES["a note"][901].replace(b"/Name", b"/AP << /N 902 0 R >> /Name")}
    report = judged(update(certified(3), drawn))
    assert (report.verdict, report.signatures[0].changes_after) == (Verdict.INDETERMINATE, Changes.PERMITTED)
    assert "chú thích" in report.sentence


@pytest.mark.parametrize("base", ["approved", "certified 2", "certified 3"])
@pytest.mark.parametrize("forgery", [*list(CONTENT)[:12], *list(SETTINGS)[:2]])
def test_a_later_signature_or_timestamp_does_not_heal_a_forgery(base: str, forgery: str) -> None:
    forged = update(BASES[base](), {**CONTENT, **SETTINGS}[forgery])
    assert judged(signed(forged, Seal(second_person()), "Sig2")).verdict is Verdict.INVALID
    assert judged(stamped(forged)).verdict is Verdict.INVALID


@pytest.mark.parametrize("forgery", list(CONTENT)[:8])
def test_a_forgery_that_is_taken_back_is_invalid_too(forgery: str) -> None:
    changed = CONTENT[forgery]
    back = {number: objects()[number] for number in changed if number in objects()}
    assert judged(update(update(approved(), changed), back)).verdict is Verdict.INVALID


@pytest.mark.parametrize("level", [1, 2, 3])
def test_proof_may_always_follow_a_certification(level: int) -> None:
    lists = [revocation_list(issuing()), revocation_list(root())]
    proven = stamped(with_evidence(certified(level), certificates=[issuing()], crls=lists))
    report = judged(proven)
    assert report.verdict is Verdict.VALID, report
    assert report.signatures[0].level == "B-LTA"


def test_no_signature_may_follow_a_certification_of_level_1() -> None:
    assert judged(certified_and_approved(1)).verdict is Verdict.INVALID


def test_a_visible_field_that_was_there_may_be_signed() -> None:
    shown = paper().replace(b"/T (Sig2) /Rect [0 0 0 0]", b"/T (Sig2) /Rect [0 0 9 9]")
    assert judged(signed(signed(shown), Seal(second_person()), "Sig2")).verdict is Verdict.VALID
