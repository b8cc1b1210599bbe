"""The decision table of scanning: every row on its first and last day, every kind of paper in every period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from digitize.scanning import FACT_NAMES, Form, Group, Paper, Part, Rule, Verdict, advise, rules

MUST, MUST_NOT, DEMAND, REUSE = Verdict.MUST, Verdict.MUST_NOT, Verdict.ON_DEMAND, Verdict.OFFER_REUSE
DAYS = (date(2021, 6, 1), date(2022, 6, 1), date(2024, 6, 1), date(2025, 7, 1), date(2025, 12, 1))
"""Before NĐ 107/2021, under it, with TT 01/2023, with NĐ 118/2025, with TT 03/2025 and CV 7197."""
KNOWN = dict.fromkeys(
    (
        "filed_online", "only_shown", "secret", "shared", "born_digital", "expired", "duplicate",
        "digitised_elsewhere", "sector_law",
    ),
    False,
)  # fmt: skip
COMPONENT = Paper(part=Part.COMPONENT, **KNOWN)
RESULT = Paper(part=Part.RESULT, group=Group.FINAL_RESULT, **KNOWN)
EARLIER = replace(COMPONENT, group=Group.EARLIER_RESULT)


@pytest.mark.parametrize(
    ("paper", "verdicts"),
    [
        (COMPONENT, (DEMAND, DEMAND, DEMAND, DEMAND, DEMAND)),
        (RESULT, (MUST, MUST, MUST, MUST, MUST)),
        (EARLIER, (MUST, MUST, MUST, MUST, MUST)),
        (replace(COMPONENT, group=Group.SECTOR_LAW), (MUST, MUST, MUST, MUST, MUST)),
        (replace(COMPONENT, group=Group.DECISION), (MUST, MUST, MUST, MUST, MUST)),
        (replace(COMPONENT, group=Group.INTERIM), (MUST, MUST, MUST, MUST, MUST_NOT)),
        (replace(COMPONENT, group=Group.INTERIM, sector_law=True), (MUST, MUST, MUST, MUST, MUST)),
        (replace(COMPONENT, form=Form.ORIGINAL), (DEMAND, DEMAND, MUST, MUST, MUST)),
        (replace(COMPONENT, form=Form.REGISTER_COPY), (DEMAND, DEMAND, MUST, MUST, MUST)),
        (replace(COMPONENT, form=Form.ELECTRONIC_COPY), (DEMAND, DEMAND, MUST, MUST, MUST)),
        (replace(EARLIER, form=Form.PLAIN_COPY), (MUST, MUST, MUST_NOT, MUST_NOT, MUST_NOT)),
        (replace(EARLIER, form=Form.CERTIFIED_COPY), (MUST, MUST, MUST_NOT, MUST_NOT, MUST_NOT)),
        (replace(EARLIER, filed_online=True), (MUST, MUST, MUST, MUST, MUST_NOT)),
        (replace(EARLIER, only_shown=True), (MUST, MUST, MUST_NOT, MUST_NOT, MUST_NOT)),
        (replace(EARLIER, shared=True), (MUST, MUST, MUST_NOT, MUST_NOT, MUST_NOT)),
        (replace(EARLIER, digitised_elsewhere=True), (REUSE, REUSE, REUSE, REUSE, REUSE)),
        (replace(EARLIER, digitised_elsewhere=True, secret=True), (MUST_NOT,) * 5),
        (replace(EARLIER, expired=True), (MUST, MUST, MUST, MUST, MUST_NOT)),
        (replace(RESULT, expired=True), (DEMAND, DEMAND, DEMAND, DEMAND, MUST_NOT)),
        (replace(RESULT, secret=True), (MUST_NOT,) * 5),
        (replace(RESULT, born_digital=True), (MUST_NOT,) * 5),
        (replace(RESULT, duplicate=True), (MUST_NOT,) * 5),
        (replace(RESULT, shared=True), (MUST, MUST, MUST_NOT, MUST_NOT, MUST_NOT)),
        # A paper result of a dossier that was filed online is still paper.
        (replace(RESULT, filed_online=True, only_shown=True), (MUST,) * 5),
    ],
)
def test_every_kind_of_paper_has_its_verdict_in_every_period(paper: Paper, verdicts: tuple[Verdict, ...]) -> None:
    assert tuple(advise(paper, day).verdict for day in DAYS) == verdicts


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{'-'.join(rule.when)}-{rule.since}")
def test_every_rule_is_told_from_its_first_to_its_last_day_and_on_no_other(rule: Rule) -> None:
    met: dict[str, Any] = {
        name: wanted[0] if isinstance(wanted, list) else wanted for name, wanted in rule.when.items()
    }
    kinds = {"part": Part, "group": Group, "form": Form}
    paper = Paper(**{"part": Part.COMPONENT} | {name: kinds.get(name, bool)(value) for name, value in met.items()})
    assert rule in advise(paper, rule.since).grounds
    assert rule not in advise(paper, rule.since - timedelta(days=1)).grounds
    if rule.until is not None:
        assert rule in advise(paper, rule.until).grounds
        assert rule not in advise(paper, rule.until + timedelta(days=1)).grounds
    for name, value in met.items():
        if isinstance(value, bool):
            assert rule not in advise(replace(paper, **{name: not value}), rule.since).grounds
            assert rule not in advise(replace(paper, **{name: None}), rule.since).grounds


def test_the_deciding_reason_stands_first_with_its_article_and_its_mark() -> None:
    secret = advise(replace(RESULT, secret=True), DAYS[-1])
    assert "Điều 4" in secret.told
    assert "chưa kiểm chứng" not in secret.told
    assert secret.firm
    assert len(secret.grounds) > 3
    assert "chưa kiểm chứng" in advise(replace(RESULT, secret=True), DAYS[0]).told
    assert not advise(RESULT, DAYS[0]).firm
    assert "mục III.1" in advise(COMPONENT, DAYS[0]).told


def test_what_is_not_known_is_asked_for_only_where_it_could_change_the_verdict() -> None:
    assert advise(EARLIER, DAYS[-1]).asks == ("form",)
    assert advise(replace(EARLIER, form=Form.ORIGINAL), DAYS[-1]).asks == ()
    unknown = Paper(part=Part.RESULT, group=Group.FINAL_RESULT, expired=False)
    assert set(advise(unknown, DAYS[-1]).asks) == {
        "secret", "born_digital", "duplicate", "shared", "digitised_elsewhere",
    }  # fmt: skip
    assert set(advise(Paper(part=Part.COMPONENT), DAYS[-1]).asks) <= FACT_NAMES.keys()
    assert advise(replace(COMPONENT, secret=True, form=None, shared=None), DAYS[-1]).asks == ()
    # Whether it was filed online would only give the same verdict for another reason.
    assert advise(replace(EARLIER, only_shown=True, filed_online=None, form=None), DAYS[-1]).asks == ()
