"""Every sentence that a verification can say, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESSubIndic

from digitize.sign.rules import signing_rules

UNSIGNED = "Tệp không có chữ ký số."
CONFESSION = "Chứng thư số thử nghiệm, không có giá trị pháp lý."
UNREADABLE_SIGNATURE = "Chữ ký hỏng, không phân tích được."
WRONG_VALUE = "Giá trị chữ ký không khớp với chứng thư số của người ký."
MODIFIED = "Nội dung đã bị thay đổi sau khi ký."
NOT_COVERED = "Chữ ký không phủ hết các byte của phiên bản đã ký."
REPEATED_FIELD = "Nhiều ô chữ ký dùng chung một tên hoặc một chữ ký."
IRREGULAR = "Cấu trúc tệp không đúng chuẩn PDF nên không kết luận được."
WITHDRAWN_FORM = "Kiểu chữ ký cũ dựa trên SHA-1 đã bị loại bỏ, không đủ để tin cậy."
TOO_LITTLE = "Không đủ căn cứ."

STAMP_OF_SOMETHING_ELSE = "Dấu thời gian hỏng hoặc không phải của chữ ký này."
STAMP_OF_THE_FUTURE = "Dấu thời gian ghi một thời điểm chưa tới."
STAMP_NOT_TRUSTED = "Dấu thời gian không kiểm chứng được."
STAMP_REVOKED = "Chứng thư số của nơi cấp dấu thời gian đã bị thu hồi."

STRAY_BYTES = "Sau chữ ký có dữ liệu không thuộc phiên bản nào của tệp."
CONTENT_CHANGED = "Sau khi ký, nội dung tệp đã bị thay đổi."
FORM_CHANGED = "Sau khi ký, biểu mẫu trong tệp đã bị thay đổi."
FORM_SETTINGS_CHANGED = "Sau khi ký, cách hiển thị biểu mẫu trong tệp đã bị thay đổi."
DESCRIPTION_CHANGED = "Sau khi ký, phần mô tả tệp (tiêu đề, tác giả) đã bị thay đổi."
SHOWN_CHANGED = "Sau chữ ký cuối cùng, phần nhìn thấy của tệp đã bị thay đổi."
CERTIFICATION_FORBIDS = "Chữ ký chứng thực cấm mọi thay đổi về sau, nhưng tệp đã bị thay đổi."
BLOCK_HIDES = "Khung của một chữ ký sau che nội dung đã ký trước đó."
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
    return "Chuỗi chứng thư số dùng thuật toán ký hoặc băm quá yếu để tin cậy."


def detached(count: int) -> str:
    """Say that signatures were taken out of the form."""
    return f"Trong tệp có {count} chữ ký đã bị gỡ khỏi biểu mẫu hoặc bị thay thế."
