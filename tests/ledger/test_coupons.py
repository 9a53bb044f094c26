"""One issuer of coupons: by hand and by itself, under one rule."""

import pytest

from storecrm.domain.offers import validity
from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import NotPossible, StoreError
from storecrm.services.coupons import automatic, batches, issue
from storecrm.values import Day, Money, OfferKind
from tests import build


def _by_hand(store):
    issue.issue(store, offer="FEW", count=1)


def _by_itself(store):
    with store.write() as session:
        automatic.issue_one(session, store, "FEW", None)


WAYS = pytest.mark.parametrize("way", [_by_hand, _by_itself])


@WAYS
@pytest.mark.both
def test_what_was_ever_issued_counts_against_the_limit(manager, way):
    """`limit_total` is coupons ever issued: voiding a batch makes no room for another one."""
    build.offer(manager, "FEW", limit_total=3)
    batch = issue.issue(manager, offer="FEW", count=3)
    batches.void_batch(manager, batch=batch.id)
    with pytest.raises(NotPossible, match="total_limit") as refused:
        way(manager)
    assert refused.value.facts["left"] == 0


@WAYS
def test_the_last_coupon_of_a_limit_can_be_issued(manager, way):
    """The limit itself is allowed, one more is not."""
    build.offer(manager, "FEW", limit_total=3)
    issue.issue(manager, offer="FEW", count=2)
    way(manager)
    with pytest.raises(NotPossible, match="total_limit"):
        way(manager)


@WAYS
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "external", "value": None, "min_spend": None}, "offer_external"),
        ({"automatic": True, "valid_days": None, "valid_to": "2030-01-01"}, "offer_automatic"),
    ],
)
def test_offers_without_coupons_are_refused_in_every_way(manager, way, changes, code):
    """One list of refusals stands before every issue."""
    build.offer(manager, "FEW", **changes)
    with pytest.raises(StoreError, match=code):
        way(manager)


def test_a_coupon_given_again_counts_once(manager):
    """A lost coupon's new code is no further coupon."""
    build.offer(manager, "FEW", limit_total=2)
    who = build.member(manager)
    (code,) = build.issued(manager, "FEW", to=(who.member_no,))
    issue.reissue(manager, code=code)
    _by_hand(manager)
    with pytest.raises(NotPossible, match="total_limit"):
        _by_hand(manager)


def test_a_coupon_never_outlives_its_offer():
    """The day of issue is day 1; the end of the offer cuts what the days would give."""
    rule = OfferRule(
        OfferKind.AMOUNT_OFF, value=Money(100), valid_days=30, valid_to=Day(2026, 3, 10)
    )
    first, last = validity.of_coupon(rule, Day(2026, 3, 1))
    assert (first, last) == (Day(2026, 3, 1), Day(2026, 3, 10))
    with pytest.raises(NotPossible, match="offer_over"):
        validity.of_coupon(rule, Day(2026, 3, 11))
