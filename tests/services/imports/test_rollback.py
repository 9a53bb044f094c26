"""Rolling an import back: whole, or refused with who uses it; later changes stay."""

import pytest
from sqlalchemy import select

from storecrm import compose
from storecrm.domain.offers import reading
from storecrm.errors import Conflict, StoreError
from storecrm.i18n import Catalogue
from storecrm.models.base import Base
from storecrm.models.redemption import RefusedScan
from storecrm.services.analytics import segments
from storecrm.services.coupons import batches, issue, paper_stock
from storecrm.services.imports import dropped_rows, references, rollback, run, uses
from storecrm.services.imports.references import Hindrance
from storecrm.services.integrity import verify
from storecrm.services.loyalty import card_replacement, points_account, tiers
from storecrm.services.members import consent, merge, registry
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.till import exchanges, late_member, open_bill, parked_bills, returns, voids
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import Channel, Money, PaperAct, Points, Quantity
from storecrm.wording import errors
from storecrm.wording.errors import sentence
from tests.build import bring, everything, member
from tests.conftest import signed

pytestmark = pytest.mark.both
GOODS = "sku,name,category,price,barcode\nTEA,龙井,茶,88.00,6901234567892\nCUP,马克杯,杯,25.00,\n"
PEOPLE = "member_no,phone,name,points\nM-1,13800138001,王小一,300\nM-2,13800138002,王小二,\n"
SALES = "receipt_no,sold_at,member_no,sku,quantity,amount\nR-1,2026-10-02 10:00,{who},{sku},2,50.00\nR-2,2026-10-03 11:00,,,1,60.00\n"
OFFERS = "code,name,kind,value,min_spend,valid_days,automatic,bearer\nW10,欢迎券,threshold_off,10,50,90,,\nAUTO,满减,threshold_off,5,50,,yes,\n"
CODES = "code,offer_code,member_no\nALT-1,W10,{who}\nALT-2,W10,\n"


@pytest.fixture
def load(manager, tmp_path):
    """Imports a text of a kind; gives the number of its batch."""
    return lambda kind, text, **how: bring(manager, tmp_path, kind, text, **how).batch


@pytest.fixture
def refused(manager, base):
    """Rolls back what is in use: refused with who uses it, nothing changed; gives what uses it."""

    def roll(*batches):
        before = everything(base)
        with pytest.raises(Conflict, match="import_in_use") as error:
            run.undo_all(manager, batches=batches)
        assert everything(base) == before
        facts = error.value.facts
        assert facts["uses"][0] == {name: facts[name] for name in ("by", "count", "example")}
        for lang in ("zh_CN", "en"):
            said = sentence(error.value, Catalogue(lang))
            assert all(use["example"] in said for use in facts["uses"]) and "{" not in said
        return {use["by"]: (use["count"], use["example"]) for use in facts["uses"]}

    return roll


def test_every_table_that_names_an_imported_row_is_asked():
    """A table that comes with a later version and names an imported row must say what a roll back
    does with it."""
    named = {name for name, _ in references.foreign_keys()}
    assert named == set(references.ANSWERS)
    stopping = {
        name.partition(".")[0]
        for name, answer in references.ANSWERS.items()
        if answer is Hindrance.STOPS
    }
    imported = {table.name for table in Base.metadata.sorted_tables if "import_id" in table.c} - {
        "import_change",
        "import_waiting",
    }
    kept_by_themselves = {
        "paper_move",
        "day_total",
        "suppression",
        "consent",
        "offer_scope",
        "point_entry",
    }
    assert stopping == set(uses.KEYS) and imported - kept_by_themselves <= set(references.REMOVED)
    assert {uses.CALLED.get(table, table) for table in uses.KEYS} <= set(errors.USED_BY)


def test_who_bought_something_keeps_the_list(load, refused, cashier, manager):
    """Receipts, uses of points and coupons of imported members are named, with one of them."""
    people = load("members", PEOPLE)
    sold = open_bill.record(
        cashier,
        amount=Money(20_000),
        member="M-1",
        closing=Closing(points_used=Points(100), proof=VOUCHED),
    )
    issue.issue(manager, offer=_offer(manager), to=("M-2",))
    found = refused(people)
    assert found["sale"] == (1, sold.receipt_no)
    assert found["point_entry"] == (1, "M-1") and found["coupon"][0] == 1


