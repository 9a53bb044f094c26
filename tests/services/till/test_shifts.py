"""What lies around the counter: printed stock, the shift, exchanges, suppliers, slips."""

import openpyxl
import pypdfium2
import pytest

from storecrm.domain.tenders import Tender
from storecrm.errors import BadInput, Conflict, CouponRefused, NotAllowed, NotFound, NotPossible
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.coupons import batches, issue, paper_stock
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members.verification import VOUCHED
from storecrm.services.printing import emergency_list, receipt_slip, shift_slip
from storecrm.services.reports import supplier_claims, supplier_sheet
from storecrm.services.till import (
    basket,
    day_board,
    exchanges,
    late_member,
    open_bill,
    overrides,
    receipts,
    returned_goods,
    returns,
    shifts,
    voids,
)
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.values import (
    CouponState,
    Money,
    Override,
    PaperAct,
    Quantity,
    RefusalCode,
    SaleState,
    TenderKind,
)
from tests import build
from tests.services.reading import barcodes_of, text_of

pytestmark = pytest.mark.both

OUT, BACK, VOID = PaperAct.HANDED_OUT, PaperAct.RETURNED, PaperAct.VOIDED


@pytest.fixture
def goods(manager, tmp_path):
    file = tmp_path / "goods.csv"
    file.write_text(
        "sku,barcode,name,category,price\nMILK,6901234567892,晨露纯牛奶,乳品,45.90\nBREAD,,吐司,烘焙,8.80\nRICE,,大米,粮油,39.90\n",
        "utf-8",
    )
    run.load(manager, kind="products", path=file)
    return manager


def clean(owner):
    assert verify.verify(owner)[1] == []


# --- printed stock ---


def test_a_coupon_activated_by_handing_out_works_from_then_on(manager, cashier, owner):
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    batch = issue.issue(manager, offer="A20", count=100, activate=True)
    codes = batches.codes_of(manager, batch=batch.id)
    with pytest.raises(CouponRefused) as refused:
        open_bill.record(cashier, coupons=[codes[9]])
    assert [r.code for r in refused.value.refusals] == [RefusalCode.NOT_ACTIVATED]
    card = paper_stock.move(
        manager, batch=batch.id, act=OUT, first=1, last=50, channel="street", person="李强"
    )
    assert (card.in_stock, card.out) == (50, 50)
    assert open_bill.record(cashier, coupons=[codes[9]]).discount == 600
    card = paper_stock.move(manager, batch=batch.id, act=BACK, first=41, last=50)
    assert (card.in_stock, card.out, card.returned, card.redeemed) == (60, 40, 10, 1)
    with pytest.raises(CouponRefused):
        open_bill.record(cashier, coupons=[codes[45]])
    paper_stock.move(manager, batch=batch.id, act=OUT, first=41, last=45, channel="counter")
    assert open_bill.record(cashier, coupons=[codes[44]]).discount == 600
    card = paper_stock.move(manager, batch=batch.id, act=VOID, first=91, last=100)
    assert (card.in_stock, card.out, card.voided) == (45, 45, 10)
    assert issue.show(manager, code=codes[95]).state is CouponState.VOIDED
    assert [(w.channel, w.person, w.out, w.returned, w.redeemed) for w in card.ways] == [
        ("counter", "", 5, 0, 1),
        ("street", "李强", 40, 5, 1),
    ]
    clean(owner)


def test_stock_moves_that_cannot_be_are_refused(manager, cashier):
    build.offer(manager)
    who = build.member(manager)
    batch = issue.issue(manager, offer="A20", count=10).id
    named = issue.issue(manager, offer="A20", to=(who.member_no,)).id
    paper_stock.move(manager, batch=batch, act=OUT, first=1, last=5, channel="street")
    for act, first, last, channel, error in (
        (OUT, 5, 6, "street", Conflict),
        (OUT, 6, 6, " ", BadInput),
        (BACK, 5, 6, "", Conflict),
        (OUT, 0, 6, "street", BadInput),
        (OUT, 6, 11, "street", BadInput),
        (OUT, 8, 7, "street", BadInput),
    ):
        with pytest.raises(error):
            paper_stock.move(manager, batch=batch, act=act, first=first, last=last, channel=channel)
    with pytest.raises(NotPossible, match="named_batch"):
        paper_stock.move(manager, batch=named, act=OUT, first=1, last=1, channel="street")
    with pytest.raises(NotPossible, match="named_batch"):
        issue.issue(manager, offer="A20", to=(who.member_no,), activate=True)
    with pytest.raises(NotFound):
        paper_stock.card(manager, batch=999)
    with pytest.raises(NotAllowed):
        paper_stock.card(cashier, batch=batch)
    assert paper_stock.card(manager, batch=batch).out == 5


