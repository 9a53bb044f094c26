"""What the till shows follows from what is known, without a window, a store or a clock."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.recommendation import Suggestion
from storecrm.domain.tenders import Paid, Tender, left_to_pay
from storecrm.errors import (
    CouponRefused,
    NotFound,
    NotPossible,
    PriceChanged,
    StorageTrouble,
)
from storecrm.i18n import Catalogue
from storecrm.services.loyalty.tiers import TierStanding
from storecrm.services.members.verification import Question
from storecrm.services.members.views import MemberView
from storecrm.services.till.coupon_terms import CouponVerdict
from storecrm.services.till.day_board import Waiting
from storecrm.services.till.member_coupons import BetterCoupon
from storecrm.services.till.receipts import (
    BillView,
    GivenCoupon,
    LineView,
    StepView,
    TakenCoupon,
)
from storecrm.ui.presenters.till import basket, bills, members, refusals, screen, strip
from storecrm.ui.presenters.till.members import FoundMember
from storecrm.ui.presenters.till.refusals import AtTheTill
from storecrm.ui.presenters.till.screen import (
    AskManager,
    Choice,
    ChooseMember,
    ConfirmDay,
    Do,
    NextCustomer,
    OwnWord,
    PrintSlip,
    Screen,
    Swap,
    Take,
    TakeUp,
)
from storecrm.values import (
    OfferKind,
    Refusal,
    RefusalCode,
    SaleState,
    TenderKind,
    moment,
    read_day,
)
from storecrm.wording.refusals import refusal_todo

W = Catalogue("en")
DAY = read_day("2026-11-26")
CODE = "2112345678901234"
RULE = OfferRule(OfferKind.AMOUNT_OFF, value=2_000)
MEMBER = MemberView(
    id=7,
    member_no="2200000000000001",
    phone="+8613812340001",
    name="李小梅",
    gender="",
    birthday="",
    email="",
    note="",
    tier="",
    registered_on=DAY,
)
TAKEN = TakenCoupon(
    code=CODE,
    offer_code="20",
    offer_name="Twenty off",
    rule=RULE,
    discount=2_000,
    redeemed_at=0,
    valid_to=DAY,
)
BILL = BillView(
    receipt_no="2300000000000001",
    state=SaleState.OPEN,
    business_date=DAY,
    at=0,
    gross=12_800,
    discount=2_000,
    points_paid=0,
    net=10_800,
    points_earned=0,
    coupons=(TAKEN,),
    lines=(),
    member=None,
)
CLOSED = replace(BILL, state=SaleState.POSTED, closed_by="key")
USABLE = CouponVerdict(
    code=CODE, offer_code="20", offer_name="Twenty off", rule=RULE, valid_to=DAY, discount=2_000
)
STEP = StepView(step="promotion", offer_code="B", offer_name="Big bill", amount=2_000)


def line(number=1, **facts):
    base = {"sku": "A", "name": "Milk", "quantity": 1_000, "unit_price": 500, "amount": 500}
    return LineView(line_no=number, share=0, **(base | facts))


def refused(*codes, at=AtTheTill(), **facts):
    error = CouponRefused([Refusal(code) for code in codes], coupon=CODE, **facts)
    return refusals.coupon_refused(error, at, W)


def ways(shown):
    return [choice.act for choice in shown.choices]


# --- the room ---


def test_no_part_of_qt_is_loaded_for_it():
    """A decision about words on the panel is tested in milliseconds, on any machine."""
    rooms = "basket, bills, members, refusals, screen, strip"
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; from storecrm.ui.presenters.till import {rooms};"
            "from storecrm.i18n import Catalogue; screen.idle(Catalogue('en'), sells_goods=True);"
            "print([name for name in sys.modules if name.startswith('PySide6')])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"


# --- at rest, and the strip ---


def test_at_rest_it_says_what_may_be_scanned():
    """Goods belong to a till that is the register."""
    assert screen.idle(W, sells_goods=True).todo == "Scan goods, a coupon or a member card."
    assert "type the amount" in screen.idle(W, sells_goods=False).todo


def test_after_a_success_it_rests_with_what_was_done_last():
    """The next scan has room, and the last one can still be read."""
    done = Screen("ok", "BILL CLOSED", "¥108.00", seconds=8)
    shown = screen.rested(done, "14:02", W, sells_goods=False)
    assert (shown.look, shown.seconds) == ("idle", 0)
    assert shown.facts == (("Last", "14:02  BILL CLOSED  ¥108.00"),)


def test_the_strip_says_the_bill_and_what_is_due():
    """Coupons and promotions each with what they take off."""
    shown = strip.strip(replace(BILL, steps=(STEP,), member=MEMBER), None, MEMBER, W)
    assert shown.coupons == (("Twenty off", 2_000), ("Big bill", 2_000))
    assert (shown.amount, shown.due, shown.open) == (12_800, 10_800, True)
    assert strip.line(shown, W).startswith("This bill  ›  ¥128.00  ›  Twenty off -¥20.00")
    assert strip.line(shown, W).endswith("李小梅 138****0001")


def test_the_strip_says_an_amount_alone_and_nothing_at_all():
    """An amount that no coupon met yet is due as it is; a bill may wait for its amount."""
    assert strip.strip(None, 5_000, None, W).due == 5_000
    assert strip.line(strip.strip(None, None, None, W), W) == "This bill  ›  empty"
    unpriced = replace(BILL, gross=None, net=None, coupons=())
    assert strip.line(strip.strip(unpriced, None, None, W), W) == "This bill  ›  no amount yet"


def test_a_code_is_read_by_fours_while_it_is_typed():
    """The check digit is compared with the paper before Enter."""
    assert strip.typed_code("2112", W) == ""
    assert strip.typed_code("211234567890", W) == "2112 3456 7890"
    said = {strip.typed_code(CODE[:-1] + last, W).split(": ")[1] for last in "0123456789"}
    assert said == {"Enter takes it", "a digit is wrong, compare with the paper"}


def test_an_amount_stands_in_its_box_as_it_is_typed():
    """What stands there can be typed over and read again."""
    assert strip.bare_amount(1_234_500, W) == "12345.00"


# --- bills ---


def test_a_taken_coupon_says_what_to_key_into_the_register():
    """At a till beside the register the discount is keyed by hand."""
    shown = bills.redeemed(BILL, W, goods=False)
    assert (shown.look, shown.title, shown.big) == ("ok", "REDEEMED", "Take ¥20.00 off")
    assert shown.todo == "¥128.00 → ¥108.00. Key the discount into the register."
    assert shown.facts[0] == ("Offer", "Twenty off") and shown.seconds == 8
    bare = replace(BILL, gross=None, net=None)
    assert bills.redeemed(bare, W, goods=False).todo == "Key the discount into the register."


def test_at_the_register_nothing_is_keyed():
    """The till knows the sum; a member stands before the offer."""
    shown = bills.redeemed(replace(BILL, member=MEMBER), W, goods=True)
    assert (shown.big, shown.todo) == ("¥20.00 off", "¥128.00 → ¥108.00")
    assert shown.facts[0] == ("Member", "李小梅 138****0001")


def test_promotions_that_change_with_a_coupon_are_said_with_it():
    """The customer hears the whole of it, not the coupon alone."""
    shown = bills.redeemed(replace(BILL, net=9_000, steps=(STEP,)), W, goods=False)
    assert shown.big == "Take ¥38.00 off"


def test_a_bill_with_another_amount_keeps_its_coupon_or_hands_it_back():
    """A smaller amount may cost the coupon, which is said in red."""
    assert bills.priced(BILL, W).big == "Take ¥20.00 off"
    lost = bills.priced(replace(BILL, coupons=(), handed_back=(TAKEN,)), W)
    assert (lost.look, lost.title, lost.big) == ("bad", "HANDED BACK", "Twenty off")


def test_a_promotion_and_what_is_missing_for_one():
    """¥10 more, and it applies: the cashier can say so."""
    near = ("Big bill", Refusal(RefusalCode.MIN_SPEND, short=1_000))
    assert bills.promotion(replace(BILL, steps=(STEP,)), W).facts == (("Big bill", "-¥20.00"),)
    assert bills.quote_facts(replace(BILL, near=(near,)), W) == (
        ("Big bill", "¥10 more and it applies"),
    )
    assert len(bills.quote_facts(replace(BILL, steps=(STEP,) * 3, near=(near,) * 3), W)) == 4


def test_a_closed_bill_says_the_change_first():
    """Cash goes back over the counter before anything else is read."""
    cash = Paid(TenderKind.CASH, 10_800, 20_000)
    shown = bills.closed(replace(CLOSED, paid=(cash,)), W, prints=False)
    assert (shown.title, shown.big) == ("BILL CLOSED", "Change ¥92.00")
    assert shown.facts[0] == ("Cash", "¥200.00") and shown.choices == ()
    assert bills.closed(CLOSED, W, prints=False).big == "¥108.00"


def test_a_closed_bill_gives_points_coupons_and_its_slip():
    """The slip has a key of its own, so that digits stay free for the next amount."""
    gift = GivenCoupon(code=CODE, offer_name="Thanks", rule=RULE, valid_from=DAY, valid_to=DAY)
    done = replace(CLOSED, points_earned=108, given=(gift,), member=MEMBER)
    shown = bills.closed(done, W, prints=True)
    assert shown.todo == "108 points earned."
    assert [name for name, _ in shown.facts] == ["Give this coupon", "Member", "Receipt"]
    assert shown.choices == (Choice("Print the slip", Do.PRINT_LAST, key="Ctrl+P"),)
    assert shown.numbers == []


def test_a_bill_that_closed_by_itself_says_so_and_what_it_gave():
    """A price that was shown is kept; the shop sees what that cost."""
    done = replace(CLOSED, closed_by="idle", price_kept=100)
    assert bills.closed(done, W, prints=False).todo == (
        "The sum that was shown was kept, ¥1.00 below the price now. "
        "Closed by itself after a pause. Next customer, please."
    )


def test_what_was_taken_back_is_named():
    """By its coupons, or by its sum."""
    assert bills.taken_back(BILL, W).big == "Twenty off"
    assert bills.taken_back(replace(BILL, coupons=()), W).big == "¥128.00"
    assert bills.taken_back(replace(BILL, coupons=(), gross=None), W).big == ""


def test_a_bill_found_open_can_be_finished_or_taken_back():
    """After a power cut somebody has to say which."""
    assert ways(bills.found_open(BILL, W)) == [Do.CLOSE, Do.UNDO]


def test_a_changed_price_is_taken_with_its_number():
    """The sum now stands largest; both are said."""
    shown = bills.price_changed(PriceChanged(10_800, 11_000), W)
    assert (shown.look, shown.big) == ("bad", "¥110.00") and ways(shown) == [Do.CLOSE]
    assert shown.todo.startswith("¥108.00 was shown, it is ¥110.00 now.")


def test_bills_without_amount_are_listed_newest_first():
    """The first is the one that is filled in; four have room."""
    one = Waiting(receipt_no="2300000000000001", at=0, discount=500)
    shown = bills.missing_amounts([one] * 6, W)
    assert shown.title == "AMOUNT MISSING" and len(shown.facts) == 4
    assert bills.missing_amounts([], W).title == "ALL AMOUNTS ARE IN"


# --- goods ---


def test_the_line_that_changed_is_shown():
    """With its count and price, and at most two promotions and two that are near."""
    before = replace(BILL, coupons=(), lines=(line(), line(2, name="Tea")))
    now = replace(before, lines=(line(), line(2, name="Tea", quantity=3_000, amount=1_500)))
    shown = basket.changed(before, replace(now, steps=(STEP,) * 3), W)
    assert (shown.look, shown.title, shown.todo) == ("idle", "Tea", "3 × ¥5.00 = ¥15.00")
    assert len(shown.facts) == 2
    assert basket.changed(now, now, W).title == "Tea"
    assert basket.changed(None, replace(BILL, coupons=()), W) is None


def test_goods_that_cost_a_coupon_say_so_first():
    """A line taken out may leave too little for it."""
    shown = basket.changed(None, replace(BILL, lines=(line(),), handed_back=(TAKEN,)), W)
    assert (shown.look, shown.big) == ("bad", "Twenty off")


def test_bills_that_wait_are_chosen_by_number():
    """Six have room; the others are counted."""
    parked = [replace(BILL, lines=(line(),))] * 8
    shown = basket.waiting(parked, W)
    assert ways(shown) == [TakeUp(BILL.receipt_no)] * 6
    assert shown.choices[0].text.endswith("¥108.00  Milk")
    assert shown.facts == (("More of them", "2"),)
    assert basket.waiting([], W).title == "NOTHING WAITS"


def test_a_bill_taken_up_says_what_it_could_not_keep():
    """A coupon that ran out meanwhile."""
    assert basket.taken_up(BILL, W).title == "OPEN BILL"
    assert basket.taken_up(replace(BILL, lost=(USABLE,)), W).big == "Twenty off"


@pytest.mark.parametrize(("paid", "left"), [((), 500), ((200,), 300), ((200, 400), 0)])
def test_what_is_left_to_pay_is_never_less_than_nothing(paid, left):
    """Cash above it is change."""
    assert left_to_pay(500, [Tender(TenderKind.CASH, amount) for amount in paid]) == left


# --- members ---


def test_a_member_is_shown_with_points_tier_and_likes():
    """What the shop wants to be said to this member stands largest."""
    found = FoundMember(
        member=replace(MEMBER, alert="Allergic to nuts"),
        active=1_200,
        coupons=(USABLE,),
        tier=TierStanding("Silver", 0, DAY, "Gold", 10_000, None),
        likes=(Suggestion("A", "Milk", "", 1, 1, "", 0, 0),),
    )
    shown = members.member_card(found, (), W)
    assert (shown.title, shown.big) == ("李小梅", "Allergic to nuts")
    assert [name for name, _ in shown.facts] == ["Points", "Member", "Offer next", "Tier"]
    assert shown.todo == "No coupon to use. Go on with the bill."


def test_coupons_of_the_member_are_the_ways_on():
    """Three by number; none that comes to nothing for the amount."""
    unknown = replace(USABLE, discount=None)
    rest = Screen("idle", "Ready")
    offered = members.with_coupons(rest, (USABLE,) * 5, W, amount_known=True)
    assert ways(offered) == [Take(CODE)] * 3 and offered.numbers == [1, 2, 3]
    assert offered.choices[0].text.endswith("-¥20.00")
    assert members.with_coupons(rest, (unknown,), W, amount_known=True).choices == ()
    assert len(members.with_coupons(rest, (unknown,), W, amount_known=False).choices) == 1
    asked = Screen("info", "WHICH BILL?", choices=(Choice("a", TakeUp("1")),))
    assert members.with_coupons(asked, (USABLE,), W, amount_known=True) == asked


def test_of_several_members_one_is_chosen():
    """Two Wangs with the same tail."""
    found = FoundMember(MEMBER, 0, ())
    shown = members.which_one([found] * 9, W)
    assert ways(shown) == [ChooseMember(found)] * 6
    assert shown.choices[0].text == "李小梅 138****0001"


def test_what_a_member_is_asked_depends_on_the_file():
    """A surname and a birthday are compared; else a password is needed."""
    asked = Question(password=True, surname="李", birthday="05-17", calendar="solar")
    assert "李" in members.question(asked, W)
    assert members.question(replace(asked, birthday=""), W) == "Ask the member for the password."


# --- refusals ---


def test_each_reason_has_its_look():
    """Used is yellow, what is missing asks, what is unknown is grey, the rest is red."""
    looks = {code: refused(code).look for code in RefusalCode}
    assert looks[RefusalCode.ALREADY_REDEEMED] == "used"
    assert looks[RefusalCode.AMOUNT_REQUIRED] == looks[RefusalCode.MEMBER_REQUIRED] == "info"
    assert looks[RefusalCode.NOT_FOUND] == "unknown" and looks[RefusalCode.EXPIRED] == "bad"
    assert all(refused(code).title and refused(code).icon for code in RefusalCode)


def test_all_reasons_stand_on_the_panel():
    """The first is the title; the others are among the facts, four at most."""
    shown = refused(RefusalCode.EXPIRED, RefusalCode.TIER, RefusalCode.STORE)
    assert len(shown.facts) == 2 and shown.big == "2112 3456 7890 1234"


def test_a_coupon_that_does_not_go_beside_another_can_replace_it():
    """Or begin the next bill, unless goods are on this one."""
    code = RefusalCode.NOT_STACKABLE
    assert ways(refused(code))[:2] == [Swap(CODE), NextCustomer(CODE)]
    assert NextCustomer(CODE) not in ways(refused(code, at=AtTheTill(goods=True)))


def test_the_better_coupon_comes_first_and_somebodys_word_after():
    """The best for the customer first; the manager where a rule may be set aside."""
    best = BetterCoupon("2199", "30", "Thirty off", 3_000)
    shown = refused(RefusalCode.EXPIRED, best=best, own=True)
    assert shown.choices[0] == Choice("Use Thirty off instead (¥30.00)", Take("2199"))
    assert ways(shown)[1:] == [OwnWord(CODE, shown.title), AskManager(CODE, shown.title)]
    assert ways(refused(RefusalCode.NOT_FOUND)) == []


def test_too_many_tries_are_lifted_by_a_manager():
    """Not the coupon is approved then, but trying again."""
    shown = refused(RefusalCode.THROTTLED)
    assert ways(shown) == [AskManager(CODE, shown.title, lifts=True)]


def test_a_slip_that_never_came_out_comes_first():
    """A power cut between the sale and the printer."""
    used = Refusal(RefusalCode.ALREADY_REDEEMED, receipt="2300000000000001")
    error = CouponRefused([used], coupon=CODE)
    shown = refusals.coupon_refused(error, AtTheTill(prints=True), W)
    assert ways(shown)[0] == PrintSlip("2300000000000001")
    assert PrintSlip("2300000000000001") not in ways(refusals.coupon_refused(error, AtTheTill(), W))


def test_a_code_misread_twice_has_another_cure():
    """A brighter picture helps where a second try did not."""
    once = refused(RefusalCode.CHECKSUM, at=AtTheTill(misreads=1))
    twice = refused(RefusalCode.CHECKSUM, at=AtTheTill(misreads=2))
    assert once.todo != twice.todo and "brighter" in twice.todo


def test_a_barcode_of_goods_is_no_coupon():
    """What to do depends on whether the till sells goods."""
    error = CouponRefused([Refusal(RefusalCode.NOT_FOUND)], coupon="6901234567892")
    here = refusals.coupon_refused(error, AtTheTill(sells_goods=True), W)
    beside = refusals.coupon_refused(error, AtTheTill(), W)
    assert "Type its price" in here.todo and beside.todo.endswith("at the register.")


def test_a_coupon_of_some_goods_asks_for_their_amount():
    """Not for that of the whole bill."""
    scoped = replace(USABLE, rule=replace(RULE, categories=("tea",)))
    shown = refused(RefusalCode.AMOUNT_REQUIRED, view=scoped)
    assert shown.todo == "Type the amount of the goods it is for, then Enter."
    assert ("Offer", "Twenty off") in shown.facts


@pytest.mark.parametrize(
    ("error", "look", "title", "acts"),
    [
        (NotPossible("price_missing"), "info", "NO PRICE", []),
        (NotFound("member"), "unknown", "NOT A MEMBER", []),
        (PriceChanged(1, 2), "bad", "PRICE CHANGED", [Do.CLOSE]),
        (StorageTrouble("io"), "unknown", "NOT SAVED", []),
        (
            NotPossible("clock_suspect"),
            "info",
            "WHAT DAY IS IT?",
            [ConfirmDay(DAY), Do.CLOCK_IS_WRONG],
        ),
    ],
)
def test_errors_lead_on(error, look, title, acts):
    """Each with what can be done about it."""
    shown = refusals.error_screen(error, DAY, W)
    assert (shown.look, shown.title, ways(shown)) == (look, title, acts)
    assert shown.todo


def test_another_customers_open_bill_is_shown_by_its_way():
    """It comes first, whoever left it."""
    shown = refusals.error_screen(NotPossible("open_bill_other", receipt="1"), DAY, W)
    assert shown.look == "bad" and ways(shown) == [Do.SHOW_OPEN]


def test_who_has_to_be_proven_is_asked_for():
    """The card, an answer, or a second person for one's own card."""
    assert refusals.proof_wanted("proof_card", W).todo.startswith("Scan the card")
    assert refusals.proof_wanted("proof_second", W).todo.startswith("Ask the member")
    own = refusals.proof_wanted("own_card", W)
    assert own.look == "bad" and ways(own) == [AskManager("", own.title, own_card=True)]


