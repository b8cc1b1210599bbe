"""Every error that sohoa raises on purpose.

SohoaError                      code, sentence, remedy; never shown as a traceback
├── DocumentAtFault             the file or the request is wrong: a retry gives the same answer     exit 2
│   ├── EmptyFile               no bytes
│   ├── UnknownType             neither PDF, JPEG, PNG nor TIFF, whatever its name says
│   │   ├── NotPdf              no PDF where only a PDF will do
│   │   └── NotATable           neither CSV, XLSX nor NDJSON where rows are wanted
│   ├── DamagedFile             begins well and cannot be decoded to the end
│   ├── EncryptedPdf            asks for a password
│   ├── NoPages                 a container without a page
│   ├── TooManyPages            above the limit of pages
│   ├── TooManyPixels           a page above the limit of pixels
│   ├── TooLarge                above the limit of bytes
│   ├── RunawayFile             made the decoder use up its time or memory
│   └── InvalidInput            a field of a request is missing, malformed or contradicts another
│       └── AddressRefused      an address of a webhook leads where the service must not go
├── Refused                     a rule of the house or the law forbids it                           exit 3
│   ├── Forbidden               the lifecycle or the actor's rights do not allow it
│   ├── NotIdentified           name and password, session or token are not (or no longer) good
│   │   └── WrongFact           what was told of a copy does not agree with it, or guessing has closed it
│   │       └── WrongOwner      what an owner told of themselves does not belong together, or guessing has closed it
│   ├── TooOften                asked more often than one may
│   ├── NotFound                there is no such thing, or it lies outside the actor's units
│   ├── Conflict                somebody was faster; look again
│   ├── NotFromOriginal         a file that cannot stand for the paper original of a certified copy
│   │   ├── CapturedByAnother   the certifier did not capture it at the desk
│   │   ├── OutsideTheVisit     it was captured before or after the visit
│   │   ├── AlreadyDigitised    it is a scan or a result that exists already
│   │   └── AlreadyElectronic   it is a born-digital or signed file
│   ├── MustNotBeScanned        a rule forbids to scan this paper, and nobody said why it is done all the same
│   ├── ServerRefused           our own server does not take what a program at a clerk's machine asks
│   └── SigningRefused          the key, its certificate or the clock must not sign now
│       └── SignatureTooLarge   the finished signature does not fit into the place kept for it
└── WorldAtFault                something around us failed: a retry may succeed                     exit 1
    ├── StoreUnavailable        the object store does not answer or is full
    ├── ObjectMissing           the registry names an object that the store does not have
    ├── ObjectDamaged           the bytes kept under a key are not those that were put
    ├── RegistryUnavailable     the database does not answer
    ├── QueueUnavailable        Redis does not answer
    ├── TimestampUnavailable    no timestamp authority answered
    ├── RevocationUnavailable   a certificate authority does not say whether it revoked a certificate
    ├── IdentityUnavailable     the identity provider of people does not answer
    ├── MailUnavailable         the mail server does not take a message now
    ├── KeyUnavailable          the token, HSM or service that holds a signing key does not answer or is busy
    ├── EngineFailed            the recogniser failed on a good image
    ├── ReaderKilled            the process that read the file was ended, and by no limit of ours
    ├── NotTaken                the endpoint of another system did not take a message
    ├── ServerUnavailable       our own server does not answer a program at a clerk's machine
    ├── NotVerified             nobody came to judge a file in time
    ├── NotConverted            nobody came to open a spreadsheet in time
    └── Misconfigured           a setting, a program or a font is missing

Impossible                      a bug in sohoa itself; not part of the tree, never caught on purpose

The class name is the name in the API (``snake_case`` in ``code``). Sentences are Vietnamese; the English wording
stands in the docstring of each class.
"""

from __future__ import annotations

import re
from typing import ClassVar


class Impossible(AssertionError):
    """A state that the code above should have excluded: a bug, not a user's mistake."""


class SohoaError(Exception):
    """Something that has a name, a sentence for a person and a remedy."""

    sentence: ClassVar[str] = "Có lỗi xảy ra."
    remedy: ClassVar[str] = ""
    retryable: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1

    def __init__(self, detail: str = "", *, remedy: str | None = None) -> None:
        """Keep the particulars of this case.

        Args:
            detail: a Vietnamese half-sentence on this very case; must hold no personal data.
            remedy: what to do now, when it differs from the class's own advice.
        """
        self.detail = detail
        self.advice = self.remedy if remedy is None else remedy
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What is wrong, the particulars, and what to do: one or two Vietnamese sentences."""
        head = self.sentence.rstrip(".")
        told = f"{head}: {self.detail.rstrip('.')}." if self.detail else f"{head}."
        return f"{told} {self.advice}".strip()

    @classmethod
    def code(cls) -> str:
        """The stable name: ``UnknownType`` is ``unknown_type``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class DocumentAtFault(SohoaError):
    """The file or the request is wrong."""

    sentence = "Tệp hoặc yêu cầu không dùng được."
    exit_code = 2


