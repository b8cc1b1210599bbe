"""The order of what is found, against graded judgements; the figures stand in ``docs/benchmarks.md``."""

from __future__ import annotations

from tests.search.desk import SearchDesk
from tests.search.relevance import as_typed, collection, fill, judged, unaccented


def test_the_order_is_good_and_much_better_than_that_of_a_search_for_letters(either: SearchDesk) -> None:
    fill(either)
    ours, letters, bare = judged(either.found), judged(as_typed), judged(unaccented)
    told = f"ours {ours}\nas typed {letters}\nunaccented {bare}"
    assert len(collection()[1]) >= 60
    assert ours.ndcg >= 0.9, told
    assert ours.recall >= 0.9, told
    assert ours.first >= 0.89, told
    assert ours.ndcg > max(letters.ndcg, bare.ndcg) + 0.2, told
