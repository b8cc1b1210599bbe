"""Every error that sohoa raises on purpose.

SohoaError                      code, sentence, remedy; never shown as a traceback
├── DocumentAtFault             the file or the request is wrong: a retry gives the same answer     exit 2
│   ├── EmptyFile               no bytes
│   ├── UnknownType             neither PDF, JPEG, PNG nor TIFF, whatever its name says
│   ├── DamagedFile             begins well and cannot be decoded to the end
│   ├── EncryptedPdf            asks for a password
│   ├── NoPages                 a container without a page
│   ├── TooManyPages            above the limit of pages
│   ├── TooManyPixels           a page above the limit of pixels
│   ├── TooLarge                above the limit of bytes
│   ├── RunawayFile             made the decoder use up its time or memory
│   └── InvalidInput            a field of a request is missing, malformed or contradicts another
├── Refused                     a rule of the house or the law forbids it                           exit 3
│   ├── Forbidden               the lifecycle or the actor's rights do not allow it
│   ├── NotIdentified           name and password, session or token are not (or no longer) good
│   ├── NotFound                there is no such thing, or it lies outside the actor's units
│   ├── Conflict                somebody was faster; look again
│   └── SigningRefused          the key, its certificate or the clock must not sign now
└── WorldAtFault                something around us failed: a retry may succeed                     exit 1
    ├── StoreUnavailable        the object store does not answer or is full
    ├── ObjectMissing           the registry names an object that the store does not have
    ├── ObjectDamaged           the bytes kept under a key are not those that were put
    ├── RegistryUnavailable     the database does not answer
    ├── QueueUnavailable        Redis does not answer
    ├── TimestampUnavailable    no timestamp authority answered
    ├── EngineFailed            the recogniser failed on a good image
    ├── ReaderKilled            the process that read the file was ended, and by no limit of ours
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


class NotFound(Refused):
    """There is no such thing within the actor's units."""

    sentence = "Không tìm thấy."


class Conflict(Refused):
    """Somebody was faster, or the same key was used for another request."""

    sentence = "Dữ liệu vừa được người khác thay đổi."
    remedy = "Hãy tải lại rồi làm tiếp."


class SigningRefused(Refused):
    """The key, its certificate or the clock must not sign now."""

    sentence = "Không thể ký."


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


class EngineFailed(WorldAtFault):
    """The recogniser failed on an image that decodes well."""

    sentence = "Bộ nhận dạng chữ bị lỗi."


class ReaderKilled(WorldAtFault):
    """The process that read the file was ended by somebody else, or crashed; the file may be good."""

    sentence = "Tiến trình đọc bị dừng giữa chừng mà không do giới hạn nào của hệ thống."


class Misconfigured(WorldAtFault):
    """A setting, a program or a font is missing."""

    sentence = "Hệ thống chưa được cấu hình đủ."
    remedy = "Người vận hành hãy chạy `sohoa doctor`."
    retryable = False
