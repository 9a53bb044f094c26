"""What a coupon goes together with: its own flag first, then the shop's number; two of one group
never."""

import pytest

from storecrm.cli.json_form import offers as offer_form
from storecrm.domain.offers import reading
from storecrm.errors import CouponRefused
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.integrity import verify
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.till import open_bill, receipts
from storecrm.values import Money, Refusal, RefusalCode
from storecrm.wording.offers import rule_sentence
from storecrm.wording.refusals import refusal
from tests import build

pytestmark = pytest.mark.both
OFF = {"kind": "amount_off", "min_spend": None}


def coupon(store, code, value="5", **flags):
    build.offer(store, code, **OFF, value=value, **flags)
    return build.issued(store, code, 1)[0]


def refusals(store, *codes) -> list[Refusal]:
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(store, amount=Money(10_000), coupons=codes)
    return refused.value.refusals


@pytest.mark.parametrize("number", ["1", "2", "*"])
@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (True, True, None),
        (None, False, "alone"),
        (False, None, "other_alone"),
        (True, False, "alone"),
        (False, False, "other_alone"),
    ],
)
def test_a_flag_that_is_set_decides_whatever_the_number(owner, number, first, second, why):
    """`true` beside `true` on any bill, `false` on none, and the refusal says which of the two it
    is."""
    shop_settings.set_rule(owner, key="coupons_per_bill", value=number)
    one = coupon(owner, "X", stackable="" if first is None else first)
    two = coupon(owner, "Y", "3", stackable="" if second is None else second)
    if why is None:
        assert open_bill.record(owner, amount=Money(10_000), coupons=[one, two]).net == 9_200
    else:
        assert refusals(owner, one, two) == [
            Refusal(RefusalCode.NOT_STACKABLE, offer="X", reason=why)
        ]
    assert verify.verify(owner)[1] == []


@pytest.mark.parametrize(("number", "together"), [("1", False), ("2", True), ("*", True)])
def test_without_a_flag_the_number_of_the_shop_decides(owner, number, together):
    """A coupon that says nothing is counted, also beside one that says true."""
    shop_settings.set_rule(owner, key="coupons_per_bill", value=number)
    says, silent = coupon(owner, "X", stackable=True), coupon(owner, "Y", "3")
    for pair in ((says, silent), (silent, says)):
        if together:
            done = open_bill.record(owner, amount=Money(10_000), coupons=pair, dry_run=True)
            assert done.net == 9_200
        else:
            assert [(r.code, r.limit) for r in refusals(owner, *pair)] == [
                (RefusalCode.NOT_STACKABLE, 1)
            ]


def test_the_number_counts_every_coupon_unless_all_say_true(owner):
    """Three that say true are taken where the shop allows two; two of them and a silent one are
    three."""
    shop_settings.set_rule(owner, key="coupons_per_bill", value="2")
    true = [coupon(owner, code, "1", stackable=True) for code in ("A", "B", "C")]
    silent = coupon(owner, "S", "1")
    assert open_bill.record(owner, amount=Money(1_000), coupons=true, dry_run=True).net == 700
    assert refusals(owner, *true[:2], silent)[0].limit == 2
    assert refusals(owner, silent, *true[:2])[0].limit == 2


@pytest.mark.parametrize("stackable", ["", True])
def test_two_coupons_of_one_group_never_go_together(owner, stackable):
    """Whatever their flags and the shop's number say; another group is another matter."""
    shop_settings.set_rule(owner, key="coupons_per_bill", value="*")
    one, two = (coupon(owner, code, group="g", stackable=stackable) for code in ("X", "Y"))
    other = coupon(owner, "Z", group="h", stackable=stackable)
    assert refusals(owner, one, other, two) == [
        Refusal(RefusalCode.NOT_STACKABLE, offer="X", reason="group")
    ]
    assert open_bill.record(owner, amount=Money(10_000), coupons=[one, other]).net == 9_000


def test_the_open_bill_offers_the_swap(owner):
    """What is refused beside another coupon can be taken instead of it, as before."""
    one, two = coupon(owner, "X", stackable=False), coupon(owner, "Y", "8", stackable=True)
    open_bill.take(owner, code=one, amount=Money(10_000), request_no="1", proof=VOUCHED)
    with pytest.raises(CouponRefused):
        open_bill.take(owner, code=two, request_no="2", proof=VOUCHED)
    assert open_bill.swap(owner, code=two, request_no="3", proof=VOUCHED).net == 9_200
    assert [c.code for c in receipts.current(owner).coupons] == [two]


@pytest.mark.parametrize(("flag", "shown"), [(True, True), (False, False), ("", None)])
def test_the_three_states_are_shown(owner, flag, shown):
    """A script reads what the offer says: true, false, or nothing."""
    build.offer(owner, "X", **OFF, stackable=flag)
    assert (
        offer_form.offer(
            design.show(owner, code="X"), Catalogue("en", "CNY", owner.shop.timezone)
        ).get("stackable")
        is shown
    )
    assert reading.as_keys(design.show(owner, code="X")).get("stackable") is shown


def test_every_reason_has_its_words(owner):
    """The cashier reads which rule it is, in both languages, and the coupon bears it."""
    for language in ("en", "zh_CN"):
        words = Catalogue(language, "CNY", owner.shop.timezone)
        said = {
            refusal(Refusal(RefusalCode.NOT_STACKABLE, offer="X", reason=why), words)
            for why in ("group", "alone", "other_alone")
        }
        assert (
            len(said | {refusal(Refusal(RefusalCode.NOT_STACKABLE, offer="X", limit=1), words)})
            == 4
        )
    words = Catalogue("en", "CNY", owner.shop.timezone)
    rule = reading.draft(
        {
            "code": "A",
            "kind": "amount_off",
            "value": "5",
            "valid_days": 9,
            "stackable": True,
            "group": "spring",
        }
    ).rule
    assert "together with other coupons that say so" in rule_sentence(rule, words)
    assert "one of “spring” on a bill" in rule_sentence(rule, words)
    alone = reading.draft(
        {"code": "A", "kind": "amount_off", "value": "5", "valid_days": 9, "stackable": False}
    ).rule
    assert "not together with another coupon" in rule_sentence(alone, words)