# --- the shift ---


def test_a_shift_counts_what_this_person_did_here_and_keeps_the_differences(
    goods, cashier, manager, owner, wall
):
    build.offer(manager, kind="amount_off", value="6", min_spend=None)
    a, b, c = build.issued(manager)
    who = build.member(manager)
    open_bill.record(cashier, amount=Money(5000), coupons=[a])
    paid = [Tender(TenderKind.CASH, Money(5000))]
    kept = open_bill.record(
        cashier, lines=[LineIn("MILK")], closing=Closing(paid=paid, proof=VOUCHED)
    ).receipt_no
    open_bill.record(cashier, coupons=[b])
    open_bill.record(cashier, amount=Money(1000))
    voids.undo(cashier)
    late_member.attach(cashier, receipt=kept, member=who.member_no)
    with pytest.raises(CouponRefused):
        open_bill.record(cashier, coupons=[a])
    open_bill.record(manager, amount=Money(99_900))
    now = shifts.sheet(cashier)
    assert (now.bills, now.net, now.given, now.undone, now.attached, now.refused) == (
        3,
        4400 + 4590,
        1200,
        1,
        1,
        1,
    )
    assert ([(x.offer_code, x.count, x.discount) for x in now.coupons], now.tenders) == (
        [("A20", 2, 1200)],
        {"cash": 4590},
    )
    wall.forward(seconds=60)
    done = shifts.hand_over(cashier, register_discount=Money(1300), counted={"A20": 1})
    assert (done.difference, done.paper_difference) == (100, -1)
    wall.forward(seconds=60)
    open_bill.record(cashier, amount=Money(700))
    assert (shifts.sheet(cashier).bills, shifts.sheet(cashier).given) == (1, 0)
    day = cashier.clock.today()
    [kept_sheet] = shifts.handed_over(manager, first=day, last=day)
    assert kept_sheet == done
    with pytest.raises(NotAllowed):
        shifts.handed_over(cashier, first=day, last=day)
    for wrong, error in (({"A20": -1}, BadInput), ({"NONE": 1}, NotFound)):
        with pytest.raises(error):
            shifts.hand_over(cashier, counted=wrong)
    assert c
    clean(owner)


def test_the_shift_slip_says_everything_in_both_languages(goods, cashier, manager, wall, tmp_path):
    build.offer(manager, kind="amount_off", value="6", min_spend=None, valid_days=1)
    code = build.issued(manager)[0]
    wall.forward(days=2)
    open_bill.record(
        cashier,
        amount=Money(5000),
        coupons=[code],
        approval=overrides.allow(cashier, reason="just over"),
    )
    wall.forward(seconds=1)
    done = shifts.hand_over(cashier, register_discount=Money(700), counted={"A20": 2})
    assert done.overrides == {Override.ALLOWANCE: 1}
    for language, words in (
        ("en", ("Shift sheet", "Difference ¥1.00", "Own allowance 1", "+1")),
        ("zh_CN", ("交班单", "王芳", "实点 2")),
    ):
        for layout in ("slip-80", "slip-58"):
            file = tmp_path / f"{language}-{layout}.pdf"
            shift_slip.write(
                cashier,
                sheet=done,
                file=file,
                words=Catalogue(language, "CNY", cashier.clock.zone),
                layout=layout,
            )
            said = text_of(file)
            assert all(word in said for word in words), said


# --- the customer's slip ---


