"""What stands on stamp cards, as a list says it."""

import pytest

from storecrm.models.stamp import StampEntry
from storecrm.services.imports import run
from storecrm.services.loyalty import stamp_cards
from tests import build


def _card(store):
    build.goods(store, M1="10.00")
    build.offer(store, "GIFT", kind="amount_off", value="5", min_spend=None)
    build.offer(
        store,
        "CARD",
        kind="stamps",
        value=None,
        min_spend=None,
        buy=5,
        products="M1",
        reward="GIFT",
        automatic=True,
    )


@pytest.mark.both
def test_stamps_come_with_their_ends_and_fill_the_card_here(owner, tmp_path):
    """What stood on the card counts with what is bought here, once."""
    _card(owner)
    build.member(owner)
    text = (
        "phone,offer_code,stamps,expires_on\n13800138000,CARD,2,2027-01-31\n13800138000,CARD,1,*\n"
    )
    done = build.bring(owner, tmp_path, "stamps", text)
    [card] = stamp_cards.cards(owner, member="13800138000")
    assert (card.stamps, card.needed, card.next_end.isoformat()) == (3, 5, "2027-01-31")
    assert build.bring(owner, tmp_path, "stamps", text).unchanged == 2
    assert build.problems(
        owner,
        tmp_path,
        "stamps",
        "phone,offer_code,stamps\n13800138000,CARD,9\n13800138000,GIFT,1\n",
    ) == [
        (2, "stamps", "stamps_here_before"),
        (3, "offer_code", "not_a_stamp_card"),
    ]
    run.undo(owner, batch=done.batch)
    assert build.rows(owner, StampEntry) == 0
