"""What the doctor looks at on the machine itself: programs, fonts, disk, sandbox."""

from __future__ import annotations

import platform
import shutil
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path

from digitize.errors import DocumentAtFault
from storage.settings import Settings
from workers.checks import Check, failed, ok, warning

_OLDEST_PYTHON = (3, 11)
_LOW_BYTES = 5 * 1024**3
_FULL_BYTES = 512 * 1024**2


def python() -> Iterator[Check]:
    """Look at the interpreter."""
    told = f"Python {platform.python_version()}, sohoa {version('sohoa')}."
    if sys.version_info < _OLDEST_PYTHON:
        yield failed("python", told, "Hãy cài Python 3.11 trở lên.")
    else:
        yield ok("python", told)


def settings(settings: Settings) -> Iterator[Check]:
    """Look for settings that are safe on one's own machine only."""
    if not settings.secure_cookies and not _is_loopback(settings.api_host):
        yield warning(
            "settings",
            "Cookie phiên làm việc được gửi cả khi không có TLS, mà API lại mở ra ngoài máy này.",
            "Hãy bật SOHOA_SECURE_COOKIES và đặt API sau một proxy có TLS.",
        )
    elif (
        settings.objects == "s3"
        and not settings.s3_secure
        and not _is_loopback((settings.s3_endpoint or "").split(":")[0])
    ):
        yield warning(
            "settings",
            "Tệp đi tới máy chủ S3 không qua TLS.",
            "Hãy bật SOHOA_S3_SECURE, trừ khi mạng giữa hai máy là riêng.",
        )
    else:
        yield ok("settings", "Cấu hình đọc được và không có giá trị nguy hiểm.")


def tesseract() -> Iterator[Check]:
    """Recognise a blank picture with the Vietnamese model, and look for the model of orientation."""
    import numpy as np

    from digitize.text.engine import default_engine, tessdata_folder

    folder = tessdata_folder()
    engine = default_engine()
    engine.recognise(np.full((200, 400), 255, dtype=np.uint8), 300)
    if not (folder / "osd.traineddata").is_file():
        yield warning(
            "tesseract",
            f"Có mô hình tiếng Việt ({engine.name}) nhưng thiếu mô hình hướng trang (osd).",
            "Hãy cài gói tesseract-ocr-osd.",
        )
    else:
        yield ok("tesseract", f"Nhận dạng được bằng {engine.name}, mô hình vie và osd trong {folder}.")


def fonts() -> Iterator[Check]:
    """Set a line in the face of the signature blocks."""
    from digitize.sign.lettering import face_for

    face = face_for("Số hóa kết quả giải quyết thủ tục hành chính, ễ Ỡ ặ")
    yield ok("fonts", f"Phông chữ của khối chữ ký có đủ chữ tiếng Việt ({face.name.split('+')[-1]}).")


def disk(settings: Settings) -> Iterator[Check]:
    """Look at the free space where data and temporary files lie."""
    places = {"dữ liệu": settings.data, "tệp tạm": Path("/tmp")}  # noqa: S108  # only its free space is asked for
    if settings.objects == "folder":
        places["kho tệp"] = settings.object_folder
    for name, place in places.items():
        free = shutil.disk_usage(_existing(place)).free
        told = f"Nơi chứa {name} còn trống {free / 1024**3:.1f} GiB."
        if free < _FULL_BYTES:
            yield failed("disk", told, "Đĩa gần đầy: hãy thêm dung lượng trước khi nhận thêm tệp.")
        elif free < _LOW_BYTES:
            yield warning("disk", told, "Hãy thêm dung lượng trong vài ngày tới.")
        else:
            yield ok("disk", told)


def sandbox(settings: Settings) -> Iterator[Check]:
    """Open a file that is none in the room for untrusted files, and ask the kernel what it cannot wall off."""
    from digitize.confined.frames import Allowance, Setup
    from digitize.confined.walls import confinement_gaps
    from digitize.image.limits import Limits
    from workers.compose import utc_now
    from workers.sandbox import TASKS, Sandbox

    allowance = Allowance(page_seconds=settings.read_wall_s, memory_bytes=settings.read_memory_bytes)
    started = time.perf_counter()
    with Sandbox(Limits(file_bytes=settings.upload_max_bytes), Setup(TASKS, allowance=allowance)) as room:
        try:
            room.verify(b"no document", utc_now())
        except DocumentAtFault:
            seconds = time.perf_counter() - started
        else:
            yield failed("sandbox", "Phòng mở tệp lạ nhận một tệp không phải văn bản.", "Hãy báo người phát triển.")
            return
    for gap in confinement_gaps():
        yield warning("sandbox", f"{gap[0].upper()}{gap[1:]}.", "Hãy dùng nhân Linux 5.13 trở lên có bật Landlock.")
    if not confinement_gaps():
        yield ok("sandbox", f"Tệp lạ được mở trong tiến trình con bị giới hạn ({seconds:.1f} giây để sẵn sàng).")


def _existing(place: Path) -> Path:
    """Give the place, or the nearest folder above it that exists."""
    place = place.absolute()
    return next(folder for folder in (place, *place.parents) if folder.exists())


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
