"""A coupon that was used, and whose receipt was never seen: the machine died between the commit and
the printer."""

import pytest

from storecrm.cli.json_form import refused as refused_form
from storecrm.errors import CouponRefused
from storecrm.i18n import Catalogue
from storecrm.services.printing import receipt_slip
from storecrm.services.till import open_bill, receipts, voids
from storecrm.values import Money, RefusalCode, grouped
from storecrm.wording.refusals import refusal_todo
from tests import build
from tests.conftest import signed

pytestmark = pytest.mark.both


def again(store, code):
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(store, amount=Money(12_800), coupons=[code])
    first = refused.value.refusals[0]
    assert first.code is RefusalCode.ALREADY_REDEEMED
    return first


@pytest.fixture
def used(manager, cashier):
    """A coupon and the bill it was used on."""
    build.offer(manager)
    code = build.issued(manager)[0]
    return code, open_bill.record(cashier, amount=Money(12_800), coupons=[code])


def test_who_used_it_just_now_is_told_and_may_print(used, cashier):
    """ "Already used" alone sends an honest customer away without discount."""
    code, bill = used
    refused = again(cashier, code)
    assert refused.receipt == bill.receipt_no
    for language in ("en", "zh_CN"):
        assert grouped(bill.receipt_no) in refusal_todo(refused, Catalogue(language))
    assert refused_form.refusal(refused, Catalogue("en"))["receipt_no"] == bill.receipt_no
    assert receipts.show(cashier, receipt=refused.receipt).discount == 2_000


def test_nobody_else_is_told_a_receipt(used, manager, base, wall, cashier):
    """Another person, another till or a later hour: the coupon is used, and that is all."""
    code, _ = used
    assert again(manager, code).receipt is None
    assert again(signed(base, "王芳", "till 2"), code).receipt is None
    wall.forward(seconds=11 * 60)
    assert again(cashier, code).receipt is None


def test_a_receipt_that_was_printed_is_not_lost(used, cashier, tmp_path):
    """The customer has it; a second slip would be a second receipt."""
    code, bill = used
    receipt_slip.write(
        cashier,
        receipt=bill.receipt_no,
        file=tmp_path / "s.pdf",
        words=Catalogue("en", "CNY", cashier.clock.zone),
    )
    assert again(cashier, code).receipt is None


def test_a_bill_that_was_taken_back_is_no_lost_one(used, cashier):
    """Its coupon is free again and simply works."""
    code, bill = used
    voids.undo(cashier, receipt=bill.receipt_no)
    assert open_bill.record(cashier, amount=Money(12_800), coupons=[code]).discount == 2_000
