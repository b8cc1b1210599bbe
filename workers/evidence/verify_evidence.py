"""Check an evidence bundle of sohoa, offline, with nothing but Python's own library.

    python3 verify_evidence.py BUNDLE.zip [--roots ROOTS.pem] [--head HASH]

Each step prints one line. Exit 0: everything holds; 1: something does not, and it is named; 2: this is no bundle.
Signatures and timestamps need the command ``openssl``; without it the check says so and ends with 0 for the rest.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

GENESIS = "0" * 64
TAG_LIST, LIST = "tagmanifest-sha256.txt", "manifest-sha256.txt"
faults: list[str] = []


def say(good: bool, text: str) -> None:
    """Print a line; remember it when it is a fault."""
    print(("ĐẠT   " if good else "HỎNG  ") + text)
    if not good:
        faults.append(text)


def canonical(value: Any) -> bytes:
    """JSON in UTF-8, keys sorted, no space: the encoding under every hash."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hexdigest(content: bytes) -> str:
    """SHA-256."""
    return sha256(content).hexdigest()


def read(bundle: str) -> dict[str, bytes]:
    """Return name → bytes of a ZIP, or of a folder into which one was unpacked."""
    if Path(bundle).is_dir():
        return {
            path.relative_to(bundle).as_posix(): path.read_bytes() for path in Path(bundle).rglob("*") if path.is_file()
        }
    with zipfile.ZipFile(bundle) as opened:
        names = opened.namelist()
        if len(names) != len(set(names)):
            raise ValueError("một tên có hai tệp")
        content = {}
        for name in names:
            try:
                content[name] = opened.read(name)
            except zipfile.BadZipFile:
                say(False, f"tệp {name} hỏng trong ZIP")
        return content


def check_list(content: dict[str, bytes], name: str, chosen: dict[str, bytes]) -> None:
    """Hold the files against a list of hashes; name each that differs, is missing or was added."""
    listed = {}
    for line in content.get(name, b"").decode("utf-8", "replace").splitlines():
        digest, _, file = line.partition("  ")
        listed[file] = digest
    wrong = sorted(
        file
        for file in listed.keys() | set(chosen)
        if file not in chosen or listed.get(file) != hexdigest(chosen[file])
    )
    for file in wrong:
        say(False, f"tệp {file} khác với {name}")
    exact = "".join(f"{hexdigest(chosen[file])}  {file}\n" for file in sorted(chosen)).encode()
    if not wrong:
        say(content.get(name) == exact, f"{name}: {len(chosen)} tệp đúng mã băm")


def check_chain(events: list[Any], private: list[Any]) -> None:
    """Recompute the history and the commitments to personal values."""
    good, previous = True, GENESIS
    commitments: dict[Any, str] = {}
    for sequence, event in enumerate(events, start=1):
        told = {name: value for name, value in event.items() if name != "hash"}
        if (
            event["sequence"] != sequence
            or event["previous"] != previous
            or hexdigest(canonical(told)) != event["hash"]
        ):
            good = False
            say(False, f"data/events.json: sự kiện {sequence} ({event['name']}) đã bị sửa")
        previous = event["hash"]
        for name, value in event["payload"].get("private", {}).items():
            commitments[sequence, name] = value
    for each in private:
        opened = hexdigest(bytes.fromhex(each["salt"]) + each["value"].encode())
        if commitments.get((each["sequence"], each["name"])) != opened:
            good = False
            say(False, f"data/private.json: “{each['name']}” của sự kiện {each['sequence']} đã bị sửa")
    if good:
        say(True, f"lịch sử: {len(events)} sự kiện nối liền, {len(private)} giá trị cá nhân khớp cam kết")


