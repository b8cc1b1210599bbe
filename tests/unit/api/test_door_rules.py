"""The small rules at the door: cross-site requests, masking, cursors, versions, uploads, errors."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.auth import OFFICE_RIGHTS
from api.csrf import is_cross_site
from api.cursors import from_word, to_word
from api.errors import STATUS, VersionMismatch, VersionMissing, problem_of, problem_of_validation, status_of
from api.masking import masked_name, masked_number
from api.uploads import store
from api.versions import etag, same_version, wanted_version
from api.web.rendering import _day, moment
from api.web.review.document_view import STEPS
from api.words import EVENT_NAMES, FIELD_LABELS, OFFICE_NAMES, WAITING_NAMES
from digitize import errors
from digitize.errors import Conflict, EmptyFile, InvalidInput, SohoaError, TooLarge, UnknownType
from digitize.lifecycle import (
    EVENTS,
    CaptureAnswered,
    CaptureGivenUp,
    DataSealOrdered,
    Office,
    PagesArranged,
    SealAnswered,
    SealGivenUp,
    Waiting,
)
from digitize.metadata import FIELD_NAMES
from storage.objects_folder import FolderStore
from storage.registry import Cursor


def all_errors(root: type[SohoaError] = SohoaError) -> set[type[SohoaError]]:
    return {root}.union(*(all_errors(each) for each in root.__subclasses__()))


@pytest.mark.parametrize(
    ("method", "headers", "cross"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "same-origin"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),
        ("POST", {"sec-fetch-site": "same-site"}, True),
        ("DELETE", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"origin": "https://sohoa.vn", "host": "sohoa.vn"}, False),
        ("POST", {"origin": "https://sohoa.vn:8443", "host": "sohoa.vn"}, True),
        ("POST", {"origin": "null", "host": "sohoa.vn"}, True),
        ("POST", {}, False),
    ],
)
def test_a_change_asked_for_by_another_site_is_told_by_the_browser(
    method: str, headers: dict[str, str], cross: bool
) -> None:
    assert is_cross_site(method, headers) is cross


@given(st.text(alphabet=st.characters(categories=["L", "Zs"]), max_size=60))
def test_a_masked_name_holds_one_letter_of_each_word(name: str) -> None:
    words = name.split()
    assert len(masked_name(name).split()) == len(words)
    assert all(part.endswith(".") for part in masked_name(name).split())
    assert all(
        len(part.rstrip(".")) <= len(word[0].upper())
        for part, word in zip(masked_name(name).split(), words, strict=True)
    )


@given(st.text(alphabet="0123456789", max_size=15))
def test_a_masked_number_never_shows_more_than_three_digits(number: str) -> None:
    assert sum(letter.isdigit() for letter in masked_number(number)) in {0, 3}


@given(st.datetimes(timezones=st.just(UTC)), st.text(alphabet="0123456789abcdef", min_size=1, max_size=32))
def test_a_cursor_survives_its_way_through_an_address(moment: datetime, document: str) -> None:
    assert from_word(to_word(Cursor(moment, document))) == Cursor(moment, document)


@given(st.text(max_size=80))
def test_no_text_makes_the_cursor_fail_otherwise_than_by_its_name(word: str) -> None:
    with suppress(InvalidInput):
        from_word(word)


def test_a_version_goes_out_and_comes_back() -> None:
    assert wanted_version(etag(17)) == 17
    assert wanted_version("*") is None
    with pytest.raises(VersionMissing):
        wanted_version(None)
    with pytest.raises(VersionMismatch):
        wanted_version('"17", "18"')


def test_only_a_changed_document_is_called_a_mismatch() -> None:
    with pytest.raises(VersionMismatch), same_version():
        raise Conflict
    with pytest.raises(Conflict, match="khóa"), same_version():
        raise Conflict("khóa đã dùng")


def test_every_error_has_a_status_and_a_code_of_its_own() -> None:
    found = all_errors()
    assert all(400 <= status_of(each) <= 503 for each in found - {SohoaError})
    assert len({each.code() for each in found}) == len(found)
    assert {status_of(each) for each in all_errors(errors.WorldAtFault)} == {503}


def test_an_unlisted_error_has_the_status_of_its_ancestor() -> None:
    class Odd(errors.EncryptedPdf):
        """Only here."""

    assert status_of(Odd) == STATUS[errors.DocumentAtFault]


def test_what_may_be_tried_again_says_when() -> None:
    assert problem_of(errors.StoreUnavailable()).headers["Retry-After"] == "10"
    assert "Retry-After" not in problem_of(errors.Misconfigured()).headers


def test_a_validation_problem_never_repeats_what_was_sent() -> None:
    fault = {"loc": ("body", "holder_id"), "type": "string_pattern_mismatch", "input": "001099012345", "msg": "bad"}
    told = problem_of_validation([fault]).body()
    assert told["errors"] == [{"where": "body.holder_id", "message": "sai định dạng"}]
    assert "001099012345" not in str(told)


def test_an_upload_is_stored_whole_from_its_first_byte(tmp_path: Path) -> None:
    place = FolderStore(tmp_path)
    data = b"\x89PNG\r\n\x1a\n" + bytes(5000)
    scan = store(place, io.BytesIO(data), 10_000)
    assert place.get(scan.key) == data
    assert scan.size_bytes == len(data)


@pytest.mark.parametrize(
    ("data", "error"), [(b"", EmptyFile), (b"PK\x03\x04", UnknownType), (b"%PDF-1.7" + bytes(10_000), TooLarge)]
)
def test_an_upload_at_fault_leaves_nothing_behind(tmp_path: Path, data: bytes, error: type[SohoaError]) -> None:
    place = FolderStore(tmp_path)
    with pytest.raises(error):
        store(place, io.BytesIO(data), 10_000)
    assert list(place.stored()) == []


def test_everything_that_can_be_shown_has_vietnamese_words() -> None:
    assert EVENTS.keys() <= EVENT_NAMES.keys()
    assert {office.value for office in Office} == OFFICE_NAMES.keys()
    assert {waiting.value for waiting in Waiting} == WAITING_NAMES.keys()
    assert FIELD_LABELS.keys() == FIELD_NAMES.keys()


def test_every_step_of_a_person_has_its_place_on_the_page() -> None:
    people = {Office.CLERK, Office.OFFICER, Office.SUPERVISOR}
    over_corrected_data = {DataSealOrdered}  # offered by what the data lack, not by the state
    by_token = {CaptureAnswered, CaptureGivenUp, SealAnswered, SealGivenUp}  # offered while a token is waited for
    on_their_own_page = {PagesArranged}  # offered where the pages are seen side by side
    steps = set(STEPS.values()) | over_corrected_data | by_token | on_their_own_page
    assert steps == {event for event in EVENTS.values() if event.offices & people}
    assert set(OFFICE_RIGHTS) == people | {Office.ADMINISTRATOR}


def test_days_and_hours_are_shown_in_vietnams_time() -> None:
    assert moment(datetime(2021, 12, 31, 20, 5, tzinfo=UTC)) == "01/01/2022 03:05"
    assert moment(datetime(2021, 12, 31, 20, 5, tzinfo=timezone(timedelta(hours=7)))) == "31/12/2021 20:05"
    assert (_day("2021-03-09"), _day("1962"), _day("")) == ("09/03/2021", "1962", "")
