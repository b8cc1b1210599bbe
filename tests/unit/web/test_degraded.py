"""What does not work is told with what still works, the gravest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.degraded import PARTS, Looked, modes
from api.web.boards.operator import parts_seen
from storage.signs import Heard

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def looked(*, without: tuple[str, ...] = (), redis: bool = True, **more: object) -> Looked:
    heard = [Heard(part, "may-1", NOW - timedelta(seconds=600 if part in without else 5)) for part in PARTS]
    values: dict[str, object] = {"timestamps_rest_until": None, "failing_portals": ()} | more
    return Looked(NOW, heard if redis else None, **values)  # type: ignore[arg-type]


def test_a_service_that_is_whole_has_no_banner() -> None:
    assert modes(looked()) == ()
    assert {each.verdict for each in parts_seen(looked())} == {"ok"}


def test_each_part_that_falls_silent_is_named_with_what_still_works() -> None:
    for part in PARTS:
        found = modes(looked(without=(part,)))
        assert len(found) == 1, part
        assert found[0].sentence
        assert found[0].works
    silent = [each.name for each in parts_seen(looked(without=("read",))) if each.verdict == "failed"]
    assert silent == ["Đọc bản quét"]


def test_redis_away_is_one_mode_and_not_eight() -> None:
    assert [each.code for each in modes(looked(redis=False))] == ["queue"]
    assert [each.code for each in modes(looked(without=PARTS))] == ["workers"]


def test_an_authority_that_rests_and_a_portal_that_fails_stand_beside() -> None:
    found = modes(looked(timestamps_rest_until=NOW + timedelta(seconds=20), failing_portals=["Cổng tỉnh"]))
    assert [each.code for each in found] == ["timestamps", "portals"]
    assert "Cổng tỉnh" in found[1].sentence
    assert modes(looked(timestamps_rest_until=NOW - timedelta(seconds=1))) == ()
