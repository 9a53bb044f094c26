"""What a shop hands out as lists, an empty shop takes in: the same members, goods, offers,
receipts, coupons and points."""

import csv
import shutil
from datetime import date

import pytest
from sqlalchemy import text

from storecrm import compose
from storecrm.errors import CouponRefused, NotPossible
from storecrm.i18n import Catalogue
from storecrm.services.coupons import batches, issue, paper_stock
from storecrm.services.exports import files, lists
from storecrm.services.imports import move_in, run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account, stamp_cards, tiers
from storecrm.services.members import consent, merge, phones_and_cards, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.reports import day_totals, month_figures, workbook
from storecrm.services.till import coupon_check, open_bill, returns, voids
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import Channel, Money, PaperAct, Purpose, Quantity
from tests import build
from tests.conftest import furnished, server_says, signed

KINDS = [kind for kind in lists.LISTS if kind != "points-ledger"]
DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def other_template(tmp_path_factory):
    """Another shop, with other keys and another number, made once."""
    path = tmp_path_factory.mktemp("other") / "store.db"
    furnished(str(path))
    return path


@pytest.fixture
def empty(other_template, tmp_path, wall):
    """That shop, with nobody in it but its staff; its owner acts."""
    place = tmp_path / "other.db"
    shutil.copyfile(other_template, place)
    store = compose.open_store(str(place), wall=wall, steady=wall.steady)
    yield signed(store, "陈")
    compose.close_store(store)


@pytest.fixture
def empty_beside(backend, empty, server, wall):
    """Such a shop on the other kind of database than `backend`."""
    if backend == "postgres":
        yield empty
        return
    server_says(server, "DROP DATABASE IF EXISTS shop_beside WITH (FORCE)")
    server_says(server, "CREATE DATABASE shop_beside")
    place = server.format("shop_beside")
    furnished(place)
    store = compose.open_store(place, wall=wall, steady=wall.steady)
    yield signed(store, "陈")
    compose.close_store(store)
    server_says(server, "DROP DATABASE shop_beside WITH (FORCE)")


def line(sku, pieces=1):
    return LineIn(sku, Quantity(pieces * 1000))


@pytest.fixture
def full(owner, tmp_path, wall):
    """A shop in which everything was used that a list can carry."""
    file = tmp_path / "goods.csv"
    file.write_text(
        "sku,barcode,name,category,brand,price,cost,no_points,no_promotion,medicine\n"
        "M1,6901234567892,牛奶,乳品,晨光,12.00,8.10,,,\nS1,,薯片,零食,,6.90,,,,\nT1,,=烟,烟酒,,25.00,,1,1,\n"
        "H1,,感冒药,药品,,18.00,,,,otc_b\n",
        "utf-8",
    )
    run.load(owner, kind="products", path=file)
    _people(owner, tmp_path)
    _offers(owner)
    _trade(owner, wall)
    _families(owner)
    day_totals.set_total(owner, day=DAY, net_sales=Money(123_456), receipts=78)
    return owner


def _people(owner, tmp_path):
    registry.register(
        owner,
        new=NewMember(
            phone="13800138000",
            name="李小梅",
            gender="f",
            birthday="农历05-17",
            email="a@example.com",
            note="爱喝茶, 不吃辣",
            card_no="C-77",
        ),
    )
    registry.register(
        owner,
        new=NewMember(phone="13900139000", name="-王", birthday="2018-03-02", guardian="王妈"),
    )
    registry.register(owner, new=NewMember(card_no="only-card"))
    consent.set_consent(
        owner, member="13800138000", channel=Channel.SMS, granted=True, evidence="签字单 8"
    )
    consent.set_consent(owner, member="13800138000", channel=Channel.EMAIL, granted=False)
    file = tmp_path / "old.csv"
    file.write_text(
        "phone,name,tags,points,points_expire_on,tier,tier_until,spent_to_date,visits,last_visit,consent_wechat\n"
        '13700137000,赵六,"常客,早市",300,2027-05-31,金卡,2027-12-31,888.80,12,2026-10-01,yes\n',
        "utf-8",
    )
    run.load(owner, kind="members", path=file)


