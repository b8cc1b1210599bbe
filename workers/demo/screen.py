"""What the user of the demo sees in the terminal: bars, corrections, documents, rates, accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from digitize.lifecycle import Office
from workers.demo.certify import Certified
from workers.demo.desk import Json
from workers.demo.job import STAGES, Correction
from workers.demo.setup import Login

NO_VALUE = "không có"


class Stages:
    """One bar for each stage of the route."""

    def __init__(self, progress: Progress, total: int) -> None:
        """Draw the bars, all empty."""
        self._progress = progress
        self._bars: dict[str, TaskID] = {stage: progress.add_task(stage, total=total) for stage in STAGES}

    def moved(self, counts: Mapping[str, int]) -> None:
        """Draw how many documents have each stage behind them."""
        for stage, count in counts.items():
            self._progress.update(self._bars[stage], completed=count)

    def told(self, correction: Correction) -> None:
        """Print one correction above the bars."""
        doubt = "máy nghi ngờ" if correction.doubted else "[red]máy không nghi ngờ[/red]"
        read = correction.read or "(không đọc được)"
        self._progress.console.print(
            f"  cán bộ sửa [bold]{correction.paper}[/bold] · {correction.field}: "
            f"“{read}” → “{correction.true}” ({doubt})",
            highlight=False,
            soft_wrap=True,
        )


@contextmanager
def stages(console: Console, total: int) -> Iterator[Stages]:
    """Show a bar for each stage while the block runs."""
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield Stages(progress, total)


def documents_table(documents: Mapping[str, Json], seconds: Mapping[str, float]) -> Table:
    """What became of each paper, by its name."""
    table = Table(title="Văn bản", title_justify="left")
    for heading in ("Tệp", "Loại (độ tin cậy)", "Số", "Ngày", "Chủ giấy tờ", "Trạng thái", "Chữ ký", "Giây"):
        table.add_column(heading, overflow="fold")
    for name, document in documents.items():
        kind = document["kind"]
        table.add_row(
            name,
            f"{kind['name'] or 'không rõ'} ({kind['confidence']:.2f})",
            document["summary"]["number"] or "–",
            document["summary"]["issued_date"] or "–",
            document["summary"]["holder_name"] or "–",
            document["state_name"] + (f": {document['problem']}" if document["problem"] else ""),
            " ".join(f"{_ROLES[s['role']]}: {_VERDICTS[s['verdict']]}" for s in document["signatures"]) or "–",
            f"{seconds[name]:.1f}" if name in seconds else "–",
        )
    return table


_ROLES = {"clerk": "cán bộ", "certifier": "người chứng thực", "agency": "cơ quan"}
_VERDICTS = {"valid": "hợp lệ", "invalid": "KHÔNG hợp lệ", "indeterminate": "chưa xác định", "unsigned": "chưa ký"}


def copy_told(done: Certified, pages: str) -> str:
    """Number, verdict and addresses of the certified copy."""
    copy, numbering = done.copy, done.copy["numbering"]
    levels = ", ".join(f"{_ROLES[each['role']]} {each['level']}" for each in copy["signatures"])
    return (
        f"[bold]Bản sao điện tử có chứng thực[/bold]: số {numbering['number']}, quyển {numbering['book']}, "
        f"{copy['state_name']} ({levels})\n"
        f"  Kiểm tra chữ ký: {done.sentence}\n"
        f"  Tra cứu công khai: {pages}/k/{copy['verification_code'].replace('-', '')}\n"
        f"  Tải bản sao: {done.link}"
    )


def rates_table(progress: Sequence[Json], title: str) -> Table:
    """The rates of each level beside its target."""
    table = Table(title=title, title_justify="left")
    for heading in ("Cấp", "Kết quả còn hiệu lực", "Đã số hóa", "Tỷ lệ", "Chỉ tiêu", "", "Hồ sơ trong năm đã số hóa"):
        table.add_column(heading, overflow="fold")
    for level in progress:
        if level["unit"] is None:
            stock, flow, target = level["stock"], level["flow"], level["target"]
            wanted = NO_VALUE if target is None else f"≥ {target['percent']} % {target['mark']}".rstrip()
            table.add_row(
                level["name"], str(stock["denominator"]), str(stock["numerator"]), stock["text"], wanted,
                _REACHED[level["reached"]], f"{flow['numerator']}/{flow['denominator']} ({flow['text']})",
            )  # fmt: skip
    return table


_REACHED = {None: "–", True: "đạt", False: "chưa đạt"}


def logins_table(logins: Sequence[Login]) -> Table:
    """Whom to log in as: the people of one commune, the province's leader and the administrator."""
    table = Table(title="Tài khoản thử nghiệm", title_justify="left")
    for heading in ("Vai trò", "Tên đăng nhập", "Mật khẩu", "Đơn vị"):
        table.add_column(heading, overflow="fold")
    of_people = [login for login in logins if login.office is not Office.ADMINISTRATOR]
    commune, province = of_people[-1].unit_id, of_people[0].unit_id
    for login in logins:
        leads = login.unit_id == province and login.office in {Office.SUPERVISOR, Office.ADMINISTRATOR}
        if login.unit_id == commune or leads:
            table.add_row(_OFFICES[login.office], login.username, login.password, login.unit_name)
    return table


_OFFICES = {
    Office.CLERK: "cán bộ số hóa",
    Office.OFFICER: "văn thư (đóng dấu)",
    Office.SUPERVISOR: "lãnh đạo",
    Office.ADMINISTRATOR: "quản trị",
}


def summary(corrections: Sequence[Correction], fields: int) -> str:
    """How many of the fields the clerk had to correct, and how many of those the machine had been sure of."""
    silent = sum(not correction.doubted for correction in corrections)
    return (
        f"Cán bộ sửa {len(corrections)}/{fields} trường; trong đó máy đã nghi ngờ hoặc bỏ trống "
        f"{len(corrections) - silent}, máy không nghi ngờ {silent}."
    )
