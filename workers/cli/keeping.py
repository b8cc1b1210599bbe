"""Commands that keep what is kept: fixity, orphans, backup, restore."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from digitize.errors import InvalidInput
from storage import fixity as fixities
from storage import operations
from storage import orphans as orphaned
from storage import restore as restoring
from storage.backup import back_up
from storage.backup_pruning import Pruned, prune
from storage.connect import open_backup_target, open_objects
from storage.database import Database
from storage.objects_folder import FolderStore
from storage.operations import Kind
from storage.repair import repair
from storage.restore import Restored
from storage.settings import Settings, load_settings
from workers.cli.answer import print_json

_JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")


@click.command(help="Đọc lại mọi tệp trong kho và so mã băm.")
@click.option("--share", type=click.FloatRange(0.0, 1.0, min_open=True), default=1.0, show_default=True,
              help="Phần được đọc; nhỏ hơn 1 là lấy mẫu.")  # fmt: skip
@click.option("--sample", default="", help="Tên mẫu: tên khác thì rút tệp khác (ví dụ tuần thứ mấy).")
@click.option("--repair-from", "source", help="Thư mục sao lưu (hoặc chữ s3) để lấy lại tệp mất, tệp hỏng.")
@click.option("--identity", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Tệp khóa bí mật age.")
@_JSON
def fixity(share: float, sample: str, source: str | None, identity: Path | None, as_json: bool) -> int:
    """Read objects again and compare; 1 when one is missing or damaged and was not brought back."""
    if (source is None) != (identity is None):
        raise InvalidInput("--repair-from và --identity phải đi cùng nhau")
    settings = load_settings()
    objects = open_objects(settings)
    found = fixities.examine(Database(settings.database), objects, share, sample)
    if source is not None and identity is not None:
        found = replace(found, faults=repair(objects, open_backup_target(settings, source), identity, found.faults))
    told = f"Đã đọc {found.read}/{found.named} tệp, {found.bytes_read} byte; {len(found.faults)} tệp hỏng."
    details = {"named": found.named, "read": found.read, "bytes": found.bytes_read, "faults": len(found.faults)}
    _note(settings, Kind.FIXITY, told, details, well=not found.faults)
    if as_json:
        print_json({
            "named": found.named, "read": found.read, "bytes": found.bytes_read,
            "faults": [
                {"key": one.key, "problem": one.problem, "documents": list(one.documents)} for one in found.faults
            ],
        })  # fmt: skip
    else:
        click.echo(told)
        for one in found.faults:
            told = {"missing": "mất", "damaged": "bị sửa hoặc hỏng"}[one.problem]
            click.echo(f"  {one.key}: {told}; văn bản {', '.join(one.documents)}", err=True)
    return found.exit_code


@click.command(help="Gỡ tệp mồ côi: quá 24 giờ mà không văn bản nào nhắc tới.")
@click.option("--only-tell", is_flag=True, help="Chỉ báo, không gỡ.")
def orphans(only_tell: bool) -> None:
    """Collect the objects that no row names."""
    settings = load_settings()
    done = orphaned.collect(Database(settings.database), open_objects(settings), datetime.now(UTC), only_tell=only_tell)
    click.echo(
        f"Kho có {done.seen} tệp, {done.orphans} tệp mồ côi; đã gỡ {len(done.removed)} tệp, {done.bytes_removed} byte."
    )


@click.command(help="Sao lưu cơ sở dữ liệu và kho tệp, mã hóa bằng age, sang nơi thứ hai.")
@click.option("--to", "target", required=True,
              help="Thư mục đích, tốt nhất trên thiết bị khác; hoặc chữ s3: máy chủ SOHOA_BACKUP_S3_….")  # fmt: skip
@click.option(
    "--recipient", "recipients", multiple=True, required=True, help="Khóa công khai age1…; có thể nhiều khóa."
)
@click.option("--keep", type=click.IntRange(min=1), help="Chỉ giữ lại số bản mới nhất này; mặc định giữ tất cả.")
@_JSON
def backup(target: str, recipients: tuple[str, ...], keep: int | None, as_json: bool) -> int:
    """Make a backup; 1 when an object was missing or damaged. Older ones go only after a whole one stands."""
    settings = load_settings()
    place = open_backup_target(settings, target)
    manifest, sha256 = back_up(
        Database(settings.database), open_objects(settings), place, recipients, datetime.now(UTC)
    )
    pruned = prune(place, keep) if keep is not None and manifest.whole else Pruned((), 0)
    told = {
        "name": manifest.backup, "taken_at": manifest.taken_at.isoformat(), "tables": len(manifest.tables),
        "objects": manifest.objects.lines, "added": manifest.added, "missing": list(manifest.missing),
        "damaged": list(manifest.damaged), "manifest_sha256": sha256, "pruned": list(pruned.backups),
    }  # fmt: skip
    counted = {"backup": manifest.backup, "objects": manifest.objects.lines, "bytes": manifest.objects_bytes}
    kept = f"Bản “{manifest.backup}”: {len(manifest.tables)} bảng, {manifest.objects.lines} tệp."
    _note(settings, Kind.BACKUP, kept, counted, well=manifest.whole)
    if as_json:
        print_json(told)
    else:
        click.echo(
            f"Đã sao lưu “{told['name']}”: {told['tables']} bảng, {told['objects']} tệp ({told['added']} tệp mới). "
            f"Hãy ghi lại SHA-256 của bản kê: {sha256}"
        )
        for key in (*manifest.missing, *manifest.damaged):
            click.echo(f"  KHÔNG sao lưu được tệp {key}", err=True)
    return 0 if manifest.whole else 1


@click.command(help="Khôi phục một bản sao lưu vào nơi trống và so lại mọi mã băm.")
@click.option("--from", "target", required=True,
              help="Thư mục chứa bản sao lưu, hoặc chữ s3: máy chủ SOHOA_BACKUP_S3_….")  # fmt: skip
@click.option("--identity", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True,
              help="Tệp khóa bí mật age.")  # fmt: skip
@click.option("--name", help="Tên bản sao lưu; mặc định bản mới nhất.")
@click.option("--manifest-sha256", help="SHA-256 của bản kê, như lệnh backup đã in.")
@click.option("--drill", is_flag=True, help="Diễn tập: khôi phục vào một thư mục tạm rồi bỏ đi, ghi lại kết quả.")
@_JSON
def restore(
    target: str, identity: Path, name: str | None, manifest_sha256: str | None, drill: bool, as_json: bool
) -> int:
    """Restore into an empty place; 1 when something was not whole when it was backed up."""
    settings = load_settings()
    place = open_backup_target(settings, target)
    if drill:
        with tempfile.TemporaryDirectory(prefix="sohoa-drill-") as folder:
            beside = Database(f"sqlite:///{folder}/registry.sqlite")
            store = FolderStore(Path(folder) / "objects")
            done = restoring.restore(beside, store, place, identity, name, manifest_sha256)
            beside.close()
        _note_drill(settings, done)
    else:
        done = restoring.restore(
            Database(settings.database), open_objects(settings), place, identity, name, manifest_sha256
        )
    told = {
        "rows": dict(done.rows), "objects": done.objects, "chains": done.chains, "broken": list(done.broken),
        "whole": done.whole,
    }  # fmt: skip
    if as_json:
        print_json(told)
    else:
        rows = sum(done.rows.values())
        click.echo(f"Đã khôi phục {rows} dòng, {done.objects} tệp; kiểm tra lại {done.chains} chuỗi sự kiện.")
        for one in done.broken:
            click.echo(f"  {one}", err=True)
    return 0 if done.whole else 1


def _note_drill(settings: Settings, done: Restored) -> None:
    rows = sum(done.rows.values())
    told = f"Bản “{done.manifest.backup}”: {rows} dòng, {done.objects} tệp, {done.chains} chuỗi sự kiện trở lại."
    details = {"backup": done.manifest.backup, "rows": rows, "objects": done.objects, "chains": done.chains}
    _note(settings, Kind.DRILL, told, details, well=done.whole)


def _note(settings: Settings, kind: Kind, sentence: str, details: Mapping[str, object], *, well: bool) -> None:
    with Database(settings.database).write() as connection:
        operations.note(connection, kind, datetime.now(UTC), well=well, sentence=sentence, details=details)