def check_files(content: dict[str, bytes], subject: Any, events: list[Any]) -> None:
    """Every file must be one that the history names."""
    named = {value for event in events for key, value in event["payload"].items() if key.endswith("_key")}
    for stem, key in sorted(subject["files"].items()):
        held = [name for name in content if re.fullmatch(rf"data/files/{re.escape(stem)}\.\w+", name)]
        if key not in named:
            say(False, f"data/subject.json: mã băm của {stem} không có trong lịch sử")
        elif not held:
            print(f"      tệp {stem} không kèm theo, chỉ có mã băm {key}")
        else:
            say(hexdigest(content[held[0]]) == key, f"{held[0]}: là tệp mà lịch sử ghi")
    if subject["reading"]:
        say(subject["reading"] in named, "mã băm của bản đọc có trong lịch sử")
    if any(event["subject"] != subject["id"] for event in events):
        say(False, "data/events.json: có sự kiện của văn bản khác")


def check_heads(heads: list[Any], expected: str | None) -> None:
    """Recompute every head and the chain between them."""
    good = True
    for before, head in zip([None, *heads], heads):
        told = {name: head[name] for name in ("number", "day", "made_at", "leaves", "root", "previous")}
        if hexdigest(b"\x02" + canonical(told)) != head["hash"]:
            good = False
            say(False, f"data/heads.json: đầu cây {head['number']} không khớp mã băm")
        if before and (head["previous"] != before["hash"] or head["number"] != before["number"] + 1):
            good = False
            say(False, f"data/heads.json: đầu cây {head['number']} không nối tiếp đầu trước")
    if expected:
        good = good and expected in {head["hash"] for head in heads}
        say(expected in {head["hash"] for head in heads}, "đầu cây mà bạn giữ có trong chuỗi")
    if good and heads:
        last = heads[-1]
        say(True, f"{len(heads)} đầu cây nối liền, mới nhất: số {last['number']}, ngày {last['day']}, {last['hash']}")


def root_of(proof: Any, size: int) -> str | None:
    """Walk from a leaf to its root (RFC 9162 section 2.1.3.2); None when the proof is none."""
    leaf = {name: proof[name] for name in ("kind", "name", "digest")}
    reached, place, last = sha256(b"\x00" + canonical(leaf)).digest(), proof["position"], size - 1
    if not 0 <= place <= last:
        return None
    for step in proof["path"]:
        if last == 0:
            return None
        beside = bytes.fromhex(step)
        if place % 2 or place == last:
            reached = sha256(b"\x01" + beside + reached).digest()
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = sha256(b"\x01" + reached + beside).digest()
        place, last = place >> 1, last >> 1
    return reached.hex() if last == 0 else None


def check_proofs(proofs: list[Any], heads: list[Any], events: list[Any]) -> None:
    """Every proof must lead to the root of its head, and the history must be covered."""
    by_number = {head["number"]: head for head in heads}
    hashes = {f"{event['subject']}:{event['sequence']}": event["hash"] for event in events}
    covered = 0
    for proof in proofs:
        head = by_number.get(proof["head"])
        good = head is not None and root_of(proof, head["leaves"]) == head["root"]
        if proof["kind"] == "history":
            good = good and hashes.get(proof["name"]) == proof["digest"]
            covered = max(covered, int(proof["name"].rpartition(":")[2])) if good else covered
        else:
            committed = hexdigest(bytes.fromhex(proof["salt"]) + canonical(proof["values"]))
            good = good and committed == proof["digest"] and proof["values"].get("copy_id", "") in events[0]["subject"]
        say(good, f"{proof['kind']} {proof['name']} có trong cây của đầu số {proof['head']}")
    if covered < len(events):
        print(f"      {len(events) - covered} sự kiện mới nhất chưa vào đầu cây nào (mới được chuỗi sự kiện giữ)")


def openssl(folder: Path, order: str) -> tuple[bool, str]:
    """Run openssl in a folder; return whether it was content, and what it said."""
    done = subprocess.run(["openssl", *order.split()], capture_output=True, check=False, cwd=folder)
    good = done.returncode == 0
    return good, "" if good else (done.stdout + done.stderr).decode("utf-8", "replace").strip()[-300:]