def _families(owner):
    """What else a member has: further phones and cards, every answer, a friend, stamps, a tier for
    good, a word for the till."""
    phones_and_cards.add_phone(owner, member="13800138000", phone="13700137111")
    phones_and_cards.add_phone(owner, member="13800138000", phone="13700137222")
    phones_and_cards.add_card(owner, member="13800138000", card="C-78")
    phones_and_cards.add_card(owner, member="only-card", card="z,9;8")
    build.member(owner, "13500135000", "孙七")
    merge.merge(owner, survivor="13900139000", merged="13500135000")
    registry.register(
        owner, new=NewMember(phone="13600136000", name="友", referrer="13800138000", alert="带孩子")
    )
    consent.set_consent(
        owner, member="13600136000", channel=Channel.PHONE, granted=True, evidence="电话 0915"
    )
    consent.set_consent(owner, member="13600136000", channel=Channel.POST, granted=False)
    consent.set_consent(
        owner, member="13600136000", channel=Channel.SMS, granted=True, purpose=Purpose.SERVICE
    )
    consent.set_consent(
        owner, member="13800138000", channel=Channel.SMS, granted=False, evidence="不要了"
    )
    tiers.keep(owner, name="银卡", threshold=Money(100_000))
    tiers.set_by_hand(owner, member="13600136000", tier="银卡", until=None, reason="老朋友")


def _offers(owner):
    build.offer(owner, "A20", name="满100减20", campaign="秋季")
    build.offer(
        owner,
        "MILK",
        kind="percent_off",
        zhe="8.5",
        value=None,
        min_spend=None,
        products="M1,S1",
        limit_per_member=9,
    )
    build.offer(
        owner,
        "AUTO",
        kind="percent_off",
        value="10",
        min_spend=None,
        automatic=True,
        valid_days=None,
        categories="零食",
    )
    build.offer(
        owner,
        "CARD",
        kind="stamps",
        value=None,
        min_spend=None,
        buy=5,
        products="M1",
        reward="A20",
        automatic=True,
    )
    build.offer(owner, "OVER", kind="amount_off", value="5", min_spend=None, uses_allowed="*")


def _trade(owner, wall):
    """Receipts of every kind, coupons in every state, points that were earned, used, given and
    taken."""
    free = build.issued(owner, "A20", count=6)
    named = build.issued(owner, "MILK", to=("13800138000", "13700137000"))
    issue.issue(owner, offer="A20", count=3, activate=True)
    paper = batches.listed(owner)[0].id
    paper_stock.move(owner, batch=paper, act=PaperAct.HANDED_OUT, first=1, last=2, channel="街头")
    sold = open_bill.record(
        owner,
        lines=[line("M1", 7), line("S1", 5), line("T1")],
        coupons=[free[0]],
        member="13800138000",
    )
    open_bill.record(owner, lines=[line("M1", 2)], coupons=[named[0]], member="13800138000")
    open_bill.record(
        owner,
        amount=Money(51_234),
        member="13700137000",
        closing=Closing(points_used=200, proof=VOUCHED),
    )
    voids.void(
        owner,
        receipt=open_bill.record(owner, amount=Money(19_900), coupons=[free[1]]).receipt_no,
        reason="错",
    )
    whole = open_bill.record(owner, lines=[line("H1", 3)], member="13900139000")
    returns.return_goods(owner, receipt=sold.receipt_no, lines=[ReturnLine(1, Quantity(2000))])
    returns.return_goods(owner, receipt=whole.receipt_no)
    returns.without_receipt(owner, amount=Money(700), reason="旧票")
    open_bill.record(owner, coupons=[build.issued(owner, "OVER", count=1)[0]])
    design.stop(owner, code="OVER")
    issue.void(owner, code=free[3], reason="破损")
    issue.reissue(owner, code=named[1])
    adjustments.adjust(owner, member="13800138000", count=55, reason="补偿")
    wall.forward(seconds=14 * 3600 + 1800)
    assert owner.clock.today() == DAY
    open_bill.record(owner, amount=Money(3_300), member="13800138000")


def hand_out(shop, folder, ending, language="en"):
    folder.mkdir()
    for kind in KINDS:
        files.export(shop, kind=kind, file=folder / f"{kind}.{ending}", words=Catalogue(language))
    return folder


def take_in(shop, folder, ending):
    """All lists as one act, each known by its titles."""
    plan = move_in.plan(shop, files=[folder / f"{kind}.{ending}" for kind in KINDS])
    assert [(one.path.stem, one.told_by) for one in plan] == [(one.kind, "titles") for one in plan]
    return {one.file.kind: one.result for one in move_in.load(shop, plan=plan).files}


def rows_of(folder, kind, *, without=()):
    with (folder / f"{kind}.csv").open(encoding="utf-8-sig", newline="") as source:
        return [
            {name: cell for name, cell in row.items() if name not in without}
            for row in csv.DictReader(source)
        ]