def test_the_slip_shows_the_bill_and_its_next_coupon_can_be_scanned(
    goods, owner, cashier, manager, tmp_path
):
    """What was taken off and why, tenders and change, points, and a barcode for the receipt and for
    the next visit."""
    build.offer(manager, "NEXT", kind="amount_off", value="5", min_spend="39", valid_days=30)
    build.offer(manager)
    shop_settings.set_rule(owner, key="next_offer", value="NEXT")
    who = build.member(manager)
    code = build.issued(manager)[0]
    paid = [Tender(TenderKind.WECHAT, Money(1770)), Tender(TenderKind.CASH, Money(10_000))]
    lines = [LineIn("MILK", Quantity(2000)), LineIn("RICE", Quantity(1150))]
    done = open_bill.record(
        cashier,
        lines=lines,
        member=who.member_no,
        coupons=[code],
        closing=Closing(paid=paid, proof=VOUCHED),
    )
    assert (done.gross, done.net, done.change) == (13_769, 11_769, 1)
    for layout in ("slip-80", "slip-58"):
        file = tmp_path / f"{layout}.pdf"
        receipt_slip.write(
            cashier,
            receipt=done.receipt_no,
            file=file,
            words=Catalogue("en", "CNY", cashier.clock.zone),
            layout=layout,
        )
        said = text_of(file)
        for word in (
            "晨露纯牛奶 ¥91.80",
            "2 × ¥45.90",
            "1.15 × ¥39.90",
            "To pay ¥117.69",
            "Change due ¥0.01",
            "WeChat Pay ¥17.70",
            "138****8000",
            "Points now 117",
        ):
            assert word in said, (word, said)
        assert barcodes_of(file) == {done.receipt_no, done.given[0].code}
    zh = tmp_path / "zh.pdf"
    receipt_slip.write(
        cashier,
        receipt=done.receipt_no,
        file=zh,
        words=Catalogue("zh_CN", "CNY", cashier.clock.zone),
    )
    assert "应收" in text_of(zh) and "开票按折后实收" in text_of(zh)
    with pytest.raises(NotFound):
        receipt_slip.write(cashier, receipt="nothing", file=zh, words=Catalogue("en"))
    with pytest.raises(BadInput):
        receipt_slip.write(
            cashier, receipt=done.receipt_no, file=zh, words=Catalogue("en"), layout="a5"
        )


def test_the_emergency_list_prints_every_code_once(owner, cashier, tmp_path):
    codes = overrides.new_codes(owner, count=30)
    file = tmp_path / "safe.pdf"
    emergency_list.write(
        owner, codes=codes, file=file, words=Catalogue("zh_CN", "CNY", owner.clock.zone)
    )
    said = text_of(file).replace(" ", "")
    assert all(said.count(code) == 1 for code in codes)
    assert len(pypdfium2.PdfDocument(file)) == 2
    with pytest.raises(NotAllowed):
        emergency_list.write(cashier, codes=codes, file=file, words=Catalogue("en"))


# --- exchange ---


def test_goods_are_exchanged_and_only_the_difference_is_paid(goods, manager, cashier, owner):
    who = build.member(manager)
    sold = open_bill.record(cashier, lines=[LineIn("MILK"), LineIn("BREAD")], member=who.member_no)
    look = exchanges.preview(
        cashier,
        receipt=sold.receipt_no,
        lines=[returned_goods.ReturnLine(2, Quantity(1000))],
        taken=[LineIn("RICE")],
    )
    assert (look.difference, receipts.show(cashier, receipt=sold.receipt_no).state) == (
        3110,
        SaleState.POSTED,
    )
    assert returns.preview(cashier, receipt=sold.receipt_no).cash == 5470
    with pytest.raises(NotAllowed):
        exchanges.exchange(cashier, receipt=sold.receipt_no, lines=[], taken=[LineIn("RICE")])
    ask = {
        "receipt": sold.receipt_no,
        "lines": [returned_goods.ReturnLine(2, Quantity(1000))],
        "taken": [LineIn("RICE")],
        "request_no": "x1",
    }
    done = exchanges.exchange(manager, **ask, paid=[Tender(TenderKind.CASH, Money(5000))])
    assert (done.difference, done.back.cash, done.sale.net, done.sale.change) == (
        3110,
        880,
        3990,
        1890,
    )
    assert [(p.kind, p.amount) for p in done.sale.paid] == [
        (TenderKind.CASH, 3110),
        (TenderKind.EXCHANGE, 880),
    ]
    assert points_account.show(cashier, member=who.member_no).active == 54 - 9 + 39
    again = exchanges.exchange(manager, **ask)
    assert (again.back.repeated, again.sale.receipt_no, again.difference) == (
        True,
        done.sale.receipt_no,
        3110,
    )
    with pytest.raises(Conflict, match="request_conflict"):
        exchanges.exchange(
            manager, **(ask | {"lines": [returned_goods.ReturnLine(1, Quantity(1000))]})
        )
    clean(owner)