def _offer(manager, code="A20", **more):
    raw = {
        "code": code,
        "kind": "threshold_off",
        "value": "20",
        "min_spend": "100",
        "valid_days": 30,
    } | more
    design.create(
        manager, new=reading.draft({key: value for key, value in raw.items() if value is not None})
    )
    return code


@pytest.mark.parametrize("what", ["tier", "card", "word", "referral"])
def test_what_was_done_for_an_imported_member_is_named(load, refused, owner, manager, what):
    """A tier by hand, a card handed over, a word at the counter, a friend brought along: each is
    somebody's act."""
    people = load("members", PEOPLE)
    if what == "tier":
        tiers.keep(owner, name="金卡", threshold=Money(50_000))
        tiers.set_by_hand(owner, member="M-2", tier="金卡", until=None, reason="老客")
        assert refused(people)["tier_change"] == (1, "M-2")
    elif what == "card":
        card_replacement.replace(manager, member="M-2")
        assert refused(people)["lost_card"][0] == 1
    elif what == "word":
        consent.set_consent(manager, member="M-2", channel=Channel.SMS, granted=False)
        assert refused(people)["consent"] == (1, "M-2")
    else:
        registry.register(
            manager, new=registry.NewMember(phone="13800138009", name="赵九", referrer="M-2")
        )
        assert refused(people)["referral"][0] == 1


def test_parted_members_and_lists_are_no_hindrance(load, manager, owner):
    """Words, kept lists, tiers that came by themselves and records parted again go with the
    member."""
    tiers.keep(owner, name="金卡", threshold=Money(10))
    people = load(
        "members",
        "member_no,phone,name,spent_to_date\nM-1,13800138001,王小一,900\nM-2,13800138002,王小二,0\n",
    )
    merge.merge(manager, survivor="M-1", merged="M-2")
    assert taking_back_refused(manager, people) == "member_merge"
    merge.unmerge(manager, member="M-1")
    registry.tag(manager, member="M-1", add=["常客"])
    segments.create(
        manager, code="ALL", name="全部", rule={"field": "visits", "op": ">=", "value": 0}
    )
    segments.keep_list(manager, code="KEPT", of="ALL")
    assert len(tiers.review(owner)) == 1
    run.undo(manager, batch=people)
    assert registry.count(manager) == 0 and verify.verify(owner)[1] == []


def taking_back_refused(manager, batch):
    with pytest.raises(Conflict, match="import_in_use") as error:
        run.undo(manager, batch=batch)
    return error.value.facts["by"]


@pytest.mark.parametrize("what", ["return", "exchange", "attach", "goods"])
def test_who_came_back_with_imported_goods_keeps_the_receipts(
    load, refused, manager, cashier, what
):
    """A return, an exchange and a member who was named later stand on the imported receipt; a sale
    stands on the articles."""
    goods = load("products", GOODS)
    if what == "goods":
        sold = open_bill.record(cashier, lines=[LineIn("TEA"), LineIn("CUP")])
        assert refused(goods) == {"sale": (1, sold.receipt_no)}
        return
    sales = load("sales", SALES.format(who="", sku="CUP"))
    member(manager)
    if what == "return":
        found = returns.return_goods(
            manager, receipt="R-1", lines=[ReturnLine(1, Quantity(1000))]
        ).receipt_no
    elif what == "exchange":
        found = exchanges.exchange(
            manager, receipt="R-1", lines=[ReturnLine(1, Quantity(1000))], taken=[LineIn("CUP")]
        ).back.receipt_no
    else:
        late_member.attach(manager, receipt="R-1", member="13800138000")
        found = "R-1"
    by = refused(sales)
    assert by["sale"][1] == found and by["sale"][0] == 1
    assert points_account.show(manager, member="13800138000").active == (
        50 if what == "attach" else 0
    )