class EmptyFile(DocumentAtFault):
    """The file has no bytes."""

    sentence = "Tệp rỗng (0 byte)."
    remedy = "Hãy quét lại và gửi tệp mới."


class UnknownType(DocumentAtFault):
    """The content is neither PDF, JPEG, PNG nor TIFF."""

    sentence = "Nội dung tệp không phải PDF, JPEG, PNG hay TIFF."
    remedy = "Hãy gửi bản quét ở một trong bốn định dạng đó; đổi tên tệp không có tác dụng."


class NotPdf(UnknownType):
    """The content is no PDF, and nothing else carries a signature that can be verified."""

    sentence = "Nội dung tệp không phải PDF."
    remedy = "Chỉ tệp PDF mang chữ ký số kiểm tra được; đổi tên tệp không có tác dụng."


class NotATable(UnknownType):
    """The content is neither CSV, XLSX nor NDJSON, and holds no rows."""

    sentence = "Nội dung tệp không phải CSV, XLSX hay NDJSON."
    remedy = "Hãy lưu lại bảng dạng CSV UTF-8 hoặc .xlsx; đổi tên tệp không có tác dụng."


class DamagedFile(DocumentAtFault):
    """The file is truncated or damaged."""

    sentence = "Tệp bị cắt cụt hoặc hỏng, không đọc được trọn vẹn."
    remedy = "Hãy quét lại hoặc gửi lại tệp gốc."


class EncryptedPdf(DocumentAtFault):
    """The PDF asks for a password."""

    sentence = "PDF được bảo vệ bằng mật khẩu."
    remedy = "Hãy gửi bản không đặt mật khẩu."


class NoPages(DocumentAtFault):
    """The file holds no page."""

    sentence = "Tệp không có trang nào."
    remedy = "Hãy quét lại."


class TooManyPages(DocumentAtFault):
    """The file has more pages than allowed."""

    sentence = "Tệp có quá nhiều trang."
    remedy = "Hãy tách thành nhiều tệp nhỏ hơn."


class TooManyPixels(DocumentAtFault):
    """A page has more pixels than allowed."""

    sentence = "Trang quá lớn."
    remedy = "Hãy quét lại ở 200-300 dpi, khổ giấy thật."


class TooLarge(DocumentAtFault):
    """The file has more bytes than allowed."""

    sentence = "Tệp quá lớn."
    remedy = "Hãy quét lại ở 200-300 dpi hoặc tách thành nhiều tệp."


class RunawayFile(DocumentAtFault):
    """The file used up the time or memory that decoding may take."""

    sentence = "Tệp làm bộ giải mã chạy quá giới hạn thời gian hoặc bộ nhớ."
    remedy = "Hãy quét lại và gửi tệp mới; nếu vẫn vậy, báo người vận hành."


class InvalidInput(DocumentAtFault):
    """A value of the request is missing, malformed or contradicts another."""

    sentence = "Dữ liệu gửi lên chưa đúng."


class AddressRefused(InvalidInput):
    """The address of a webhook is malformed, or leads where the service must not go."""

    sentence = "Địa chỉ nhận tin không dùng được."
    remedy = "Hãy dùng địa chỉ https của một máy chủ công khai, hoặc báo người vận hành (SOHOA_WEBHOOK_NETWORKS)."


class Refused(SohoaError):
    """A rule forbids it."""

    sentence = "Không được phép."
    exit_code = 3


class Forbidden(Refused):
    """The lifecycle or the actor's rights do not allow it."""

    sentence = "Thao tác này không được phép."


class NotIdentified(Refused):
    """Name and password, session or token are not (or no longer) good.

    A transaction that ends with it is committed, because a failed attempt must be counted: ``storage.database``.
    """

    sentence = "Tên đăng nhập hoặc mật khẩu không đúng, phiên đã hết, hoặc tài khoản đang tạm khóa."
    remedy = "Hãy đăng nhập lại; sau nhiều lần sai, hãy đợi 15 phút."


