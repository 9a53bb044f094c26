"""Which articles lie in one basket."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from storecrm.services.analytics import basket_pairs


@given(baskets=st.lists(st.lists(st.integers(1, 8), max_size=6), max_size=40))
@settings(max_examples=60)
def test_pairs_are_what_a_plain_count_says(baskets):
    """The flat square of places is quick, not another way of counting."""
    found = basket_pairs.counted(baskets)
    single, pair = Counter(), Counter()
    for one in baskets:
        inside = sorted(set(one))
        single.update(inside)
        pair.update((a, b) for at, a in enumerate(inside) for b in inside[at + 1 :])
    assert found.receipts == len(baskets) and found.single == dict(single)
    assert found.pair == {key: n for key, n in pair.items() if n >= basket_pairs.LEAST}