@pytest.mark.parametrize("what", ["used", "printed", "handed out", "given again", "put aside"])
def test_paper_and_uses_keep_the_coupons(load, refused, manager, cashier, what):
    """A coupon that somebody used, or holds on paper, cannot cease to exist."""
    load("offers", OFFERS)
    codes = load("coupons", CODES.format(who=""))
    if what == "used":
        open_bill.record(cashier, amount=Money(20_000), coupons=["ALT-1"])
        assert refused(codes)["redemption"] == (1, "ALT-1")
    elif what == "printed":
        batches.mark_printed(manager, batch=1, count=2)
        assert refused(codes) == {"paper": (1, "1")}
    elif what == "handed out":
        paper_stock.move(manager, batch=1, act=PaperAct.HANDED_OUT, first=1, last=1, channel="柜台")
        assert refused(codes) == {"paper": (1, "1")}
    elif what == "given again":
        member(manager)
        named = load("coupons", "code,offer_code,member_no\nALT-3,W10,13800138000\n")
        issue.reissue(manager, code="ALT-3")
        assert refused(named) == {"coupon": (1, "ALT-3")}
    else:
        parked_bills.suspend(cashier, amount=Money(20_000), coupons=["ALT-2"], proof=VOUCHED)
        assert refused(codes) == {"coupon": (1, "ALT-2")}


def test_bills_and_batches_keep_the_offers(load, refused, manager, cashier):
    """A promotion that priced a bill prices its return too; a batch says what its offer says; a
    card's reward is an offer."""
    load("products", GOODS)
    made = load("offers", OFFERS)
    sold = open_bill.record(cashier, lines=[LineIn("TEA"), LineIn("CUP")])
    assert sold.discount == 500
    issued = issue.issue(manager, offer="W10", count=2)
    design.create(
        manager,
        new=reading.draft(
            {
                "code": "CARD",
                "kind": "stamps",
                "buy": 5,
                "reward": "W10",
                "categories": ["茶"],
                "automatic": True,
            }
        ),
    )
    found = refused(made)
    assert (found["sale"], found["batch"]) == ((1, sold.receipt_no), (1, str(issued.id)))
    assert found["offer"] == (1, "CARD") and found["coupon"][0] == 2


def test_scopes_stay_with_what_was_sold_or_issued_under_them(load, refused, manager, cashier):
    """Goods that a file named for an offer are part of what its coupons say and of what its bills
    were priced by."""
    load("products", GOODS)
    load("offers", OFFERS)
    for code, use in (
        ("W10", lambda: issue.issue(manager, offer="W10", count=1)),
        ("AUTO", lambda: open_bill.record(cashier, lines=[LineIn("TEA")])),
    ):
        scope = load("offer-products", f"offer_code,sku\n{code},TEA\n")
        use()
        assert set(refused(scope)) == {"batch"} if code == "W10" else {"sale"}


def test_refused_scans_are_no_hindrance(load, manager, owner, cashier, base):
    """A coupon that was refused was not used: the trace of the scan stays, and names no offer any
    more."""
    offered = load("offers", OFFERS)
    codes = load("coupons", CODES.format(who=""))
    with pytest.raises(StoreError):
        open_bill.record(cashier, amount=Money(100), coupons=["ALT-1"])
    for batch in (codes, offered):
        run.undo(manager, batch=batch)
    with base.read() as session:
        assert session.execute(select(RefusedScan.offer_id, RefusedScan.code_tail)).all() == [
            (None, "lt-1")
        ]
    assert design.listed(manager) == [] and verify.verify(owner)[1] == []


def test_imports_that_go_together_go_whole_the_newest_first(load, refused, manager, owner, base):
    """A move from another system is one act: what its files use of one another is no hindrance."""
    before = {
        name: rows
        for name, rows in everything(base).items()
        if name in ("member", "product", "sale", "coupon", "offer", "scannable")
    }
    kit = [
        load("products", GOODS),
        load("members", PEOPLE),
        load("sales", SALES.format(who="M-1", sku="TEA"), earn=True),
        load("offers", OFFERS),
        load("coupons", CODES.format(who="M-2")),
        load(
            "redemptions",
            "code,redeemed_at,receipt_no,discount\nALT-1,2026-10-02 10:00,R-1,10.00\n",
        ),
    ]
    assert refused(kit[0])["sale"] == (1, "R-1") and refused(*kit[:3])["redemption"] == (1, "ALT-1")
    done = run.undo_all(manager, batches=kit)
    assert [one.batch for one in done] == sorted(kit, reverse=True)
    assert {row.state for row in run.listed(manager)} == {"undone"}
    assert registry.count(manager) == 0 and verify.verify(owner)[1] == []
    after = everything(base)
    assert all(after[name] == before[name] for name in ("product", "coupon", "offer", "scannable"))


