"""The key is used once; the timestamp comes when the authority answers, whoever asks it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto import cms, parser
from asn1crypto.core import OctetString
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import Conflict, SignatureTooLarge, SigningRefused, TimestampUnavailable
from digitize.model import Role, Verdict, from_json, to_json
from digitize.sign.apply import sign_untimed
from digitize.sign.metadata import check_metadata, sign_metadata
from digitize.sign.timing import UntimedSignature, add_time, stamp
from digitize.sign.verify import self_check
from tests.pki.world import CLERK_ORDER, NOW, StampAt, Talkative, archive_page, strange_signer, world


def untimed() -> UntimedSignature:
    """Return the clerk's signature before its timestamp, as another process finds it."""
    made = sign_untimed(archive_page(), CLERK_ORDER, world().clerk, NOW)
    return from_json(to_json(made), UntimedSignature)


def test_what_waits_for_a_timestamp_does_not_hold_the_file() -> None:
    assert archive_page() not in untimed().tail
    assert len(to_json(untimed())) < 160_000


def test_a_signature_stamped_days_later_is_valid_and_says_the_stamped_time() -> None:
    later = NOW + timedelta(days=3)
    waited = untimed()
    signed = add_time(waited, archive_page(), StampAt(later), later)
    assert (waited.signed_at, signed.signed_at) == ("2026-11-22T15:00:00+07:00", "2026-11-25T15:00:00+07:00")
    assert signed.pdf.startswith(archive_page())
    assert self_check(signed.pdf, Role.CLERK, world().trust, later).level == "B-T"


def test_another_file_is_refused() -> None:
    with pytest.raises(Conflict, match="đã khác"):
        add_time(untimed(), archive_page(rotation=90), None, NOW)


def test_a_token_too_large_is_refused_with_its_size_and_fits_into_the_larger_room() -> None:
    with pytest.raises(SignatureTooLarge, match=r"chữ ký dài \d+ byte, vượt chỗ dành sẵn 32768 byte") as refused:
        add_time(untimed(), archive_page(), Talkative(), NOW)
    room = 2 * refused.value.needed_bytes
    again = sign_untimed(archive_page(), CLERK_ORDER, world().clerk, NOW, room=room)
    assert add_time(again, archive_page(), Talkative(), NOW).level == "B-T"


def test_a_certificate_that_expired_while_the_signature_waited_is_refused() -> None:
    stranger = strange_signer(ends=NOW + timedelta(days=1))
    waited = sign_untimed(archive_page(), CLERK_ORDER, stranger.signer, NOW)
    later = NOW + timedelta(days=2)
    with pytest.raises(SigningRefused, match="đã hết hạn"):
        add_time(waited, archive_page(), StampAt(later), later)


class Dead(TimeStamper):
    """An authority that is away."""

    def __init__(self) -> None:
        """Stay typed."""
        super().__init__()  # type: ignore[no-untyped-call]

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        raise TimestampUnavailable(f"{md_algorithm} {len(message_digest)}")


def test_an_authority_that_is_away_costs_nothing() -> None:
    waited = untimed()
    with pytest.raises(TimestampUnavailable):
        add_time(waited, archive_page(), Dead(), NOW)
    assert add_time(waited, archive_page(), world().authority, NOW).level == "B-T"


def test_the_signature_beside_the_file_is_stamped_later_too() -> None:
    record = b'{"kind": "quyet_dinh"}'
    bare = sign_metadata(record, world().office, None, NOW)
    assert check_metadata(record, bare, world().trust, NOW).level == "B-B"
    stamped = stamp(bare, world().authority, NOW)
    report = check_metadata(record, stamped.der, world().trust, NOW)
    assert (report.verdict, report.level) == (Verdict.VALID, "B-T")


def of_size(ending: int) -> bytes:
    """Return a CMS object whose signed data are so long that their length ends in this byte."""
    signed_data = cms.ContentInfo.load(sign_untimed(archive_page(), CLERK_ORDER, world().clerk, NOW).cms)["content"]
    certificates = [each.chosen for each in signed_data["certificates"]]
    for padding in range(400):
        other = cms.CertificateChoices(
            "other",
            cms.OtherCertificateFormat({"other_cert_format": "1.2.3", "other_cert": OctetString(bytes(padding))}),
        )
        fields = {name: signed_data[name] for name in ("version", "digest_algorithms", "encap_content_info")}
        signers = {"signer_infos": cms.SignerInfos([signed_data["signer_infos"][0]])}
        grown = cms.SignedData({**fields, "certificates": [*certificates, other], **signers})
        if parser.parse(grown.dump())[3][-1] == ending:
            return cms.ContentInfo({"content_type": "signed_data", "content": grown}).dump()  # type: ignore[no-any-return]
    raise AssertionError


@pytest.mark.timeout(20)
@pytest.mark.parametrize("ending", [0x7F, 0x80, 0x81])
def test_a_signature_of_any_length_is_stamped_at_once_and_keeps_its_bytes(ending: int) -> None:
    before = of_size(ending)
    after = cms.ContentInfo.load(stamp(before, StampAt(NOW), NOW).der, strict=True)["content"]
    [signer], [signed] = after["signer_infos"], cms.ContentInfo.load(before)["content"]["signer_infos"]
    assert after["certificates"].dump() == cms.ContentInfo.load(before)["content"]["certificates"].dump()
    assert signer.contents.startswith(signed.contents)
    assert [each["type"].native for each in signer["unsigned_attrs"]] == ["signature_time_stamp_token"]