def asked(shop, statement):
    with shop.read() as session:
        rows = [
            # one database has a type for days, the other has texts
            tuple(str(cell) if isinstance(cell, date) else cell for cell in row)
            for row in session.execute(text(statement))
        ]
    # and they put texts in different orders
    return sorted(rows, key=str) if " ORDER BY c.id" not in statement else rows


SAME = {
    "members": "SELECT member_no, phone, name, gender, birthday, birthday_type, email, note, guardian, tier, tier_until, tier_by_hand, alert, opening_spent,"
    " opening_visits, opening_last_visit, registered_on FROM member WHERE state = 'live' ORDER BY member_no",
    "points": "SELECT m.member_no, l.expires_on, l.active_from, l.opened_on, SUM(e.points) FROM point_entry e"
    " JOIN point_lot l ON l.id = e.lot_id JOIN member m ON m.id = l.member_id GROUP BY l.id, m.member_no HAVING SUM(e.points) <> 0 ORDER BY 1, 2, 4, 5",
    "days": "SELECT business_date, store, channel, COUNT(*), SUM(net) FROM sale WHERE state = 'posted' AND voids_id IS NULL"
    " AND net IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "buyers": "SELECT m.member_no, COUNT(*), SUM(s.net) FROM sale s JOIN member m ON m.id = s.member_id"
    " WHERE s.state = 'posted' AND s.voids_id IS NULL GROUP BY 1 ORDER BY 1",
    "pieces": "SELECT p.sku, SUM(l.quantity), COUNT(*) FROM sale_line l JOIN sale s ON s.id = l.sale_id JOIN product p ON p.id = l.product_id"
    " WHERE s.state = 'posted' AND s.voids_id IS NULL GROUP BY 1 ORDER BY 1",
    "returns": "SELECT s.closed_by, o.receipt_no, s.net FROM sale s LEFT JOIN sale o ON o.id = s.returns_id WHERE s.state = 'posted'"
    " AND s.closed_by IN ('returned', 'all_returned', 'no_receipt') ORDER BY s.receipt_no",
    "coupons": "SELECT c.code, o.code, c.state, c.valid_from, c.valid_to, c.serial, c.uses_allowed, c.issued_on, c.void_reason"
    " FROM coupon c JOIN offer o ON o.id = c.offer_id ORDER BY 1",
    "uses": "SELECT c.code, r.at / 1000000, r.business_date, r.discount, s.receipt_no FROM redemption r JOIN coupon c ON c.id = r.coupon_id"
    " LEFT JOIN sale s ON s.id = r.sale_id AND s.net IS NOT NULL WHERE r.reversed_at IS NULL ORDER BY 1, 2",
    "goods": "SELECT sku, barcode, name, category, brand, price, cost, no_points, no_promotion, medicine FROM product ORDER BY sku",
    "days of the shop": "SELECT day, store, net_sales, receipts FROM day_total ORDER BY 1",
    "phones": "SELECT m.member_no, p.phone FROM member_phone p JOIN member m ON m.id = p.member_id ORDER BY 1, 2",
    "cards": "SELECT m.member_no, s.key FROM scannable s JOIN member m ON m.id = s.target_id WHERE s.kind = 'member' AND m.state = 'live'"
    " ORDER BY 1, 2",
    "answers": "SELECT m.member_no, c.channel, c.purpose, c.granted, c.at / 1000000, c.evidence, c.text_version FROM consent c"
    " JOIN member m ON m.id = c.member_id ORDER BY c.id",
    "friends": "SELECT f.member_no, b.member_no, r.state, r.registered_on, r.rewarded_on FROM referral r JOIN member f ON f.id = r.friend_id"
    " AND f.referred_by = r.referrer_id JOIN member b ON b.id = r.referrer_id ORDER BY 1",
    "tags": "SELECT m.member_no, t.tag FROM member_tag t JOIN member m ON m.id = t.member_id ORDER BY 1, 2",
}


def figures(shop):
    """What the month's report says of what lists carry."""
    now = month_figures.figures(shop, first=date(2026, 11, 1), last=date(2026, 11, 30))
    offers_of = {
        row.offer_code: (row.issued, row.redemptions, row.discount, row.sales_with_coupon_net)
        for row in now.offers
    }
    days = [
        (d.day, d.recorded_net, d.recorded_receipts, d.member_net, d.shop_net) for d in now.days
    ]
    return (
        now.totals.redemption_rate,
        now.totals.member_rate,
        now.members,
        now.points.closing,
        offers_of,
        days,
    )


