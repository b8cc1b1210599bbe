"""The bodies of requests and answers about the pages of a document."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.schemas import PRINTABLE, Given, Id, Ordinal, Sent
from api.schemas_uploads import Sha256, UploadId

PageNumber = Annotated[int, Field(ge=1, le=2_000)]


class PageSent(Sent):
    """A page that is to stand here: of this document, of another one of the dossier, or of a new upload."""

    document: Annotated[Id | None, Field(description="Văn bản khác cùng hồ sơ; bỏ trống: văn bản này.")] = None
    capture: Annotated[int | None, Field(ge=1, le=1_000_000, description="Lần chụp; bỏ trống: lần chụp hiện hành.")] = (
        None
    )
    page: Annotated[PageNumber | None, Field(description="Số trang của lần chụp đó; không dùng cho tệp mới.")] = None
    upload: Annotated[UploadId | None, Field(description="Lượt gửi (tus) của tệp mới: mọi trang của nó.")] = None
    sha256: Sha256 | None = None
    turn: Annotated[Literal[0, 90, 180, 270], Field(description="Xoay thêm theo chiều kim đồng hồ, độ.")] = 0


class SplitSent(Sent):
    """Pages that become a document of their own in the same dossier."""

    pages: Annotated[list[PageSent], Field(min_length=1, max_length=2_000)]
    ordinal: Ordinal | None = None
    reason: Annotated[str, Field(max_length=500, pattern=PRINTABLE)] = ""


class AbsorbedSent(Sent):
    """A document whose pages came here and which is withdrawn for it."""

    document: Id
    version: Annotated[int, Field(ge=0, le=1_000_000_000)]


class ArrangementSent(Sent):
    """The pages of a document in their new order."""

    pages: Annotated[list[PageSent], Field(min_length=1, max_length=2_000)]
    split: Annotated[tuple[SplitSent, ...], Field(max_length=50, description="Tách ra thành văn bản mới.")] = ()
    absorbs: Annotated[tuple[AbsorbedSent, ...], Field(max_length=50, description="Gộp vào đây rồi rút.")] = ()


class PageBody(Given):
    """A page of a capture, as it was read."""

    page: int
    scan: str
    """SHA-256 of the scan that it comes from."""
    width: int
    """Pixels of the faithful page, upright."""
    height: int
    picture: str
    """Where its preview is."""


class CaptureBody(Given):
    """A capture of a document; none is ever lost."""

    number: int
    in_force: bool
    made_at: datetime
    pages: list[PageBody]


class PagesBody(Given):
    """All captures of a document, the one in force first."""

    version: int
    can_arrange: bool
    can_undo: bool
    captures: list[CaptureBody]
