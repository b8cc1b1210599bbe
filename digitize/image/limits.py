"""How much a file from outside may ask of the decoders."""

from __future__ import annotations

from dataclasses import dataclass

from digitize.errors import EmptyFile, TooLarge, TooManyPages, TooManyPixels


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, each checked before the decoder sees the data that it guards against."""

    file_bytes: int = 512 * 1024 * 1024
    """Bytes of the received file; 2,000 pages of a colour scan at 200 dpi are about 500 MB."""
    pages: int = 2_000
    """Pages of one file; the thickest dossiers have some hundreds."""
    page_pixels: int = 100_000_000
    """Pixels of one page; A3 at 600 dpi has 70 million."""
    render_dpi: int = 300
    """Dots per inch at which a drawn page is rendered at most: the highest resolution that TT 02/2019/TT-BNV asks of
    a scan of text, and what recognition profits from."""

    def check_bytes(self, count: int) -> None:
        """Refuse a file by its size.

        Raises:
            EmptyFile: it has no bytes.
            TooLarge: it has more than allowed.
        """
        if count == 0:
            raise EmptyFile
        if count > self.file_bytes:
            raise TooLarge(f"tối đa {self.file_bytes // (1024 * 1024)} MB")

    def check_pages(self, count: int) -> None:
        """Refuse a container by its number of pages.

        Raises:
            TooManyPages: it has more than allowed.
        """
        if count > self.pages:
            raise TooManyPages(f"{count} trang, tối đa {self.pages}")

    def check_pixels(self, number: int, width: int, height: int) -> None:
        """Refuse a page by the size of its picture.

        Args:
            number: 1-based page.
            width: pixels.
            height: pixels.

        Raises:
            TooManyPixels: the picture is larger than allowed.
        """
        if width * height > self.page_pixels:
            limit = self.page_pixels // 1_000_000
            raise TooManyPixels(f"trang {number} có {width} × {height} điểm ảnh, tối đa {limit} triệu")
