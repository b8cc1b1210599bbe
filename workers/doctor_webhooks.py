"""What the doctor looks at among the messages to other systems: the key, and who is not reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from storage.database import Database
from storage.settings import Settings
from storage.webhooks import endpoints, messages
from storage.webhooks.keys import open_keys
from storage.webhooks.messages import MessageState
from workers.checks import Check, ok, warning

LONG = timedelta(hours=1)
"""An endpoint that took nothing for so long is worth a look."""


def webhooks(settings: Settings, now: datetime) -> Iterator[Check]:
    """Read the key where one is needed, and name what is not reached."""
    with closing(Database(settings.database)) as opened, opened.read() as connection:
        known = endpoints.listing(connection)
        counted = messages.counts(connection)
    if known:
        open_keys(settings)
    off = sum(not each.active for each in known)
    failing = sum(each.failing_since is not None and now - each.failing_since > LONG for each in known if each.active)
    dead, waiting = counted[MessageState.DEAD], counted[MessageState.WAITING]
    told = f"Tin báo cho hệ thống khác: {len(known)} điểm nhận, {waiting} tin đang chờ, {dead} tin bị bỏ."
    if dead or off or failing:
        yield warning(
            "webhooks",
            f"{told} {off} điểm nhận bị tắt, {failing} điểm nhận lỗi hơn một giờ.",
            "Xem `sohoa webhooks list` và `sohoa webhooks dead`; khi nơi nhận đã sửa, gửi lại bằng "
            "`sohoa webhooks replay`.",
        )
    else:
        yield ok("webhooks", told)
