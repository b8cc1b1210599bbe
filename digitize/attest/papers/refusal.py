"""The written refusal (NĐ 23/2015/NĐ-CP Art 9, Art 22)."""

from __future__ import annotations

from digitize.attest.refusal import RefusalGround
from digitize.attest.rules import certification_rules, the_one
from digitize.official_paper import Letterhead, Sheet, Signer


def letter(
    head: Letterhead, requester: str, original: str, ground: RefusalGround, reason: str, signer: Signer
) -> bytes:
    """Return the letter by which a copy is refused, as PDF/A-2b.

    Args:
        head: of the agency; its date is that of the refusal.
        requester: full name.
        original: title of the paper that was shown.
        ground: of the six.
        reason: the certifier's words on this very paper.
        signer: who refuses.

    Raises:
        Misconfigured: the catalogue lacks the ground on that day, or the typeface is missing.
    """
    rules = certification_rules()
    form = the_one(tuple(each for each in rules.refusal if each.ground is ground), head.on, "căn cứ từ chối")
    sheet = Sheet("portrait", head.on, "Văn bản từ chối chứng thực bản sao từ bản chính")
    sheet.head(head)
    sheet.heading("THÔNG BÁO", "Về việc từ chối chứng thực bản sao từ bản chính")
    sheet.say(f"Kính gửi: {requester}", indent=False)
    sheet.say(f"{head.agency} đã tiếp nhận yêu cầu chứng thực bản sao điện tử từ bản chính đối với giấy tờ sau:")
    sheet.facts((("Tên bản chính", original), ("Người yêu cầu", requester)))
    sheet.say(f"Sau khi kiểm tra bản chính, căn cứ {form.clause}, {head.agency} từ chối chứng thực với lý do:")
    sheet.facts((("Căn cứ từ chối", form.sentence), ("Lý do cụ thể", reason)))
    sheet.say("Khi không còn lý do nêu trên, người yêu cầu có thể xuất trình bản chính để được chứng thực.")
    sheet.say(
        "Nếu không đồng ý với việc từ chối, người yêu cầu có quyền khiếu nại, khởi kiện theo quy định của pháp luật."
    )
    sheet.signed_by(signer)
    return sheet.finish()
