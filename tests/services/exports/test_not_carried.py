"""What a list says it does not carry."""

from storecrm.i18n import LANGUAGES, Catalogue
from storecrm.services.exports import files, not_carried
from storecrm.services.members import merge
from storecrm.services.till import open_bill, voids
from storecrm.values import Money
from storecrm.wording import labels
from tests import build


def test_a_list_says_what_of_the_shop_it_does_not_carry(owner):
    """Only what is there, with how many, in words of both languages."""
    assert files.not_carried(owner, kind="members") == ()
    build.member(owner)
    build.member(owner, "13900139000", "王")
    merge.merge(owner, survivor="13800138000", merged="13900139000")
    voids.void(
        owner,
        receipt=open_bill.record(owner, amount=Money(1_000), member="13800138000").receipt_no,
        reason="错",
    )
    assert [(one.code, one.count) for one in files.not_carried(owner, kind="members")] == [
        ("merges", 1)
    ]
    assert [(one.code, one.count) for one in files.not_carried(owner, kind="sales")] == [
        ("voided_receipts", 2)
    ]
    assert {
        code for kind in not_carried.KEPT.values() for code in kind
    } == labels.LEFT_BEHIND.keys()
    for words in map(Catalogue, LANGUAGES):
        assert all(labels.left_behind(code, 3, words) for code in labels.LEFT_BEHIND)
