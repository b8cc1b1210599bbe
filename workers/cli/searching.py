"""Commands about the search index."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from storage.connect import open_storage
from storage.search.rebuilding import Part, rebuild
from storage.settings import load_settings
from workers.cli.answer import print_json

_JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
_NAMES = {Part.RESULTS: "kết quả", Part.WORDS: "văn bản"}


@click.group(help="Chỉ mục tìm kiếm: lập lại từ dữ liệu gốc.")
def search() -> None:
    """Hold the commands together."""


@search.command(name="rebuild", help="Lập lại chỉ mục tìm kiếm; bị dừng thì lần sau làm tiếp.")
@click.option("--again", is_flag=True, help="Làm lại từ đầu, kể cả khi lần trước bị dừng giữa chừng.")
@_JSON
def rebuild_index(again: bool, as_json: bool) -> int:
    """Make the index anew; 1 when the text of a document could not be read."""
    storage = open_storage(load_settings())
    done = dict.fromkeys(Part, 0)
    unreadable: list[str] = []
    for portion in rebuild(storage.database, storage.objects, datetime.now(UTC), again=again):
        done[portion.part] += portion.done
        unreadable += portion.unreadable
        if not as_json:
            click.echo(f"{done[portion.part]} {_NAMES[portion.part]}", err=True)
    if as_json:
        print_json({"results": done[Part.RESULTS], "documents": done[Part.WORDS], "unreadable": unreadable})
    else:
        click.echo(f"Đã lập lại chỉ mục: {done[Part.RESULTS]} kết quả, {done[Part.WORDS]} văn bản.")
        for document in unreadable:
            click.echo(f"  không đọc được chữ của văn bản {document}: hãy chạy `sohoa fixity`.", err=True)
    return 1 if unreadable else 0
