"""What does not work at this moment, what that means, and what still works: told on every page.

The rules (:func:`modes`) are pure; :class:`Watch` looks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import redis

from api.parts import Parts
from digitize.errors import SohoaError
from storage import outbox, signs
from storage.exchange import connectors
from storage.objects import key_of
from storage.outbox import Lane
from storage.signs import Heard

PARTS: tuple[str, ...] = (*(lane.value for lane in Lane), "sweep", "notify", "exchange")
"""The processes that leave signs of life."""

LOOK_EVERY = timedelta(seconds=5)
"""How old what is told may be."""

_ANSWER_WITHIN_S = 0.5
"""How long Redis may take."""

_FIRST_WAIT_S = 1.0
"""How long the very first page waits to know."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Mode:
    """Something that does not work."""

    code: str
    sentence: str
    """Vietnamese: what is away, and what waits for it."""
    works: str
    """Vietnamese: what still works."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found."""

    at: datetime
    heard: Sequence[Heard] | None
    """None: Redis does not answer."""
    timestamps_rest_until: datetime | None
    failing_portals: Collection[str]
    """Names of the portals that take nothing."""
    objects_answer: bool = True

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that nobody has heard of lately; all of them are when Redis is away, which is told apart."""
        if self.heard is None:
            return ()
        alive = {each.part for each in self.heard if each.lives(self.at)}
        return tuple(part for part in PARTS if part not in alive)


_WITHOUT = {
    "read": ("Tiến trình đọc không chạy: bản quét mới chờ đọc.", "Nhận bản quét, ký, xác nhận, đóng dấu vẫn làm được."),
    "seal": ("Tiến trình ký không chạy: lệnh ký, đóng dấu đang chờ.", "Nhận, đọc, xác nhận dữ liệu vẫn làm được."),
    "timestamp": ("Tiến trình lấy dấu thời gian không chạy: chữ ký mới chờ hoàn tất.", "Mọi bước khác vẫn làm được."),
    "deliver": ("Tiến trình công bố không chạy: văn bản đã đóng dấu chờ công bố.", "Mọi bước khác vẫn làm được."),
    "verify": ("Tiến trình kiểm tra không chạy: trang kiểm tra văn bản chưa trả lời.", "Số hóa vẫn làm như thường."),
    "table": ("Tiến trình mở bảng tính không chạy: sổ nạp bằng bảng tính đang chờ.", "Số hóa vẫn làm như thường."),
    "notify": (
        "Tiến trình báo tin không chạy: hệ thống khác nhận tin chậm.",
        "Số hóa vẫn làm như thường; không mất tin.",
    ),
    "exchange": ("Tiến trình đồng bộ không chạy: cổng dịch vụ công nhận tin chậm.", "Số hóa vẫn làm như thường."),
}


def modes(looked: Looked) -> tuple[Mode, ...]:
    """Return what does not work, the gravest first; nothing when all is well."""
    found: list[Mode] = []
    if not looked.objects_answer:
        found.append(
            Mode(
                "objects",
                "Kho tệp không trả lời: chưa nhận được bản quét, chưa mở được tệp.",
                "Danh sách vẫn xem được.",
            )
        )
    missing = looked.missing
    if looked.heard is None:
        found.append(
            Mode(
                "queue", "Hàng đợi (Redis) không trả lời: đọc, ký, đóng dấu, công bố đang chờ.",
                "Vẫn nhận bản quét, xem và xác nhận dữ liệu; không mất việc nào, máy làm tiếp khi hàng đợi trở lại.",
            )
        )  # fmt: skip
    elif set(missing) == set(PARTS) or "sweep" in missing:
        found.append(
            Mode(
                "workers", "Các tiến trình xử lý không chạy: đọc, ký, đóng dấu, công bố đang chờ.",
                "Vẫn nhận bản quét, xem và xác nhận dữ liệu; việc chờ được làm tiếp khi tiến trình chạy lại.",
            )
        )  # fmt: skip
    else:
        found += [Mode(part, *_WITHOUT[part]) for part in missing if part in _WITHOUT]
    rests = looked.timestamps_rest_until
    if rests is not None and rests > looked.at:
        found.append(
            Mode(
                "timestamps", "Máy chủ dấu thời gian không trả lời: chữ ký mới chờ lấy dấu.",
                "Mọi bước khác vẫn làm được; chữ ký tự hoàn tất khi máy chủ trở lại.",
            )
        )  # fmt: skip
    if looked.failing_portals:
        names = ", ".join(sorted(looked.failing_portals))
        found.append(
            Mode("portals", f"Cổng không nhận tin: {names}.", "Số hóa vẫn làm như thường; tin được gửi lại tự động.")
        )
    return tuple(found)


class Watch:
    """Looks now and then, for all pages of a process, in a thread of its own: no page waits for what is away."""

    def __init__(self, parts: Parts) -> None:
        """Keep the parts; nothing is contacted yet."""
        self._parts = parts
        self._lock = threading.Lock()
        self._looked: Looked | None = None
        self._redis = redis.Redis.from_url(
            parts.settings.redis, socket_timeout=_ANSWER_WITHIN_S, socket_connect_timeout=_ANSWER_WITHIN_S
        )

    def __call__(self) -> tuple[Mode, ...]:
        """Return what does not work, as it was found in the last seconds."""
        looked = self.looked()
        return () if looked is None else modes(looked)

    def looked(self) -> Looked | None:
        """Return what was found last, and look again when that is old; None: nothing was found in time."""
        found = self._looked
        if found is not None and abs(self._parts.now() - found.at) < LOOK_EVERY:
            return found
        if self._lock.acquire(blocking=False):
            looking = threading.Thread(target=self._look_again, name="watch", daemon=True)
            looking.start()
            if found is None:
                looking.join(_FIRST_WAIT_S)
        return self._looked

    def _look_again(self) -> None:
        try:
            self._looked = self._look(self._parts.now())
        finally:
            self._lock.release()

    def _look(self, now: datetime) -> Looked:
        silent: tuple[datetime | None, Collection[str]] = (None, ())
        rests, failing = _or(self._registry, silent)
        return Looked(now, self._heard(), rests, failing, _or(self._objects, default=False))

    def _heard(self) -> Sequence[Heard] | None:
        try:
            return signs.heard(self._redis)
        except redis.RedisError:
            return None

    def _registry(self) -> tuple[datetime | None, Collection[str]]:
        with self._parts.storage.database.read() as connection:
            rests = outbox.rests_until(connection, Lane.TIMESTAMP)
            known = connectors.listing(connection)
        return rests, [each.name for each in known if each.active and each.failing_since is not None]

    def _objects(self) -> bool:
        self._parts.storage.objects.exists(key_of(b""))  # whether it is there does not matter, but that it answers
        return True


def _or(ask: Callable[[], Answer], default: Answer) -> Answer:
    try:
        return ask()
    except SohoaError:
        return default