def test_the_same_is_said_in_chinese():
    """No sentence of the panel is left in English."""
    words = Catalogue("zh_CN")
    for shown in (
        bills.redeemed(BILL, words, goods=False),
        bills.closed(CLOSED, words, prints=True),
        basket.waiting([BILL], words),
        members.nobody(words),
        refusals.which_day(DAY, words),
    ):
        assert not any("a" <= letter <= "z" for letter in shown.title + shown.todo)


@pytest.mark.parametrize(
    ("passed", "english", "chinese"),
    [
        (timedelta(seconds=20), "just now", "刚刚"),
        (timedelta(minutes=1), "1 minute ago", "1 分钟前"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago", "59 分钟前"),
        (timedelta(hours=5), "5 hours ago", "5 小时前"),
        (timedelta(days=3, hours=2), "3 days ago", "3 天前"),
        (timedelta(days=31), "2026-03-01 12:00", "2026-03-01 12:00"),
        # a clock that was set back says when, not how long ago
        (timedelta(minutes=-5), "2026-03-01 12:00", "2026-03-01 12:00"),
    ],
)
def test_a_used_coupon_says_how_long_ago(passed, english, chinese):
    """A date makes a cashier count; who asks is told at once."""
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    used = Refusal(RefusalCode.ALREADY_REDEEMED, at=moment(at), till="1号台", staff="王芳")
    now = moment(at + passed)
    assert english in refusal_todo(used, W, now)
    assert chinese in refusal_todo(used, Catalogue("zh_CN"), now)
    assert "2026-03-01 12:00" in refusal_todo(used, W)
