"""What a person is told: one sentence for each situation, word by word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm

from digitize.errors import DocumentAtFault
from digitize.sign.trust import TrustAnchors
from tests.pki.world import NOW as OUR_NOW
from tests.pki.world import clerk_signed, sealed, world
from tests.verifying import papers
from tests.verifying.authorities import (
    DAY,
    HOUR,
    ISSUING,
    NOW,
    PERSON,
    STAMPING,
    Holder,
    issue,
    issuing,
    key,
    person,
    revocation_list,
    root,
    second_person,
    stamping,
    strange_root,
    trust,
)
from tests.verifying.forgeries import CONTENT, COVERING, FILLING, FREE, NOTES, SETTINGS
from tests.verifying.making import judged, signed, stamped, with_evidence
from tests.verifying.papers import objects, paper, update
from tests.verifying.seals import Seal, Stamp

VALID = "Chữ ký hợp lệ, nội dung toàn vẹn: Trần Văn Bình ký lúc 2026-11-22T15:00:00+07:00."
BOTH = VALID[:-1] + "; Lê Thị Cúc ký lúc 2026-11-22T15:00:00+07:00."
INVALID = "Chữ ký không hợp lệ (ô Sig1): "
OPEN = "Chưa kết luận được chữ ký có hợp lệ hay không (ô Sig1): "


def made(**changes: object) -> Holder:
    return issue(replace(PERSON, **changes), key("p256", 80), issuing())  # type: ignore[arg-type]


def locked() -> bytes:
    saved = BytesIO()
    with pikepdf.open(BytesIO(paper())) as pdf:
        pdf.save(saved, encryption=pikepdf.Encryption(owner="a", user="b"))
    return saved.getvalue()


def spoiled() -> bytes:
    return signed(paper(), Seal(spoiled=lambda value: bytes(len(value))))


def stripped() -> bytes:
    return update(signed(paper()), {papers.CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>"})


SITUATIONS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "no signature": (paper, "Tệp không có chữ ký số."),
    "good": (lambda: signed(paper()), VALID),
    "good, two": (lambda: signed(signed(paper()), Seal(second_person()), "Sig2"), BOTH),
    "good, stamped": (lambda: signed(paper(), Seal(stamp=Stamp(at=NOW - HOUR))), VALID.replace("T15", "T14")),
    "good, archived": (lambda: stamped(signed(paper())), VALID),
    "good, certified and filled in": (
        lambda: update(signed(paper(), certify=MDPPerm.FILL_FORMS), FILLING["a value is changed"]),
        VALID + " Sau chữ ký này, biểu mẫu được điền thêm ở ô Amount.",
    ),
    "good, an empty field filled in": (
        lambda: update(signed(paper()), FILLING[FREE]),
        VALID + " Sau chữ ký này, biểu mẫu được điền thêm ở ô Note.",
    ),
    "nobody's signature, a timestamp": (
        lambda: stamped(paper()),
        "Tệp không có chữ ký của ai, chỉ có dấu thời gian hợp lệ, nội dung toàn vẹn: Dấu thời gian thử lúc "
        + VALID[-26:],
    ),
    "two signers in one": (
        lambda: signed(paper(), Seal(signer_infos=2)),
        INVALID + "Một chữ ký chứa thông tin của 2 người ký; mỗi chữ ký trong PDF phải có đúng một.",
    ),
    "a form that nobody knows": (
        lambda: signed(paper(), subfilter="/x"),
        OPEN + "Kiểu chữ ký không được khai báo hoặc không biết, nên không kết luận được.",
    ),
    "a filled field that hides": (
        lambda: update(signed(paper()), COVERING["with a ground"]),
        OPEN + "Ô biểu mẫu được điền thêm sau khi ký có thể che nội dung đã ký.",
    ),
    "good, an old file of another program": (lambda: signed(paper(), subfilter="/adbe.pkcs7.detached"), VALID),
    "text changed within": (
        lambda: signed(paper()).replace(b"1 000 000", b"9 000 000"),
        INVALID + "Nội dung đã bị thay đổi sau khi ký.",
    ),
    "text changed by an update": (
        lambda: update(signed(paper()), CONTENT["the text of the page is replaced"]),
        INVALID + "Sau khi ký, nội dung tệp đã bị thay đổi.",
    ),
    "page added": (
        lambda: update(signed(paper()), CONTENT["a page is added"]),
        INVALID + "Sau khi ký, nội dung tệp đã bị thay đổi.",
    ),
    "form filled in": (
        lambda: update(signed(paper()), FILLING["a value is changed"]),
        INVALID + "Sau khi ký, biểu mẫu trong tệp đã bị thay đổi.",
    ),
    "form drawn otherwise": (
        lambda: update(signed(paper(), certify=MDPPerm.FILL_FORMS), SETTINGS["the form is to be drawn anew"]),
        INVALID + "Sau khi ký, cách hiển thị biểu mẫu trong tệp đã bị thay đổi.",
    ),
    "title changed": (
        lambda: update(signed(paper()), SETTINGS["the title is another"]),
        INVALID + "Sau khi ký, phần mô tả tệp (tiêu đề, tác giả) đã bị thay đổi.",
    ),
    "filled in against a certification": (
        lambda: update(signed(paper(), certify=MDPPerm.NO_CHANGES), FILLING["a value is changed"]),
        INVALID + "Chữ ký chứng thực cấm mọi thay đổi về sau, nhưng tệp đã bị thay đổi.",
    ),
    "a comment with a drawing": (
        lambda: update(
            signed(paper(), certify=MDPPerm.ANNOTATE),
            {**NOTES["a note"], 901: NOTES["a note"][901].replace(b"/Name", b"/AP << /N 902 0 R >> /Name")},
        ),
        OPEN + "Có chú thích thêm vào sau khi ký, có thể che nội dung đã ký.",
    ),
    "bytes behind": (
        lambda: signed(paper()) + b"x",
        INVALID + "Sau chữ ký có dữ liệu không thuộc phiên bản nào của tệp.",
    ),
    "a block that hides": (
        lambda: signed(signed(paper()), Seal(second_person()), "Sig9", box=(0, 0, 590, 800)),
        INVALID + "Khung của một chữ ký sau che nội dung đã ký trước đó.",
    ),
    "value spoiled": (spoiled, INVALID + "Giá trị chữ ký không khớp với chứng thư số của người ký."),
    "value unreadable": (
        lambda: signed(paper(), make=lambda _: b"junk"),
        INVALID + "Chữ ký hỏng, không phân tích được.",
    ),
    "signature taken out": (
        stripped,
        "Chữ ký không hợp lệ: Trong tệp có 1 chữ ký đã bị gỡ khỏi biểu mẫu hoặc bị thay thế.",
    ),
    "unknown issuer": (
        lambda: signed(paper(), Seal(issue(PERSON, key("p256", 81), strange_root()))),
        OPEN + "Không biết tổ chức cấp chứng thư số của người ký.",
    ),
    "signs itself": (
        lambda: signed(paper(), Seal(issue(PERSON, key("p256", 82), None))),
        OPEN + "Không biết tổ chức cấp chứng thư số của người ký.",
    ),
    "expired": (
        lambda: signed(paper(), Seal(made(ends=NOW - DAY))),
        OPEN
        + "Chứng thư số đã hết hạn hoặc chưa có hiệu lực, "
        + "và không có dấu thời gian tin cậy chứng minh thời điểm ký.",
    ),
    "revoked": (
        lambda: with_evidence(signed(paper()), crls=[revocation_list(issuing(), {person(): NOW - HOUR})]),
        OPEN + "Chứng thư số đã bị thu hồi.",
    ),
    "revoked before a proven time": (
        lambda: with_evidence(
            signed(paper(), Seal(stamp=Stamp())), crls=[revocation_list(issuing(), {person(): NOW - HOUR})]
        ),
        INVALID + "Chứng thư số đã bị thu hồi.",
    ),
    "issuer revoked": (
        lambda: with_evidence(signed(paper()), crls=[revocation_list(root(), {issuing(): NOW - HOUR})]),
        OPEN + "Chứng thư số của tổ chức cấp đã bị thu hồi.",
    ),
    "not meant for papers": (
        lambda: signed(paper(), Seal(stamping())),
        OPEN + "Chứng thư số không được cấp cho mục đích ký văn bản.",
    ),
    "signed by an authority": (
        lambda: signed(paper(), Seal(issuing())),
        OPEN + "Chứng thư số không được cấp cho mục đích ký văn bản.",
    ),
    "chain broken": (
        lambda: signed(
            paper(),
            Seal(issue(PERSON, key("p256", 83), issue(replace(ISSUING, authority=False), key("p256", 84), root()))),
        ),
        OPEN + "Chuỗi chứng thư số không kiểm tra được.",
    ),
    "sha-1": (
        lambda: signed(paper(), Seal(digest="sha1")),
        OPEN + "Chữ ký dùng hàm băm SHA-1 đã yếu: thuật toán này có thể bị giả mạo.",
    ),
    "short key": (
        lambda: signed(paper(), Seal(person("rsa1024"))),
        OPEN + "Khóa RSA 1024 bit của người ký quá yếu, dưới 2048 bit.",
    ),
    "weak chain": (
        lambda: signed(paper(), Seal(made(sha1=True))),
        OPEN + "Chuỗi chứng thư số dùng thuật toán ký hoặc băm quá yếu để tin cậy.",
    ),
    "timestamp of something else": (
        lambda: signed(paper(), Seal(stamp=Stamp(imprint=sha256(b"x").digest()))),
        OPEN + "Dấu thời gian hỏng hoặc không phải của chữ ký này.",
    ),
    "timestamp of a stranger": (
        lambda: signed(paper(), Seal(stamp=Stamp(holder=issue(STAMPING, key("p256", 85), strange_root())))),
        OPEN + "Dấu thời gian không kiểm chứng được.",
    ),
    "timestamp of the future": (
        lambda: signed(paper(), Seal(stamp=Stamp(at=NOW + DAY))),
        OPEN + "Dấu thời gian ghi một thời điểm chưa tới.",
    ),
    "timestamp of a revoked authority": (
        lambda: with_evidence(
            signed(paper(), Seal(stamp=Stamp())), crls=[revocation_list(issuing(), {stamping(): NOW - HOUR})]
        ),
        OPEN + "Chứng thư số của nơi cấp dấu thời gian đã bị thu hồi.",
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_sentence(situation: str) -> None:
    make, sentence = SITUATIONS[situation]
    assert judged(make()).sentence == sentence


REFUSED: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "Tệp rỗng (0 byte). Hãy quét lại và gửi tệp mới."),
    "a password": (locked, "PDF được bảo vệ bằng mật khẩu. Hãy gửi bản không đặt mật khẩu."),
    "damaged": (
        lambda: signed(paper())[:900],
        "Tệp bị cắt cụt hoặc hỏng, không đọc được trọn vẹn. Hãy quét lại hoặc gửi lại tệp gốc.",
    ),
    "no PDF": (
        lambda: b"<html></html>",
        (
            "Nội dung tệp không phải PDF, JPEG, PNG hay TIFF: chỉ tệp PDF mới mang chữ ký số kiểm tra được. "
            "Hãy gửi bản quét ở một trong bốn định dạng đó; đổi tên tệp không có tác dụng."
        ),
    ),
}


@pytest.mark.parametrize("situation", REFUSED)
def test_the_sentence_of_a_file_that_cannot_be_judged(situation: str) -> None:
    make, sentence = REFUSED[situation]
    with pytest.raises(DocumentAtFault) as refused:
        judged(make())
    assert refused.value.message == sentence
    assert refused.value.exit_code == 2


def test_our_own_test_signatures_confess() -> None:
    confession = " Chứng thư số thử nghiệm, không có giá trị pháp lý."
    report = judged(sealed().pdf, world().trust, OUR_NOW)
    assert report.sentence.startswith("Chữ ký hợp lệ")
    assert report.sentence.endswith(confession)
    assert judged(clerk_signed().pdf, TrustAnchors(()), OUR_NOW).sentence.endswith(confession)


def test_every_reason_is_a_sentence() -> None:
    for make, _ in SITUATIONS.values():
        for one in judged(make(), trust()).signatures:
            assert all(reason[0].isupper() and reason.endswith(".") for reason in one.reasons), one


def test_the_paper_has_what_the_forgers_touch() -> None:
    assert set(objects()) == set(range(1, 17))