def test_one_of_several_that_cannot_go_keeps_all(load, refused, manager, cashier):
    """All or none: a kit is not half rolled back because of one receipt."""
    goods, people = load("products", GOODS), load("members", PEOPLE)
    open_bill.record(cashier, amount=Money(5_000), member="M-2")
    assert refused(goods, people)["sale"][0] == 1
    assert registry.count(manager) == 2


def test_a_later_import_that_changed_an_imported_row_is_named(load, refused, manager, owner):
    """Its change would hang on nothing; both go together, or the later one first."""
    first = load("products", GOODS)
    later = load("products", "sku,price\nTEA,92.00\n", on_existing="replace")
    assert refused(first) == {"import": (1, str(later))}
    run.undo_all(manager, batches=[first, later])
    assert verify.verify(owner)[1] == []


# --- later changes stay ---


def _price(manager, sku="TEA"):
    from storecrm.services.till import basket

    return basket.article(manager, code=sku).price


@pytest.mark.parametrize(("order", "prices"), [("AB", (9_500, 8_800)), ("BA", (9_000, 8_800))])
def test_imports_over_each_other_go_back_in_any_order(load, manager, order, prices):
    """88 became 90 by A and 95 by B: without A it is 95, without both it is what it was before
    them."""
    load("products", GOODS)
    batches = {
        name: load("products", f"sku,price\nTEA,{price}\n", on_existing="replace")
        for name, price in (("A", 90), ("B", 95))
    }
    for name, price in zip(order, prices, strict=True):
        run.undo(manager, batch=batches[name])
        assert _price(manager) == price


def test_what_was_corrected_by_hand_stays(load, manager):
    """A name that somebody put right and a phone that somebody changed are not overwritten by what
    an import had found."""
    load("members", PEOPLE)
    changed = load(
        "members",
        "member_no,name,email,gender\nM-1,王晓一,wang@example.com,女\n",
        on_existing="replace",
    )
    shown = registry.show(manager, member="M-1")
    registry.change(
        manager,
        member="M-1",
        new=registry.NewMember(
            phone=shown.phone, name="王筱一", gender=shown.gender, email=shown.email
        ),
    )
    run.undo(manager, batch=changed)
    back = registry.show(manager, member="M-1")
    assert (back.name, back.email, back.gender) == ("王筱一", "", "")
    assert [found.member_no for found in registry.find(manager, text="王筱")] == ["M-1"]


def test_words_and_answers_of_later_stay(load, manager):
    """A word put on anew and an answer at the counter are later than the list."""
    load("members", PEOPLE)
    listed = load("members", 'member_no,tags,consent_sms\nM-1,"常客,茶客",是\n')
    consent.set_consent(manager, member="M-1", channel=Channel.EMAIL, granted=True)
    registry.tag(manager, member="M-1", add=["团购"], remove=["茶客"])
    run.undo(manager, batch=listed)
    back = registry.show(manager, member="M-1")
    assert (back.tags, back.consent) == (("团购",), {"email": True})


def test_day_totals_go_back_under_a_later_import(load, manager, base):
    """The second list corrected the first: without the first it stands, without both nothing
    does."""
    text_of = "date,net_sales,receipts\n2026-11-01,{}.00,9\n".format
    first = load("day-totals", text_of(100))
    second = load("day-totals", text_of(120), on_existing="replace")
    with pytest.raises(Conflict, match="import_in_use"):
        run.undo(manager, batch=first)
    run.undo(manager, batch=second)
    assert [row[2:4] for row in everything(base)["day_total"]] == [(10_000, 9)]


# --- points ---


def test_points_that_ended_unused_are_not_owed(load, manager, owner, wall):
    """An opening balance that was swept at its end goes back to nothing, not below."""
    load("members", "member_no,phone,name\nM-1,13800138001,王小一\n")
    opened = load("members", "member_no,points,points_expire_on\nM-1,300,2026-11-25\n")
    wall.forward(days=10)
    owner, manager = signed(owner, "陈"), signed(owner, "赵")
    assert points_account.sweep(owner) == 300
    run.undo(manager, batch=opened)
    found = points_account.show(owner, member="M-1")
    assert (found.active, found.owed, found.expired) == (0, 0, 0)
    assert points_account.sweep(owner) == 0 and verify.verify(owner)[1] == []