def test_an_exchange_for_less_gives_money_back_and_nothing_is_half_done(
    goods, manager, cashier, owner
):
    sold = open_bill.record(cashier, lines=[LineIn("MILK", Quantity(2000))])
    with pytest.raises(NotFound):
        exchanges.exchange(manager, receipt=sold.receipt_no, lines=[], taken=[LineIn("NONE")])
    with pytest.raises(BadInput, match="exchange_nothing"):
        exchanges.exchange(manager, receipt=sold.receipt_no, lines=[], taken=[])
    with pytest.raises(NotPossible, match="tender_short"):
        exchanges.exchange(
            manager,
            receipt=sold.receipt_no,
            lines=[returned_goods.ReturnLine(1, Quantity(1000))],
            taken=[LineIn("MILK", Quantity(2000))],
            paid=[Tender(TenderKind.CASH, Money(100))],
        )
    assert returns.preview(cashier, receipt=sold.receipt_no).cash == 9180
    done = exchanges.exchange(manager, receipt=sold.receipt_no, lines=[], taken=[LineIn("BREAD")])
    assert (done.difference, done.sale.net) == (880 - 9180, 880)
    back = receipts.show(cashier, receipt=done.back.receipt_no)
    assert sorted((p.kind.value, p.amount) for p in back.paid) == [
        ("cash", -8300),
        ("exchange", -880),
    ]
    clean(owner)


# --- suppliers ---


