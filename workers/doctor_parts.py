"""What the doctor looks at among the parts that keep something: database, queue, object store, and their clocks."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime

import redis
import sqlalchemy as sa

from digitize.errors import QueueUnavailable
from storage.connect import open_objects
from storage.database import Database
from storage.migrate import is_current
from storage.objects import ObjectStore
from storage.objects_s3 import S3Store
from storage.search import rebuilding
from storage.settings import Settings
from storage.tables import results
from workers.checks import Check, failed, ok, warning

_EMBEDDED_RESULTS = 100_000
_EMBEDDED_WARNING = 80_000
_CLOCK_TOLERANCE_S = 5.0


def database(settings: Settings) -> Iterator[Check]:
    """Connect, compare the schema, and keep an eye on how much the embedded database holds."""
    with closing(Database(settings.database)) as opened:
        if not is_current(opened):
            yield failed("database", "Cơ sở dữ liệu chưa ở phiên bản mà chương trình cần.", "Hãy chạy `sohoa migrate`.")
            return
        with opened.read() as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(results)).scalar_one()
    engine = "SQLite" if opened.is_sqlite else "PostgreSQL"
    told = f"{engine} trả lời, cấu trúc đúng phiên bản, {count} kết quả."
    if opened.is_sqlite and count > _EMBEDDED_WARNING:
        yield warning("database", told, f"SQLite dùng tốt tới {_EMBEDDED_RESULTS} kết quả: hãy chuyển sang PostgreSQL.")
    else:
        yield ok("database", told)


def search(settings: Settings) -> Iterator[Check]:
    """Say how the search works on this database, and whether its index is whole."""
    with closing(Database(settings.database)) as opened:
        if not is_current(opened):
            return
        with opened.read() as connection:
            cut_off = rebuilding.unfinished(connection)
    if cut_off:
        yield warning(
            "search", "Chỉ mục tìm kiếm đang được lập lại, hoặc việc lập lại bị dừng giữa chừng: tìm có thể thiếu.",
            "Hãy chạy tiếp `sohoa search rebuild`.",
        )  # fmt: skip
        return
    told = "Chỉ mục tìm kiếm sẵn sàng; SQLite và PostgreSQL cho cùng kết quả, cùng thứ tự"
    embedded = f"; đang dùng SQLite, nhanh tới {_EMBEDDED_RESULTS} kết quả" if opened.is_sqlite else ""
    yield ok("search", f"{told}{embedded}.")


def queue(settings: Settings) -> Iterator[Check]:
    """Ask Redis for a PONG, and whether it may throw hints away."""
    try:
        with redis.Redis.from_url(settings.redis, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
            told = _redis_settings(client)
    except redis.RedisError as error:
        raise QueueUnavailable(type(error).__name__) from error
    if told is None:
        yield warning(
            "queue", "Redis trả lời nhưng không cho xem cấu hình.", "Hãy tự kiểm tra appendonly và maxmemory-policy."
        )
        return
    faults = []
    if told.get("appendonly") != "yes":
        faults.append("không ghi nhật ký (appendonly no)")
    if told.get("maxmemory") != "0" and told.get("maxmemory-policy") != "noeviction":
        faults.append("có thể tự xóa việc khi thiếu bộ nhớ")
    if faults:
        yield warning(
            "queue",
            f"Redis trả lời nhưng {' và '.join(faults)}.",
            "Không mất hồ sơ nào (việc được nhắc lại từ cơ sở dữ liệu), nhưng nên đặt appendonly yes và noeviction.",
        )
    else:
        yield ok("queue", "Redis trả lời, có ghi nhật ký và không tự xóa việc.")


def _redis_settings(client: redis.Redis) -> Mapping[str, str] | None:
    try:
        told = [client.config_get(name) for name in ("appendonly", "maxmemory", "maxmemory-policy")]
    except redis.ResponseError:
        return None
    return {_text(name): _text(value) for answer in told for name, value in answer.items()}


def _text(value: str | bytes | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""


def object_store(settings: Settings) -> Iterator[Check]:
    """Put an object, read it back with its hash, remove it; look whether locks can be held that are asked for."""
    objects = open_objects(settings)
    started = time.perf_counter()
    key = objects.put(b"sohoa doctor " + secrets.token_bytes(16))
    try:
        objects.get(key)
    finally:
        objects.remove(key)
    told = f"Kho tệp ghi, đọc, so mã băm và xóa được trong {(time.perf_counter() - started) * 1000:.0f} ms."
    if settings.s3_lock_days > 0 and not _locks(objects):
        yield warning(
            "object_store",
            f"{told} Nhưng bucket không có object lock, nên SOHOA_S3_LOCK_DAYS không có tác dụng.",
            "Hãy tạo bucket mới có object lock, hoặc đặt SOHOA_S3_LOCK_DAYS=0.",
        )
    else:
        yield ok("object_store", told)


def _locks(objects: ObjectStore) -> bool:
    return isinstance(objects, S3Store) and objects.has_locks()


def clock(settings: Settings) -> Iterator[Check]:
    """Compare this machine's clock with those of the database and of Redis, where they answer."""
    apart = {name: seconds for name, seconds in _differences(settings).items() if abs(seconds) > _CLOCK_TOLERANCE_S}
    if apart:
        told = ", ".join(f"{name} {seconds:+.0f} giây" for name, seconds in apart.items())
        yield failed(
            "clock", f"Đồng hồ các máy lệch nhau: {told}.", "Hãy đồng bộ thời gian (chrony hoặc systemd-timesyncd)."
        )
    else:
        yield ok("clock", f"Đồng hồ khớp với các thành phần khác ({datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC).")


def _differences(settings: Settings) -> dict[str, float]:
    """Give by how many seconds the others are ahead; who does not answer is told elsewhere."""
    found: dict[str, float] = {}
    with closing(Database(settings.database)) as opened:
        if not opened.is_sqlite:
            with opened.read() as connection:
                theirs: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
                found["cơ sở dữ liệu"] = (theirs - datetime.now(UTC)).total_seconds()
    try:
        with redis.Redis.from_url(settings.redis, socket_timeout=5, socket_connect_timeout=5) as client:
            seconds, microseconds = client.time()
            found["Redis"] = seconds + microseconds / 1e6 - time.time()
    except redis.RedisError:
        pass
    return found
