"""The command that estimates what an archive will take."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from digitize.backfill import (
    FEW,
    Estimate,
    Means,
    Measured,
    Range,
    Window,
    assumption,
    assumptions,
    estimate,
    parse_window,
)
from digitize.errors import InvalidInput
from storage.connect import open_storage
from storage.registry import EVERYTHING
from storage.settings import load_settings
from workers import takeover
from workers.backfill.sampling import Archive, Scale, draw, of_folder, of_manifest
from workers.cli.answer import print_json
from workers.cli.taking_over import JSON, SOURCE, UNIT

WINDOW = click.option("--window", help="Chỉ đưa vào trong khung giờ này (giờ Việt Nam), ví dụ 19:00-06:00.")


@click.command(help="Đọc thử một mẫu rồi ước tính cả kho: giờ máy, dung lượng, giờ người, dấu thời gian.")
@click.argument("path", type=click.Path(path_type=Path), metavar="THƯ_MỤC|BẢNG_KÊ")
@click.option("--sample", type=click.IntRange(1), default=50, show_default=True, help="Số tệp lấy mẫu.")
@click.option("--seed", type=int, default=1, show_default=True, help="Cùng số thì lấy cùng một mẫu.")
@click.option("--readers", type=click.IntRange(1), default=2, show_default=True, help="Số worker read sẽ chạy.")
@click.option("--clerks", type=click.IntRange(1), default=1, show_default=True, help="Số cán bộ kiểm tra.")
@click.option("--tsa-at-once", type=click.IntRange(1, 16), default=4, show_default=True,
              help="Số dấu thời gian xin cùng lúc.")  # fmt: skip
@click.option("--tsa-latency", type=click.FloatRange(0), help="Số giây chờ một dấu thời gian; mặc định: giả định.")
@WINDOW
@UNIT
@SOURCE
@JSON
def plan(
    path: Path,
    sample: int,
    seed: int,
    readers: int,
    clerks: int,
    tsa_at_once: int,
    tsa_latency: float | None,
    window: str | None,
    unit: str | None,
    source: str | None,
    as_json: bool,
) -> None:
    """Estimate an archive by a sample that is read for real."""
    hours = parse_window(window).hours if window else 24.0
    latency = assumption("timestamp_seconds") if tsa_latency is None else tsa_latency
    archive, bad_rows = _archive(path, unit, source)
    if not archive.files:
        raise InvalidInput(f"không có tệp nào trong {path}")
    measured = _measure(archive, sample, seed, silent=as_json)
    found = estimate(
        list(measured.values()), len(archive.files), archive.bytes, Means(readers, clerks, tsa_at_once, latency, hours)
    )
    if as_json:
        print_json(_estimate_json(found, archive, bad_rows, measured, latency_assumed=tsa_latency is None))
    else:
        _print_estimate(found, archive, bad_rows, readers=readers, clerks=clerks, window=window)


def _archive(path: Path, unit: str | None, source: str | None) -> tuple[Archive, int]:
    """Find the files; with a manifest, also count its bad rows."""
    if not path.exists():
        raise InvalidInput(f"không có {path}", remedy="Hãy ghi một thư mục hoặc một bảng kê.")
    if path.is_dir():
        return of_folder(path), 0
    storage = open_storage(load_settings())
    manifest = takeover.open_manifest(path, storage, EVERYTHING, source=source or "không rõ", unit=unit)
    return of_manifest(manifest), len({fault.row for fault in manifest.faults})


def _measure(archive: Archive, count: int, seed: int, *, silent: bool) -> dict[str, Measured]:
    from workers.sandbox import Sandbox

    drawn = draw(archive, count, seed)
    measured: dict[str, Measured] = {}
    with Sandbox() as sandbox:
        scale = Scale(sandbox)
        for number, file in enumerate(drawn, start=1):
            measured[file] = scale.measure(archive.root, file)
            if not silent:
                click.echo(f"\rđọc mẫu {number}/{len(drawn)}", nl=number == len(drawn), err=True)
    return measured


def _estimate_json(
    found: Estimate, archive: Archive, bad_rows: int, measured: dict[str, Measured], *, latency_assumed: bool
) -> dict[str, Any]:
    told = {
        name: _range_json(value) if isinstance(value, Range) else value
        for name, value in ((name, getattr(found, name)) for name in Estimate.__dataclass_fields__)
    }
    return told | {
        "missing_files": archive.missing, "bad_rows": bad_rows,
        "assumptions": [
            dict(one) for one in assumptions() if one["name"] != "timestamp_seconds" or latency_assumed
        ],
        "sample": [{"file": file} | asdict(one) for file, one in measured.items()],
    }  # fmt: skip


def _range_json(value: Range) -> dict[str, float | None]:
    return {"expected": value.expected, "least": value.least, "most": value.most if math.isfinite(value.most) else None}


def _print_estimate(
    found: Estimate, archive: Archive, bad_rows: int, *, readers: int, clerks: int, window: str | None
) -> None:
    click.echo(f"{found.files} tệp, {_size(found.source_bytes)}; đã đọc thử {found.sampled} tệp.")
    if archive.missing or bad_rows:
        click.echo(f"Không tính: {archive.missing} tệp không có, {bad_rows} dòng hỏng của bảng kê.")
    for told, value, form in (
        ("trang", found.pages, _count),
        (f"giờ máy, {readers} worker đọc", found.machine_hours, _hours),
        (f"ngày, {_open(parse_window(window) if window else None)}", found.nights, _hours),
        ("dung lượng lưu trữ", found.stored_bytes, _size),
        ("giờ cán bộ (giả định)", found.clerk_hours, _hours),
        (f"ngày làm việc của {clerks} cán bộ (giả định)", found.clerk_days, _hours),
        ("dấu thời gian", found.timestamps, _count),
        ("giờ chờ dấu thời gian", found.timestamp_hours, _hours),
    ):
        click.echo(f"  {told}: {form(value.expected)} ({form(value.least)} đến {form(value.most)})")
    doubtful = "không rõ" if found.doubtful_share is None else f"{found.doubtful_share:.0%}"
    click.echo(f"  trường cần kiểm tra kỹ: {doubtful}; đã là bản điện tử: {found.electronic_share:.0%} số tệp")
    if found.problems:
        click.echo(f"  không đi tiếp được: {found.problem_share:.0%} số tệp ({_listed(found.problems.items())})")
    if found.sampled < min(FEW, found.files):
        click.echo(f"Mẫu dưới {FEW} tệp: khoảng ước tính hẹp hơn thực tế; hãy lấy mẫu lớn hơn.")
    click.echo("Giả định (chưa kiểm chứng) đứng trong digitize/catalogue/backfill.toml.")


def _open(window: Window | None) -> str:
    return "chạy cả ngày" if window is None else f"chạy {window}"


def _listed(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in pairs)


def _count(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".") if math.isfinite(value) else "không rõ"


def _hours(value: float) -> str:
    if not math.isfinite(value):
        return "không rõ"
    return (f"{value:.1f}" if value >= 1 else f"{value:.3f}").replace(".", ",")


def _size(value: float) -> str:
    if not math.isfinite(value):
        return "không rõ"
    told = f"{value / 2**30:.2f} GiB" if value >= 2**30 else f"{value / 2**20:.1f} MiB"
    return told.replace(".", ",")
