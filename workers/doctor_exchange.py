"""What the doctor looks at among the connectors to portals: secrets, outages, what was given up, what lacks data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from digitize.errors import Misconfigured
from storage.database import Database
from storage.exchange import connectors, measuring, messages
from storage.exchange.messages import MessageState
from storage.settings import Settings
from workers.checks import Check, ok, warning
from workers.exchange.portals import read_secret

LONG = timedelta(hours=1)
"""A portal that took nothing for so long is worth a look."""


def exchange(settings: Settings, now: datetime) -> Iterator[Check]:
    """Read the secrets where they are needed, and name what is not in step."""
    with closing(Database(settings.database)) as opened, opened.read() as connection:
        known = [each for each in connectors.listing(connection) if each.active]
        counted = messages.counts(connection)
        lacking = sum(each.lacking for each in measuring.kept(connection))
    without = []
    for each in known:
        try:
            read_secret(settings, each)
        except Misconfigured:
            without.append(each.name)
    failing = [each.name for each in known if each.failing_since is not None and now - each.failing_since > LONG]
    waiting, dead = (
        sum(n for (_, state), n in counted.items() if state is wanted)
        for wanted in (MessageState.WAITING, MessageState.DEAD)
    )
    told = (
        f"Đồng bộ với cổng dịch vụ công: {len(known)} kết nối, {waiting} tin đang chờ, {dead} tin bị bỏ, "
        f"{lacking} hồ sơ thiếu dữ liệu."
    )
    faults = [
        *(f"chưa đọc được mật khẩu của “{name}”" for name in without),
        *(f"“{name}” không nhận gì hơn một giờ" for name in failing),
    ]
    if dead or faults:
        yield warning(
            "exchange",
            " ".join([told, *(f"{each[0].upper()}{each[1:]}." for each in faults)]),
            "Mật khẩu chỉ máy chạy worker exchange cần đọc. Xem `sohoa exchange status`; khi cổng đã nhận lại, gửi lại "
            "tin bị bỏ bằng `sohoa exchange replay`.",
        )
    else:
        yield ok("exchange", told)