@pytest.mark.parametrize(
    ("ending", "language"), [("csv", "zh_CN"), ("xlsx", "zh_CN"), ("xlsx", "en")]
)
def test_an_empty_shop_that_reads_the_lists_is_the_same_shop(
    full, empty, tmp_path, ending, language
):
    """To the cent and the row, whatever the language and the kind of file."""
    require_same(full, empty, hand_out(full, tmp_path / "lists", ending, language), ending)


@pytest.mark.both
def test_a_shop_moves_to_the_other_database(full, empty_beside, tmp_path):
    """A shop that gets a second till reads its lists on a server, and one that closes it takes them
    home: the same to the cent and the row."""
    require_same(full, empty_beside, hand_out(full, tmp_path / "lists", "csv"), "csv")


def require_same(full, empty, lists, ending):
    """The lists of `full` make `empty` the same shop."""
    done = take_in(empty, lists, ending)
    assert {kind: result.rejected for kind, result in done.items()} == dict.fromkeys(KINDS, 0)
    assert {name: asked(empty, statement) for name, statement in SAME.items()} == {
        name: asked(full, each) for name, each in SAME.items()
    }
    assert figures(empty) == figures(full)
    assert [
        (o.code, o.name, o.campaign, o.state, o.rule) for o in design.listed(empty)[::-1]
    ] == sorted(
        ((o.code, o.name, o.campaign, o.state, o.rule) for o in design.listed(full)[::-1]),
        key=lambda offer: offer[0] == "CARD",
    )
    for member in (
        "13800138000",
        "13900139000",
        "13700137000",
        "only-card",
        "C-77",
        "13700137222",
        "z,9;8",
        "13500135000",
    ):
        now, then = (
            points_account.show(empty, member=member),
            points_account.show(full, member=member),
        )
        assert (now.active, now.pending, now.owed) == (then.active, then.pending, then.owed)
        assert stamp_cards.cards(empty, member=member) == stamp_cards.cards(full, member=member)
    assert stamp_cards.cards(full, member="13800138000")[0].stamps
    assert verify.verify(empty)[1] == []


def test_paper_that_was_not_handed_out_works_in_neither_shop(full, empty, tmp_path):
    """What lies in the drawer is no money there either, and can be handed out there."""
    take_in(empty, hand_out(full, tmp_path / "lists", "csv"), "csv")
    paper = asked(
        full,
        "SELECT c.code, c.serial FROM coupon c JOIN batch b ON b.id = c.batch_id WHERE b.activate = 1 ORDER BY c.serial",
    )
    for code, serial in paper:
        if serial <= 2:
            assert coupon_check.check(empty, code=code, amount=Money(20_000)).discount == 2_000
            continue
        with pytest.raises(CouponRefused):
            coupon_check.check(empty, code=code, amount=Money(20_000))
    [(batch,)] = asked(empty, "SELECT id FROM batch WHERE activate = 1")
    paper_stock.move(empty, batch=batch, act=PaperAct.HANDED_OUT, first=3, last=3, channel="街头")
    assert coupon_check.check(empty, code=paper[2][0], amount=Money(20_000)).discount == 2_000


def test_a_list_longer_than_a_sheet_is_refused_whole(full, tmp_path, monkeypatch):
    """No row is dropped without a word, and no half list is left."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    with pytest.raises(NotPossible, match="sheet_full"):
        files.export(full, kind="sales", file=tmp_path / "s.xlsx", words=Catalogue("en"))
    assert not (tmp_path / "s.xlsx").exists()


def test_the_lists_of_the_new_shop_are_those_of_the_old(full, empty, tmp_path):
    """Row for row; a lot's kind and receipt and the day it is new stay with the shop that earned
    it."""
    first = hand_out(full, tmp_path / "first", "csv")
    take_in(empty, first, "csv")
    second = hand_out(empty, tmp_path / "second", "csv")
    stays = {"points": ("kind", "receipt_no"), "coupons": ("batch",)}
    for kind in KINDS:
        without = stays.get(kind, ())
        assert rows_of(second, kind, without=without) == rows_of(first, kind, without=without), kind


@pytest.mark.both
def test_a_shops_own_lists_change_nothing_in_it(full, tmp_path):
    """Nobody gets points twice, no receipt and no use is there twice, because a list was read by
    the shop that wrote it."""
    before = {name: asked(full, statement) for name, statement in SAME.items()}
    done = take_in(full, hand_out(full, tmp_path / "own", "csv"), "csv")
    for kind, result in done.items():
        assert (result.created, result.updated, result.rejected) == (0, 0, 0), kind
        assert result.unchanged == result.rows > 0, kind
    assert {name: asked(full, statement) for name, statement in SAME.items()} == before
