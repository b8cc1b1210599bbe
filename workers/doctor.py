"""``sohoa doctor``: looks at every part of the service and says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from storage.settings import Settings
from workers import doctor_exchange, doctor_keys, doctor_machine, doctor_parts, doctor_webhooks
from workers.checks import Check, Condition, taken

_REMEDIES = {
    "sandbox": "Chạy lại `./run` để cài đủ thư viện; xem nhật ký của worker-read.",
    "database": "Kiểm tra SOHOA_DATABASE_URL và máy chủ cơ sở dữ liệu; lần đầu hãy chạy `sohoa migrate`.",
    "queue": "Kiểm tra SOHOA_REDIS_URL và tiến trình redis-server.",
    "webhooks": "Kiểm tra SOHOA_WEBHOOK_KEY_FILE và cơ sở dữ liệu.",
    "exchange": "Kiểm tra cơ sở dữ liệu.",
    "object_store": "Kiểm tra máy chủ S3 hoặc thư mục kho tệp: còn chạy, còn chỗ, đúng khóa, đúng quyền ghi.",
}
"""Where an error's own advice is to wait."""


def examine(settings: Settings) -> tuple[Check, ...]:
    """Look at every part, in the order in which a remedy for one may heal the next.

    Every part is really used: an object is put, read and removed, a picture is recognised, a file is opened in the
    sandbox, a timestamp is asked for. Nothing that was found is kept, and nothing raises.
    """
    now = datetime.now(UTC)
    looks = (
        ("python", doctor_machine.python),
        ("settings", partial(doctor_machine.settings, settings)),
        ("tesseract", doctor_machine.tesseract),
        ("fonts", doctor_machine.fonts),
        ("disk", partial(doctor_machine.disk, settings)),
        ("sandbox", partial(doctor_machine.sandbox, settings)),
        ("database", partial(doctor_parts.database, settings)),
        ("search", partial(doctor_parts.search, settings)),
        ("queue", partial(doctor_parts.queue, settings)),
        ("object_store", partial(doctor_parts.object_store, settings)),
        ("clock", partial(doctor_parts.clock, settings)),
        ("keyring", partial(doctor_keys.keyring, settings, now)),
        ("trust", partial(doctor_keys.trust, settings, now)),
        ("timestamps", partial(doctor_keys.timestamps, settings)),
        ("webhooks", partial(doctor_webhooks.webhooks, settings, now)),
        ("exchange", partial(doctor_exchange.exchange, settings, now)),
    )
    return tuple(check for name, look in looks for check in taken(name, look, _REMEDIES.get(name, "")))


def worst(checks: Iterable[Check]) -> Condition:
    """Give the verdict for the whole: failed before warning before ok."""
    verdicts = {check.verdict for check in checks}
    return next((verdict for verdict in (Condition.FAILED, Condition.WARNING) if verdict in verdicts), Condition.OK)