def test_a_suppliers_share_is_claimed_line_by_line_and_given_back_with_returns(
    goods, manager, owner, cashier, tmp_path
):
    supply = {"supplier": "晨露乳业", "supplier_share": "50", "categories": ["乳品"]}
    build.offer(manager, "MILK5", kind="amount_off", value="5.01", min_spend=None, **supply)
    build.offer(
        manager,
        "AUTO",
        kind="percent_off",
        value="10",
        min_spend=None,
        automatic=True,
        valid_days=None,
        **supply,
    )
    code = build.issued(manager, "MILK5")[0]
    sold = open_bill.record(
        cashier, lines=[LineIn("MILK", Quantity(2000)), LineIn("BREAD")], coupons=[code]
    )
    gone = open_bill.record(cashier, lines=[LineIn("MILK")])
    voids.void(manager, receipt=gone.receipt_no)
    returns.return_goods(
        manager, receipt=sold.receipt_no, lines=[returned_goods.ReturnLine(1, Quantity(1000))]
    )
    day = cashier.clock.today()
    found = supplier_claims.claims(manager, first=day, last=day)
    assert sorted((c.offer, c.product, c.discount, c.owed) for c in found) == [
        ("AUTO", "晨露纯牛奶", -459, -230),
        ("AUTO", "晨露纯牛奶", 918, 459),
        ("MILK5", "晨露纯牛奶", -250, -125),
        ("MILK5", "晨露纯牛奶", 501, 251),
    ]
    file = tmp_path / "suppliers.xlsx"
    owed = supplier_sheet.write(
        manager, first=day, last=day, file=file, words=Catalogue("zh_CN", "CNY", manager.clock.zone)
    )
    assert owed == {"晨露乳业": 355}
    book = openpyxl.load_workbook(file, data_only=True)
    sheet = book.worksheets[0]
    assert (sheet.title, sheet.cell(6, 9).value) == ("1 晨露乳业", 3.55)
    assert any("供应商 ____" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    with pytest.raises(BadInput):
        supplier_claims.claims(manager, first=day, last=day.replace(day=1))
    with pytest.raises(NotAllowed):
        supplier_claims.claims(cashier, first=day, last=day)


def test_a_claim_stays_in_the_month_of_its_sale_when_everything_comes_back_later(
    goods, manager, owner, cashier, wall
):
    build.offer(
        manager,
        "MILK5",
        kind="amount_off",
        value="5.01",
        min_spend=None,
        supplier="晨露乳业",
        supplier_share="50",
        categories=["乳品"],
    )
    code, dropped = build.issued(manager, "MILK5", 2)
    sold_on = cashier.clock.today()
    sold = open_bill.record(
        cashier, lines=[LineIn("MILK", Quantity(2000)), LineIn("BREAD")], coupons=[code]
    )
    again = open_bill.record(cashier, lines=[LineIn("MILK")], coupons=[dropped])
    voids.void(manager, receipt=again.receipt_no, reason="returned")
    wall.forward(days=20)
    later = cashier.clock.today()
    returns.return_goods(
        manager, receipt=sold.receipt_no, lines=[returned_goods.ReturnLine(1, Quantity(1000))]
    )
    returns.return_goods(manager, receipt=sold.receipt_no)
    assert [
        (c.discount, c.owed) for c in supplier_claims.claims(owner, first=sold_on, last=sold_on)
    ] == [(501, 251)]
    assert sum(c.discount for c in supplier_claims.claims(owner, first=later, last=later)) == -501
    assert sum(c.discount for c in supplier_claims.claims(owner, first=sold_on, last=later)) == 0


def test_a_coupon_that_left_the_bill_before_it_was_sold_is_claimed_from_nobody(
    goods, manager, owner, cashier
):
    """Swapped for another one; then some of the goods come back."""
    supply = {"supplier": "晨露乳业", "supplier_share": "50", "categories": ["乳品"]}
    for code in ("ONE", "TWO"):
        build.offer(manager, code, kind="amount_off", value="5", min_spend=None, **supply)
    first, second = build.issued(manager, "ONE", 1) + build.issued(manager, "TWO", 1)
    basket.put(cashier, code="MILK", quantity=Quantity(2000))
    open_bill.take(cashier, code=first, request_no="a", proof=VOUCHED)
    open_bill.swap(cashier, code=second, request_no="b", proof=VOUCHED)
    sold = open_bill.close(cashier)
    returns.return_goods(
        manager, receipt=sold.receipt_no, lines=[returned_goods.ReturnLine(1, Quantity(1000))]
    )
    day = cashier.clock.today()
    assert sorted(
        (c.offer, c.discount) for c in supplier_claims.claims(owner, first=day, last=day)
    ) == [("TWO", -250), ("TWO", 500)]


# --- lists of the day ---


def test_refused_scans_are_listed_with_every_reason(manager, cashier, owner, wall):
    build.offer(manager, valid_days=1)
    code = build.issued(manager)[0]
    wall.forward(days=2)
    with pytest.raises(CouponRefused):
        open_bill.record(cashier, amount=Money(5000), coupons=[code])
    [row] = day_board.refused(cashier)
    assert (row.offer, row.staff, row.till, row.code_tail) == ("A20", "王芳", "till 1", code[-4:])
    assert row.reasons == (RefusalCode.EXPIRED, RefusalCode.MIN_SPEND)
    day = cashier.clock.today()
    wall.forward(days=1)
    assert day_board.refused(cashier) == []
    assert day_board.refused(cashier, first=day, last=day) == []
    assert len(day_board.refused(manager, first=day, last=day)) == 1
    with pytest.raises(BadInput):
        day_board.refused(manager, first=cashier.clock.today(), last=day)


def test_the_tills_bills_of_today(manager, cashier):
    first = open_bill.record(cashier, amount=Money(5000)).receipt_no
    open_bill.record(cashier, amount=Money(700))
    voids.void(manager, receipt=first)
    assert [(row.net, row.state) for row in day_board.bills(cashier)] == [
        (700, "posted"),
        (5000, "voided"),
    ]


def test_a_slip_is_as_wide_as_its_paper(goods, cashier, tmp_path):
    done = open_bill.record(cashier, lines=[LineIn("MILK")])
    for layout, wide in (("slip-80", 80), ("slip-58", 58)):
        file = tmp_path / "slip.pdf"
        receipt_slip.write(
            cashier, receipt=done.receipt_no, file=file, words=Catalogue("en"), layout=layout
        )
        width, _ = pypdfium2.PdfDocument(file)[0].get_size()
        assert round(width / 72 * 25.4) == wide
        picture = pypdfium2.PdfDocument(file)[0].render(scale=2).to_pil().convert("L")
        assert picture.crop((0, 0, 4, picture.height)).getextrema()[0] > 200