def check_tokens(content: dict[str, bytes], heads: list[Any], folder: Path) -> None:
    """Verify each timestamp over its head, at the time that it states."""
    (folder / "more.pem").write_bytes(content.get("data/timestamps/certificates.pem", b""))
    by_number = {head["number"]: head for head in heads}
    for name in sorted(name for name in content if name.endswith(".tsr")):
        head = by_number.get(int(Path(name).stem))
        if head is None or not head["timestamped_at"]:
            say(False, f"{name}: không thuộc đầu cây nào")
            continue
        (folder / "token").write_bytes(content[name])
        at = int(datetime.fromisoformat(head["timestamped_at"]).timestamp())
        order = f"ts -verify -sha256 -in token -token_in -CAfile roots.pem -untrusted more.pem -attime {at}"
        good, told = openssl(folder, f"{order} -digest {head['hash']}")
        say(good, f"{name}: dấu thời gian trên đầu cây số {head['number']} ({head['timestamped_at']}) {told}".rstrip())


def check_metadata(content: dict[str, bytes], folder: Path) -> None:
    """Verify the agency's signature over the confirmed data."""
    data, signature = (content.get(f"data/files/{name}") for name in ("metadata.json", "metadata-signature.p7s"))
    if data is None or signature is None:
        return
    (folder / "data").write_bytes(data)
    (folder / "signature").write_bytes(signature)
    order = "cms -verify -binary -inform DER -in signature -content data -CAfile roots.pem"
    good, told = openssl(folder, f"{order} -purpose any -no_check_time -out /dev/null")
    say(good, f"chữ ký trên dữ liệu đã xác nhận {told}".rstrip())


def check_signatures(content: dict[str, bytes], heads: list[Any], trusted: str | None) -> None:
    """Verify what needs openssl."""
    if shutil.which("openssl") is None:
        print("      KHÔNG có lệnh openssl: chữ ký và dấu thời gian CHƯA được kiểm tra")
        return
    if not trusted:
        print("      tin các chứng thư gốc nằm trong bộ này; dùng --roots để tin những chứng thư của bạn")
    with tempfile.TemporaryDirectory() as made:
        roots = Path(trusted).read_bytes() if trusted else content.get("data/trust/roots.pem", b"")
        (Path(made) / "roots.pem").write_bytes(roots)
        check_tokens(content, heads, Path(made))
        check_metadata(content, Path(made))
    print("      chữ ký trong tệp PDF: xem bằng pdfsig hoặc trình đọc PDF; kết quả lúc lập ở data/validation.json")


def check(content: dict[str, bytes], arguments: argparse.Namespace) -> None:
    """Check a bundle from the outside in."""
    payload = {name: each for name, each in content.items() if name.startswith("data/")}
    check_list(
        content, TAG_LIST, {name: each for name, each in content.items() if name not in payload and name != TAG_LIST}
    )
    check_list(content, LIST, payload)
    told = {name: json.loads(content[f"data/{name}.json"]) for name in ("subject", "events", "proofs", "heads")}
    private = json.loads(content.get("data/private.json", b"[]"))
    check_chain(told["events"], private)
    check_files(content, told["subject"], told["events"])
    check_heads(told["heads"], arguments.head)
    check_proofs(told["proofs"], told["heads"], told["events"])
    check_signatures(content, told["heads"], arguments.roots)


def main() -> int:
    """Read the arguments, check, and say what came of it."""
    parser = argparse.ArgumentParser(description="Kiểm tra bộ chứng cứ của sohoa, không cần mạng.")
    parser.add_argument("bundle", help="tệp ZIP, hoặc thư mục đã giải nén")
    parser.add_argument("--roots", help="chứng thư gốc mà bạn tin (PEM)")
    parser.add_argument("--head", help="mã băm của một đầu cây mà bạn giữ")
    arguments = parser.parse_args()
    try:
        check(read(arguments.bundle), arguments)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile) as fault:
        say(False, f"không đọc được bộ chứng cứ: {type(fault).__name__} {fault}")
        print("KHÔNG ĐẠT.")
        return 1 if faults[:-1] else 2
    print("KHÔNG ĐẠT: " + "; ".join(faults) if faults else "ĐẠT: mọi thứ khớp.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