def test_points_brought_along_that_were_used_are_named(load, refused, manager, cashier):
    """Taking them back would make the member owe what the shop had given; once the sale is void
    they go."""
    load("members", "member_no,phone,name\nM-1,13800138001,王小一\n")
    brought = load("points", "member_no,points\nM-1,500\n")
    sold = open_bill.record(
        cashier,
        amount=Money(20_000),
        member="M-1",
        closing=Closing(points_used=Points(100), proof=VOUCHED),
    )
    assert refused(brought) == {"point_entry": (1, "M-1")}
    voids.void(manager, receipt=sold.receipt_no)
    run.undo(manager, batch=brought)
    found = points_account.show(manager, member="M-1")
    assert (found.active, found.owed) == (0, 0)


def test_what_imported_sales_earned_goes_back_as_with_a_void(load, manager, owner, cashier):
    """Points earned by a receipt that never was are taken back, also where some of them were
    used."""
    load("products", GOODS)
    load("members", "member_no,phone,name\nM-1,13800138001,王小一\n")
    sales = load(
        "sales",
        "receipt_no,sold_at,member_no,sku,amount\nR-1,2026-11-02 10:00,M-1,TEA,200.00\n",
        earn=True,
    )
    sold = open_bill.record(
        cashier,
        amount=Money(5_000),
        member="M-1",
        closing=Closing(points_used=Points(100), proof=VOUCHED),
    )
    run.undo(manager, batch=sales)
    found = points_account.show(manager, member="M-1")
    assert found.active - found.owed == sold.points_earned - 100
    assert verify.verify(owner)[1] == []


# --- what is killed, and what cannot go on ---


class Killed(BaseException):
    """As if the machine stopped here."""


STEPS = (
    (rollback, "_reverse_points"),
    (dropped_rows, "coupons"),
    (dropped_rows, "sales"),
    (dropped_rows, "offers"),
    (dropped_rows, "members"),
    (rollback, "_restore_changes"),
)


@pytest.mark.parametrize(("room", "step"), STEPS)
def test_a_roll_back_that_was_killed_goes_on_at_the_next_opening(
    load, manager, owner, base, wall, monkeypatch, room, step
):
    """Wherever it stops, the next opening ends it: it is whole, or was never begun."""
    load("products", GOODS)
    kit = [
        load("members", PEOPLE),
        load("sales", SALES.format(who="M-1", sku="TEA"), earn=True),
        load("offers", OFFERS),
        load("coupons", CODES.format(who="M-2")),
        load("products", "sku,price\nTEA,92.00\n", on_existing="replace"),
    ]

    def stop(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(room, step, stop)
        with pytest.raises(Killed):
            run.undo_all(manager, batches=kit)
    compose.close_store(compose.open_store(base.name, wall=wall))
    assert [row.state for row in run.listed(manager)] == ["undone"] * len(kit) + ["done"]
    assert (registry.count(manager), design.listed(manager), _price(manager)) == (0, [], 8_800)
    assert verify.verify(owner)[1] == []


def test_a_roll_back_that_cannot_go_on_says_so_once_and_blocks_nothing(
    load, manager, owner, base, wall, monkeypatch, caplog
):
    """A shop must open whatever an old import left behind; the books' proof names it until it is
    done."""
    batch = load("members", PEOPLE)

    def broken(*_):
        raise RuntimeError("nobody foresaw this")

    def reopen():
        caplog.clear()
        compose.close_store(compose.open_store(base.name, wall=wall))
        return [record for record in caplog.records if "could not be ended" in record.getMessage()]

    with monkeypatch.context() as patch:
        patch.setattr(dropped_rows, "members", broken)
        with pytest.raises(RuntimeError):
            run.undo(manager, batch=batch)
        assert [len(reopen()) for _ in range(3)] == [1, 0, 0]
        assert [(row.state, row.trouble) for row in run.listed(manager)] == [
            ("writing", "RuntimeError")
        ]
        assert [(found.check, found.example) for found in verify.verify(owner)[1]] == [
            ("imports", str(batch))
        ]
    assert reopen() == [] and registry.count(manager) == 0
    assert verify.verify(owner)[1] == []
