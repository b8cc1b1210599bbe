"""Every sentence that a verification can say, in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESSubIndic

from digitize.model import SignatureReport, Verdict
from digitize.sign.rules import signing_rules
from digitize.sign.strength import key_bits

UNSIGNED = "Tệp không có chữ ký số."
CONFESSION = "Chứng thư số thử nghiệm, không có giá trị pháp lý."
UNREADABLE_SIGNATURE = "Chữ ký hỏng, không phân tích được."
WRONG_VALUE = "Giá trị chữ ký không khớp với chứng thư số của người ký."
MODIFIED = "Nội dung đã bị thay đổi sau khi ký."
NOT_COVERED = "Chữ ký không phủ hết các byte của phiên bản đã ký."
REPEATED_FIELD = "Nhiều ô chữ ký dùng chung một tên hoặc một chữ ký."
IRREGULAR = "Cấu trúc tệp không đúng chuẩn PDF nên không kết luận được."
WITHDRAWN_FORM = "Kiểu chữ ký cũ dựa trên SHA-1 đã bị loại bỏ, không đủ để tin cậy."
UNKNOWN_FORM = "Kiểu chữ ký không được khai báo hoặc không biết, nên không kết luận được."
TOO_LITTLE = "Không đủ căn cứ."
_FIELDS_NAMED = 5

STAMP_OF_SOMETHING_ELSE = "Dấu thời gian hỏng hoặc không phải của chữ ký này."
STAMP_OF_THE_FUTURE = "Dấu thời gian ghi một thời điểm chưa tới."
STAMP_NOT_TRUSTED = "Dấu thời gian không kiểm chứng được."
STAMP_WEAK = "Dấu thời gian dùng hàm băm đã yếu nên không chứng minh được thời điểm."
STAMP_REVOKED = "Chứng thư số của nơi cấp dấu thời gian đã bị thu hồi."

STRAY_BYTES = "Sau chữ ký có dữ liệu không thuộc phiên bản nào của tệp."
CONTENT_CHANGED = "Sau khi ký, nội dung tệp đã bị thay đổi."
FORM_CHANGED = "Sau khi ký, biểu mẫu trong tệp đã bị thay đổi."
FORM_SETTINGS_CHANGED = "Sau khi ký, cách hiển thị biểu mẫu trong tệp đã bị thay đổi."
DESCRIPTION_CHANGED = "Sau khi ký, phần mô tả tệp (tiêu đề, tác giả) đã bị thay đổi."
SHOWN_CHANGED = "Sau chữ ký cuối cùng, phần nhìn thấy của tệp đã bị thay đổi."
CERTIFICATION_FORBIDS = "Chữ ký chứng thực cấm mọi thay đổi về sau, nhưng tệp đã bị thay đổi."
BLOCK_HIDES = "Khung của một chữ ký sau che nội dung đã ký trước đó."
FILLED = "Sau chữ ký này, biểu mẫu được điền thêm ở ô"
FILLING_MAY_HIDE = "Ô biểu mẫu được điền thêm sau khi ký có thể che nội dung đã ký."
COMMENT_MAY_HIDE = "Có chú thích thêm vào sau khi ký, có thể che nội dung đã ký."

_PROBLEMS: Mapping[AdESSubIndic, str] = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: "Không biết tổ chức cấp chứng thư số của người ký.",
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE: "Chuỗi chứng thư số không kiểm tra được.",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "Chứng thư số không được cấp cho mục đích ký văn bản.",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: (
        "Chứng thư số đã hết hạn hoặc chưa có hiệu lực, và không có dấu thời gian tin cậy chứng minh thời điểm ký."
    ),
    AdESIndeterminate.EXPIRED: "Chứng thư số đã hết hạn vào thời điểm ký.",
    AdESIndeterminate.NOT_YET_VALID: "Chứng thư số chưa có hiệu lực vào thời điểm ký.",
    AdESFailure.NOT_YET_VALID: "Chứng thư số chưa có hiệu lực vào thời điểm ký.",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "Thuật toán ký hoặc băm quá yếu để tin cậy.",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "Thuật toán ký hoặc băm quá yếu để tin cậy.",
    AdESFailure.REVOKED: "Chứng thư số đã bị thu hồi trước thời điểm ký.",
    AdESIndeterminate.REVOKED_NO_POE: "Chứng thư số đã bị thu hồi.",
    AdESIndeterminate.REVOKED_CA_NO_POE: "Chứng thư số của tổ chức cấp đã bị thu hồi.",
}


def problem(indication: AdESSubIndic) -> str:
    """Say why a certificate does not convince (EN 319 102-1, table 6)."""
    return _PROBLEMS.get(indication, "Chứng thư số của người ký không đủ tin cậy.")


def weakness(info: cms.SignerInfo, certificate: x509.Certificate) -> str:
    """Say what is too weak about a signature."""
    weak = signing_rules().weak
    digest = info["digest_algorithm"]["algorithm"].native
    if digest in weak.digests:
        return (
            f"Chữ ký dùng hàm băm {digest.upper().replace('SHA1', 'SHA-1')} đã yếu: thuật toán này có thể bị giả mạo."
        )
    key = certificate.public_key
    if key.algorithm == "rsa" and key.bit_size < weak.rsa_bits_below:
        return f"Khóa RSA {key.bit_size} bit của người ký quá yếu, dưới {weak.rsa_bits_below} bit."
    if key.algorithm == "ec" and key_bits(key) < weak.ec_bits_below:
        return f"Khóa ECDSA {key_bits(key)} bit của người ký quá yếu, dưới {weak.ec_bits_below} bit."
    return "Chuỗi chứng thư số dùng thuật toán ký hoặc băm quá yếu để tin cậy."


def filled(fields: Sequence[str]) -> str:
    """Say which fields of a form were filled in after a signature."""
    shown = ", ".join(fields[:_FIELDS_NAMED])
    return f"{FILLED} {shown}{' và các ô khác' if len(fields) > _FIELDS_NAMED else ''}."


def signers(count: int) -> str:
    """Say that a signature has not the one signer that it must have (EN 319 142-1 §4.1, ISO 32000-2 §12.8.3.3)."""
    if count == 0:
        return "Chữ ký không có thông tin người ký nào; mỗi chữ ký trong PDF phải có đúng một."
    return f"Một chữ ký chứa thông tin của {count} người ký; mỗi chữ ký trong PDF phải có đúng một."


def detached(count: int) -> str:
    """Say that signatures were taken out of the form."""
    return f"Trong tệp có {count} chữ ký đã bị gỡ khỏi biểu mẫu hoặc bị thay thế."


def sentence(verdict: Verdict, reports: Sequence[SignatureReport]) -> str:
    """Say it to anybody (TT 15/2025/TT-BKHCN: hợp lệ / không hợp lệ, người ký, thời gian, toàn vẹn)."""
    suffix = f" {CONFESSION}" if any(CONFESSION in each.reasons for each in reports) else ""
    if verdict is Verdict.VALID:
        return f"{_all_good(reports)}{suffix}"
    worst = next(each for each in reports if each.verdict is verdict)
    why = worst.reasons[0] if worst.reasons else TOO_LITTLE
    who = f" (ô {worst.field})" if worst.field else ""
    head = "Chữ ký không hợp lệ" if verdict is Verdict.INVALID else "Chưa kết luận được chữ ký có hợp lệ hay không"
    return f"{head}{who}: {why}{suffix}"


def _all_good(reports: Sequence[SignatureReport]) -> str:
    """Name the signers, or the authority of a file that is only stamped; and what was filled in after them."""
    told = dict.fromkeys(why for each in reports for why in each.reasons if why.startswith(FILLED))
    filled = "".join(f" {why}" for why in told)
    signers = [f"{each.signer} ký lúc {each.signed_at}" for each in reports if each.level != "RFC 3161"]
    if signers:
        return f"Chữ ký hợp lệ, nội dung toàn vẹn: {'; '.join(signers)}.{filled}"
    stamps = "; ".join(f"{each.time_authority} lúc {each.signed_at}" for each in reports)
    return f"Tệp không có chữ ký của ai, chỉ có dấu thời gian hợp lệ, nội dung toàn vẹn: {stamps}.{filled}"