class WrongFact(NotIdentified):
    """What somebody told of a copy does not agree with it, or wrong answers have closed it for a while."""

    sentence = (
        "Thông tin đối chiếu không khớp với bản sao, hoặc việc tra cứu bản sao này đang tạm khóa vì sai nhiều lần."
    )
    remedy = "Hãy xem lại số, ngày ghi trên bản sao; sau nhiều lần sai, hãy đợi rồi thử lại."


class WrongOwner(WrongFact):
    """What somebody told of themselves as an owner does not belong together, or wrong answers closed the list."""

    sentence = (
        "Số định danh, mã kết quả và thông tin trên giấy không khớp nhau, hoặc việc xem đang tạm khóa vì sai nhiều lần."
    )
    remedy = "Hãy xem lại mã kết quả và số (hoặc ngày cấp) ghi trên giấy; sau nhiều lần sai, hãy đợi rồi thử lại."


class TooOften(Refused):
    """The same caller asked more often than one may."""

    sentence = "Yêu cầu quá nhiều lần trong thời gian ngắn."
    remedy = "Hãy đợi ít phút rồi thử lại."

    def __init__(self, detail: str = "", *, remedy: str | None = None, wait_s: int = 60) -> None:
        """Keep after how many seconds asking again may help."""
        super().__init__(detail, remedy=remedy)
        self.wait_s = wait_s


class NotFound(Refused):
    """There is no such thing within the actor's units."""

    sentence = "Không tìm thấy."


class Conflict(Refused):
    """Somebody was faster, or the same key was used for another request."""

    sentence = "Dữ liệu vừa được người khác thay đổi."
    remedy = "Hãy tải lại rồi làm tiếp."


class NotFromOriginal(Refused):
    """A file cannot stand for the paper original of a certified copy (NĐ 45/2020/NĐ-CP Art 3(9), Art 10(3))."""

    sentence = "Tệp này không thay được bản chính giấy trong phiên chứng thực."


class CapturedByAnother(NotFromOriginal):
    """The certifier did not capture it at the desk: it was uploaded, or made by somebody else."""

    sentence = (
        "Bản chụp phải do chính người thực hiện chứng thực chụp từ bản chính tại bàn làm việc, không nhận tệp tải lên "
        "(Điều 10 khoản 3 Nghị định 45/2020/NĐ-CP)."
    )
    remedy = "Hãy yêu cầu xuất trình bản chính giấy rồi chụp ngay trong phiên."


class OutsideTheVisit(NotFromOriginal):
    """It was captured before the visit began or after it ended."""

    sentence = (
        "Bản chụp không được tạo trong phiên chứng thực này "
        "(Điều 3 khoản 9 và Điều 10 khoản 3 Nghị định 45/2020/NĐ-CP)."
    )
    remedy = "Hãy chụp lại bản chính giấy ngay trong phiên."


class AlreadyDigitised(NotFromOriginal):
    """The very bytes, or the result they show, were digitised before."""

    sentence = (
        "Tệp trùng với bản chụp hoặc kết quả số hóa đã có; chỉ được chứng thực từ bản chính dạng văn bản giấy "
        "(Điều 3 khoản 9 Nghị định 45/2020/NĐ-CP)."
    )
    remedy = "Hãy chụp lại bản chính giấy ngay trong phiên."


class AlreadyElectronic(NotFromOriginal):
    """It is a born-digital or signed file, not a picture of a paper."""

    sentence = (
        "Tệp là văn bản điện tử hoặc đã có chữ ký số, không phải bản chụp từ bản chính dạng văn bản giấy "
        "(Điều 3 khoản 9 Nghị định 45/2020/NĐ-CP)."
    )
    remedy = "Văn bản điện tử đã ký số được dùng trực tiếp, không cần chứng thực bản sao."


class MustNotBeScanned(Refused):
    """A rule of scanning forbids it; the detail is the reason with its article."""

    sentence = "Giấy này không được số hóa."
    remedy = "Nếu vẫn phải quét, hãy gửi kèm lý do; lý do được ghi vào lịch sử hồ sơ."


class ServerRefused(Refused):
    """The server did not take what a program at a clerk's machine asked; the detail is its own sentence."""

    sentence = "Máy chủ không nhận."


class SigningRefused(Refused):
    """The key, its certificate or the clock must not sign now."""

    sentence = "Không thể ký."


class SignatureTooLarge(SigningRefused):
    """The finished signature does not fit into the place kept for it; signing again with more room helps once."""

    def __init__(self, needed_bytes: int, room_bytes: int) -> None:
        """Keep both sizes, in bytes of DER."""
        super().__init__(f"chữ ký dài {needed_bytes} byte, vượt chỗ dành sẵn {room_bytes} byte")
        self.needed_bytes = needed_bytes


