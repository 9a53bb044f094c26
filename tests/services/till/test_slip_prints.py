"""Paper that anybody may use is made once; what is made again says so."""

import pypdfium2
import pytest
from sqlalchemy import update

from storecrm.errors import NotPossible
from storecrm.i18n import Catalogue
from storecrm.models.coupon import Batch
from storecrm.services import shop_settings
from storecrm.services.coupons import batches, issue, paper_stock
from storecrm.services.integrity import verify
from storecrm.services.printing import coupon_layouts, coupon_sheet, receipt_slip
from storecrm.services.till import open_bill
from storecrm.values import Money, PaperAct
from tests import build
from tests.cli.test_cli import offer, shop  # noqa: F401 - the fixtures
from tests.conftest import signed

WORDS = Catalogue("zh_CN")


def text_of(file):
    document = pypdfium2.PdfDocument(str(file))
    found = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return found


@pytest.mark.both
def test_a_bearer_batch_is_printed_once(manager, wall):
    """Twice on paper, the second to come is refused at the till. The first time and count stay."""
    build.offer(manager)
    build.issued(manager, count=3)
    assert not batches.is_copy(manager, batch=1)
    batches.mark_printed(manager, batch=1, count=3)
    first = batches.batch_view(manager, batch=1)
    assert (first.printed, first.printed_at, first.prints) == (3, wall.at, 1)
    with pytest.raises(NotPossible) as refused:
        batches.is_copy(manager, batch=1)
    assert (refused.value.code, refused.value.facts["printed"]) == ("batch_printed", 3)
    wall.forward(days=1)
    assert batches.is_copy(manager, batch=1, copy=True)
    batches.mark_printed(manager, batch=1, count=2)
    again = batches.batch_view(manager, batch=1)
    assert (again.printed, again.printed_at, again.prints) == (3, first.printed_at, 2)


@pytest.mark.both
def test_a_named_batch_may_be_printed_again_and_says_so(manager):
    """Its coupons are their members' alone."""
    who = build.member(manager)
    build.offer(manager)
    build.issued(manager, to=(who.member_no,))
    batches.mark_printed(manager, batch=1, count=1)
    assert batches.is_copy(manager, batch=1)


@pytest.mark.parametrize("layout", list(coupon_layouts.LAYOUTS))
def test_a_copy_bears_its_mark_on_every_paper(manager, tmp_path, layout):
    """Seen by whoever takes it, on each piece."""
    build.offer(manager)
    build.issued(manager, count=2)
    for copy in (False, True):
        file = tmp_path / f"{copy}.pdf"
        sheet = issue.to_print(manager, batch=1)
        coupon_sheet.write(manager, coupons=sheet, file=file, layout=layout, words=WORDS, copy=copy)
        assert text_of(file).count("副本") == 2 * copy


def test_the_command_line_refuses_or_marks(offer, tmp_path):  # noqa: F811
    """As the window does."""
    issued = offer(
        "coupon", "issue", "--offer", "A20", "--count", "2", "--print", str(tmp_path / "a.pdf")
    )
    assert issued["copy"] is False
    again = ("coupon", "print", "--batch", str(issued["batch"]), "--print", str(tmp_path / "b.pdf"))
    assert (
        offer(*again, status=3)["error"]["code"] == "batch_printed"
        and not (tmp_path / "b.pdf").exists()
    )
    assert offer(*again, "--copy")["copy"] is True and "COPY" in text_of(tmp_path / "b.pdf")


@pytest.mark.both
def test_a_second_slip_is_a_copy(owner, tmp_path):
    """So that nobody has two receipts of one purchase; the coupon on it is a copy too."""
    build.offer(owner, "NEXT", kind="amount_off", value="5", min_spend=None)
    shop_settings.set_rule(owner, key="next_offer", value="NEXT")
    cashier = signed(owner, "王芳")
    sold = open_bill.record(cashier, amount=Money(5_000))
    marks = []
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        receipt_slip.write(cashier, receipt=sold.receipt_no, file=tmp_path / name, words=WORDS)
        marks.append(text_of(tmp_path / name).count("副本"))
    assert marks == [0, 2, 2]


@pytest.mark.both
def test_used_coupons_are_not_in_stock(manager):
    """21 printed, 21 used: nothing lies in the drawer. What is cancelled does not lie there
    either."""
    build.offer(manager, kind="amount_off", value="5", min_spend=None, uses_allowed=2)
    codes = build.issued(manager, count=6)
    for code in codes[:2]:
        open_bill.record(manager, amount=Money(5_000), coupons=[code])
    issue.void(manager, code=codes[5])
    paper_stock.move(manager, batch=1, act=PaperAct.HANDED_OUT, first=2, last=4, channel="street")
    card = paper_stock.card(manager, batch=1)
    # serials lie in the order of the codes
    used_in = sum(code in codes[:2] for code in (codes[0], codes[4]))
    assert (card.in_stock, card.out, card.voided, card.redeemed) == (2 - used_in, 3, 1, 2)
    assert card.in_stock + card.out + card.voided + used_in == card.count


def test_the_books_know_what_was_printed(owner):
    """A first time that was wiped out is found."""
    build.offer(owner)
    build.issued(owner, count=1)
    batches.mark_printed(owner, batch=1, count=1)
    assert verify.verify(owner)[1] == []
    with owner.write() as session:
        session.execute(update(Batch).values(prints=0))
    assert [finding.check for finding in verify.verify(owner)[1]] == ["paper"]
