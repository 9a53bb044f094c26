"""Any sequence of acts, beside a plain model: balances are sums of rows, every coupon is in one
state, money is conserved."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from storecrm import compose
from storecrm.domain.offers import reading
from storecrm.domain.tenders import Tender
from storecrm.errors import StoreError
from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account, stamp_cards, tiers
from storecrm.services.members import registry
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.reports import month_figures
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails, new_request
from storecrm.services.till import (
    basket,
    exchanges,
    late_member,
    open_bill,
    parked_bills,
    receipts,
    returns,
    voids,
)
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import BasisPoints, CouponState, Money, Quantity, TenderKind, as_datetime
from tests import build
from tests.conftest import SOAK, START, Wall


class Shop(RuleBasedStateMachine):
    """Two members, one till, coupons and promotions; the model is a dictionary of what was sold,
    paid back, earned and used."""

    sales = Bundle("sales")
    waiting = Bundle("waiting")
    codes = Bundle("codes")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="storecrm-machine-"))
        self.wall = Wall()
        self.base = compose.create_store(
            str(self.folder / "store.db"), shop=ShopDetails(name="S", demo=True), wall=self.wall
        )
        accounts.add(self.base, name="O", role=accounts.Role.OWNER, pin="860274")
        self.net: dict[str, int] = {}
        self.used: dict[str, str] = {}
        self.points: dict[str, int] = {}
        self.left: dict[str, int] = {}
        self.rewards: set[str] = set()

    @initialize()
    def open_shop(self) -> None:
        self.owner = accounts.sign_in(self.base, name="O", pin="860274", till="T")
        self.ann, self.bob = (
            build.member(self.owner, phone=phone).member_no
            for phone in ("13800138000", "13900139000")
        )
        self.points = {self.ann: 0, self.bob: 0}
        tiers.keep(self.owner, name="gold", threshold=Money(30_000), off=BasisPoints(500))
        build.offer(self.owner, kind="amount_off", value="5", min_spend=None)
        build.offer(
            self.owner, code="CHANGE", kind="amount_off", value="3", min_spend=None, bearer=False
        )
        auto = {"automatic": True, "kind": "threshold_off"}
        design.create(
            self.owner,
            new=reading.draft(
                {"code": "BIG", "value": "10", "min_spend": "100", "budget": "50"} | auto
            ),
        )
        shop_settings.set_rule(self.owner, key="rounding", value="0.1")
        goods = self.folder / "goods.csv"
        goods.write_text("sku,name,category,price\nCUP,cup,cups,9.90\n", "utf-8")
        run.load(self.owner, kind="products", path=goods)
        build.offer(
            self.owner,
            code="CUPFREE",
            kind="amount_off",
            value="9.90",
            min_spend=None,
            bearer=False,
        )
        cups = {
            "kind": "stamps",
            "buy": 5,
            "reward": "CUPFREE",
            "categories": ["cups"],
            "automatic": True,
        }
        design.create(self.owner, new=reading.draft({"code": "CARD5"} | cups))

    def teardown(self) -> None:
        compose.close_store(self.base)
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- the acts ---

    @rule(target=codes)
    def one_more(self) -> str:
        return self.issue()

    def issue(self) -> str:
        code = build.issued(self.owner, count=1)[0]
        self.used[code] = "issued"
        return code

    @rule(target=codes, member=st.sampled_from(["ann", "bob"]))
    @precondition(lambda self: any(have >= 100 for have in self.points.values()))
    def exchange(self, member: str) -> str:
        who = getattr(self, member)
        try:
            code = adjustments.exchange(self.owner, member=who, offer="CHANGE", cost=100).code
        except StoreError:
            assert self.points[who] < 100
            return self.issue()
        self.points[who] -= 100
        self.used[code] = "issued"
        return code

    @rule(
        target=sales,
        amount=st.integers(100, 30_000),
        who=st.sampled_from(["", "ann", "bob"]),
        code=st.one_of(st.none(), codes),
        pay=st.integers(0, 3),
    )
    def sell(self, amount: int, who: str, code: str | None, pay: int) -> str:
        member = getattr(self, who) if who else None
        try:
            view = open_bill.record(
                self.owner,
                amount=Money(amount),
                member=member,
                coupons=[code] if code else [],
                closing=Closing(points_used=pay * 100, proof=VOUCHED),
            )
        except StoreError:
            return ""
        self._posted(view, member, code, pay * 100)
        return view.receipt_no

    def _posted(self, view, member, code, pay) -> None:
        self.net[view.receipt_no] = view.net
        self.left[view.receipt_no] = view.net
        if member:
            self.points[member] += view.points_earned - pay
        if code:
            assert self.used[code] == "issued"
            self.used[code] = "redeemed"

    @rule(
        target=waiting,
        amount=st.integers(100, 30_000),
        who=st.sampled_from(["", "ann"]),
        code=st.one_of(st.none(), codes),
        pay=st.integers(0, 1),
    )
    def suspend(
        self, amount: int, who: str, code: str | None, pay: int
    ) -> tuple[str, str, str, int]:
        member = getattr(self, who) if who else None
        try:
            view = parked_bills.suspend(
                self.owner,
                amount=Money(amount),
                member=member,
                coupons=[code] if code else [],
                points_used=pay * 100,
                proof=VOUCHED,
            )
        except StoreError:
            return "", "", "", 0
        if member:
            self.points[member] -= pay * 100
        if code:
            assert self.used[code] == "issued"
            self.used[code] = "reserved"
        return view.receipt_no, member or "", code or "", pay * 100

    @rule(target=sales, put=consumes(waiting), sold=st.booleans())
    def take_up(self, put: tuple[str, str, str, int], sold: bool) -> str:
        receipt, member, code, pay = put
        if not receipt:
            return ""
        if sold:
            try:
                view = parked_bills.resume(self.owner, receipt=receipt, proof=VOUCHED)
            except StoreError:
                sold = False
        if not sold:
            parked_bills.drop(self.owner, receipt=receipt)
        if member:
            self.points[member] += pay
        if code:
            self.used[code] = "issued"
        if sold:
            self._posted(view, member, code, pay)
            return receipt
        return ""

    @rule(receipt=sales, who=st.sampled_from(["ann", "bob"]))
    def attach(self, receipt: str, who: str) -> None:
        """A sale without member gets one afterwards."""
        if not receipt:
            return
        member = getattr(self, who)
        try:
            view = late_member.attach(self.owner, receipt=receipt, member=member)
        except StoreError:
            return
        self.points[member] += view.points_earned

    @rule(
        target=sales,
        pieces=st.integers(1, 6),
        who=st.sampled_from(["", "ann", "bob"]),
        code=st.one_of(st.none(), codes),
    )
    def sell_goods(self, pieces: int, who: str, code: str | None) -> str:
        """Cups in a basket, counted up and down; they fill stamp cards."""
        member = getattr(self, who) if who else None
        basket.put(self.owner, code="CUP", quantity=Quantity(pieces * 1000), member=member)
        basket.put(self.owner, code="CUP")
        if code:
            try:
                open_bill.take(self.owner, code=code, request_no=new_request(), proof=VOUCHED)
            except StoreError:
                code = None
        changed = basket.change(self.owner, line_no=1, quantity=Quantity(pieces * 1000))
        if code and changed.handed_back:
            code = None
        view = open_bill.close(
            self.owner,
            closing=Closing(paid=[Tender(TenderKind.CASH, Money(100_000))], proof=VOUCHED),
        )
        self._posted(view, member, code, 0)
        self._given(view)
        return view.receipt_no

    @rule(target=sales, who=st.sampled_from(["ann", "bob"]))
    @precondition(lambda self: self.rewards)
    def use_a_reward(self, who: str) -> str:
        """The coupon of a full card pays for a cup."""
        unused = sorted(
            code
            for code in self.rewards
            if issue.show(self.owner, code=code).state is CouponState.ISSUED
        )
        member = getattr(self, who)
        try:
            view = open_bill.record(
                self.owner, lines=[LineIn("CUP", Quantity(2000))], member=member, coupons=unused[:1]
            )
        except StoreError:
            return ""
        self._posted(view, member, None, 0)
        self._given(view)
        return view.receipt_no

    def _given(self, view) -> None:
        for given in view.given:
            self.rewards.add(given.code)

    def _came_back(self, code: str) -> None:
        if code not in self.rewards:
            self.used[code] = "issued"

    @rule(target=sales, receipt=sales)
    def exchange_goods(self, receipt: str) -> str:
        """What came back pays for a cup."""
        if not receipt:
            return ""
        member = receipts.show(self.owner, receipt=receipt).member
        try:
            done = exchanges.exchange(self.owner, receipt=receipt, lines=[], taken=[LineIn("CUP")])
        except StoreError:
            return ""
        self.left[receipt] -= done.back.cash
        if member:
            self.points[member.member_no] += (
                done.back.points_given_back - done.back.points_taken_back
            )
        for back in done.back.coupons_back:
            self._came_back(back)
        self._posted(done.sale, member.member_no if member else None, None, 0)
        self._given(done.sale)
        return done.sale.receipt_no

    @rule(receipt=sales)
    def void(self, receipt: str) -> None:
        if not receipt:
            return
        before = receipts.show(self.owner, receipt=receipt)
        try:
            voids.void(self.owner, receipt=receipt)
        except StoreError:
            return
        del self.net[receipt], self.left[receipt]
        if before.member:
            self.points[before.member.member_no] += before.points_paid - before.points_earned
        for coupon in before.coupons:
            self._came_back(coupon.code)

    @rule(receipt=sales, half=st.booleans())
    def bring_back(self, receipt: str, half: bool) -> None:
        if not receipt:
            return
        shown = None
        member = receipts.show(self.owner, receipt=receipt).member
        try:
            shown = returns.preview(
                self.owner, receipt=receipt, lines=[ReturnLine(1, Quantity(500))] if half else []
            )
            done = returns.return_goods(
                self.owner, receipt=receipt, lines=[ReturnLine(1, Quantity(500))] if half else []
            )
        except StoreError:
            assert shown is None
            return
        assert done.cash == shown.cash and done.cash >= 0
        self.left[receipt] -= done.cash
        assert self.left[receipt] >= 0 and (not done.everything or self.left[receipt] == 0)
        if member:
            self.points[member.member_no] += done.points_given_back - done.points_taken_back
        for code in done.coupons_back:
            self._came_back(code)

    @rule(code=codes)
    def cancel(self, code: str) -> None:
        held = [
            c
            for c in (self.ann, self.bob)
            if any(x.code == code for x in issue.of_member(self.owner, member=c))
        ]
        try:
            issue.void(self.owner, code=code)
        except StoreError:
            assert self.used[code] != "issued"
            return
        assert self.used[code] == "issued"
        self.used[code] = "voided"
        for who in held:
            self.points[who] += 100

    @rule(days=st.integers(0, 40))
    def time_goes_on(self, days: int) -> None:
        self.wall.forward(days=days, seconds=3600)
        self.owner = accounts.sign_in(self.base, name="O", pin="860274", till="T")
        points_account.sweep(self.owner)
        tiers.review(self.owner)

    # --- what always holds ---

    @invariant()
    def points_are_the_sum_of_their_rows(self) -> None:
        for who, have in self.points.items():
            found = points_account.show(self.owner, member=who)
            assert found.active - found.owed == have
            assert not (found.active and found.owed)

    @invariant()
    def stamps_are_never_owed_while_a_reward_is_unused(self) -> None:
        if not hasattr(self, "owner"):
            return
        unused = [
            code
            for code in self.rewards
            if issue.show(self.owner, code=code).state is CouponState.ISSUED
        ]
        for who in (self.ann, self.bob):
            mine = [c for c in issue.of_member(self.owner, member=who) if c.code in unused]
            [card] = stamp_cards.cards(self.owner, member=who)
            assert card.stamps < card.needed
            assert card.stamps >= 0 or not mine

    @invariant()
    def every_coupon_is_in_one_state(self) -> None:
        for code, state in self.used.items():
            assert issue.show(self.owner, code=code).state == CouponState(state)

    @invariant()
    def money_is_conserved(self) -> None:
        if not hasattr(self, "owner"):
            return
        today = self.owner.clock.today()
        begun = as_datetime(START, self.owner.clock.zone).date()
        assert month_figures.figures(self.owner, first=begun, last=today).recorded_net == sum(
            self.left.values()
        )

    @invariant()
    def the_store_verifies(self) -> None:
        if hasattr(self, "owner"):
            assert verify.verify(self.owner)[1] == []
            assert registry.count(self.owner) == 2


TestShop = Shop.TestCase
TestShop.settings = settings(
    max_examples=SOAK or 12, stateful_step_count=25, suppress_health_check=list(HealthCheck)
)