class WorldAtFault(SohoaError):
    """Something around us failed; a retry may succeed."""

    sentence = "Một thành phần của hệ thống chưa sẵn sàng."
    remedy = "Hệ thống sẽ tự thử lại; không cần gửi lại."
    retryable = True
    exit_code = 1


class StoreUnavailable(WorldAtFault):
    """The object store does not answer or is full."""

    sentence = "Kho tệp không trả lời hoặc đã đầy."


class ObjectMissing(WorldAtFault):
    """The registry names an object that the store does not have."""

    sentence = "Kho tệp thiếu một tệp lẽ ra phải có."
    remedy = "Người vận hành hãy chạy `sohoa fixity` rồi lấy lại tệp từ bản sao lưu; hệ thống sẽ tự làm tiếp."


class ObjectDamaged(WorldAtFault):
    """The bytes kept under a key are not those that were put."""

    sentence = "Tệp trong kho đã bị thay đổi so với lúc cất."
    remedy = "Người vận hành hãy chạy `sohoa fixity` rồi lấy lại tệp từ bản sao lưu; hệ thống sẽ tự làm tiếp."


class RegistryUnavailable(WorldAtFault):
    """The database does not answer."""

    sentence = "Cơ sở dữ liệu không trả lời."


class QueueUnavailable(WorldAtFault):
    """Redis does not answer."""

    sentence = "Hàng đợi không trả lời."


class TimestampUnavailable(WorldAtFault):
    """No timestamp authority answered."""

    sentence = "Máy chủ cấp dấu thời gian không trả lời."


class KeyUnavailable(WorldAtFault):
    """The token, HSM or remote service that holds a signing key does not answer, or is busy for too long."""

    sentence = "Thiết bị hoặc dịch vụ giữ khóa ký không trả lời hoặc đang bận."


class IdentityUnavailable(WorldAtFault):
    """The identity provider of people does not answer, or what it says of itself cannot be read."""

    sentence = "Nhà cung cấp định danh không trả lời."
    remedy = "Hãy thử lại sau ít phút, hoặc báo người vận hành (SOHOA_OIDC_ISSUER)."


class MailUnavailable(WorldAtFault):
    """The mail server does not take a message now."""

    sentence = "Máy chủ thư điện tử không nhận thư lúc này."


class RevocationUnavailable(WorldAtFault):
    """A certificate authority does not say whether it revoked a certificate."""

    sentence = "Nơi cấp chứng thư số không trả lời về tình trạng thu hồi."


class EngineFailed(WorldAtFault):
    """The recogniser failed on an image that decodes well."""

    sentence = "Bộ nhận dạng chữ bị lỗi."


class ReaderKilled(WorldAtFault):
    """The process that read the file was ended by somebody else, or crashed; the file may be good."""

    sentence = "Tiến trình đọc bị dừng giữa chừng mà không do giới hạn nào của hệ thống."


class NotTaken(WorldAtFault):
    """The endpoint of another system did not take a message."""

    sentence = "Hệ thống nhận tin không nhận."


class ServerUnavailable(WorldAtFault):
    """The server does not answer a program at a clerk's machine."""

    sentence = "Máy chủ số hóa không trả lời."
    remedy = "Hãy kiểm tra địa chỉ và đường mạng rồi chạy lại."


class NotVerified(WorldAtFault):
    """Nobody came to judge a file in time."""

    sentence = "Hệ thống chưa kiểm tra được tệp trong thời hạn."
    remedy = "Hãy gửi lại tệp sau ít phút."


class NotConverted(WorldAtFault):
    """Nobody came to open a spreadsheet within the time in which it waits."""

    sentence = "Hệ thống chưa mở được bảng tính trong thời hạn."
    remedy = "Hãy gửi lại bảng; nếu vẫn vậy, báo người vận hành."


class Misconfigured(WorldAtFault):
    """A setting, a program or a font is missing."""

    sentence = "Hệ thống chưa được cấu hình đủ."
    remedy = "Người vận hành hãy chạy `sohoa doctor`."
    retryable = False


def error_named(code: str) -> type[SohoaError] | None:
    """Return the error of a stable name; None when the tree has no such name."""
    waiting: list[type[SohoaError]] = [SohoaError]
    while waiting:
        kind = waiting.pop()
        if kind.code() == code:
            return kind
        waiting.extend(kind.__subclasses__())
    return None
