"""Points that end: an act comes to the same whether their end was written down before it or not,
and what ended unused is owed by nobody."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storecrm import compose
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.coupons import issue
from storecrm.services.exports import files
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account
from storecrm.services.members.verification import VOUCHED
from storecrm.services.reports import month_figures
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails
from storecrm.services.till import open_bill, parked_bills, returns, voids
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import Money, Quantity, Role
from tests import build
from tests.conftest import SOAK, Wall, signed

pytestmark = pytest.mark.both


def clean(store):
    assert verify.verify(store)[1] == []


@pytest.fixture
def short(owner):
    """Points live five days and are used one by one."""
    for key, value in (
        ("points_expiry", "days:5"),
        ("points_step", "1"),
        ("points_cap_percent", "100"),
    ):
        shop_settings.set_rule(owner, key=key, value=value)
    return owner


@pytest.mark.parametrize("swept", [True, False])
def test_a_return_takes_what_ended_first(short, base, wall, swept):
    """Of the 42 points of what came back, 31 ended unused; the 11 that were spent come out of newer
    ones."""
    who = build.member(short).member_no
    first = open_bill.record(short, amount=Money(10_000), member=who)
    open_bill.record(
        short, amount=Money(100), member=who, closing=Closing(points_used=69, proof=VOUCHED)
    )
    wall.forward(days=7)
    shop = signed(base, "陈")
    open_bill.record(shop, amount=Money(20_000), member=who)
    if swept:
        assert points_account.sweep(shop) == 31
    done = returns.return_goods(
        shop, receipt=first.receipt_no, lines=[ReturnLine(1, Quantity(420))]
    )
    assert (done.cash, points_account.show(shop, member=who).active) == (4_200, 189)
    assert points_account.show(shop, member=who).owed == 0
    clean(shop)


@pytest.mark.parametrize("swept", [True, False])
def test_points_of_a_bill_put_aside_outlive_their_lot(short, base, wall, swept):
    """They were held on their last day; dropped or sold, they are usable for the days of grace."""
    who = build.member(short).member_no
    open_bill.record(short, amount=Money(50_000), member=who)
    a, b = (
        parked_bills.suspend(
            short, amount=Money(10_000), member=who, points_used=200, proof=VOUCHED
        )
        for _ in range(2)
    )
    wall.forward(days=6)
    shop = signed(base, "陈")
    if swept:
        assert points_account.sweep(shop) == 100
    parked_bills.drop(shop, receipt=a.receipt_no)
    assert points_account.show(shop, member=who).active == 200
    grace = shop.clock.today() + timedelta(days=30)
    assert [end.expires_on for end in adjustments.ending(shop, days=31)] == [grace]
    sold = parked_bills.resume(shop, receipt=b.receipt_no, proof=VOUCHED)
    assert (sold.points_paid, points_account.show(shop, member=who).owed) == (200, 0)
    assert points_account.show(shop, member=who).expired == 100
    clean(shop)


@pytest.mark.parametrize("swept", [True, False])
def test_a_void_owes_nothing_for_what_ended_unused(short, base, wall, swept):
    """A bill whose points ended before it was taken back: used points are owed, unused ones are
    not."""
    build.offer(short, kind="amount_off", value="5", min_spend=None)
    who = build.member(short).member_no
    without = open_bill.record(short, coupons=build.issued(short, count=1), member=who)
    wall.forward(days=7)
    shop = signed(base, "陈")
    open_bill.fill_amount(shop, receipt=without.receipt_no, amount=Money(50_000))
    if swept:
        assert points_account.sweep(shop) == 495
    voids.void(shop, receipt=without.receipt_no)
    left = points_account.show(shop, member=who)
    assert (left.owed, left.active, left.expired) == (0, 0, 0)
    assert points_account.sweep(shop) == 0
    clean(shop)


def test_reports_and_exports_count_what_is_over_as_expired(short, base, wall, tmp_path):
    """The sweep runs when it runs: figures of the day do not wait for it."""
    who = build.member(short).member_no
    open_bill.record(short, amount=Money(10_000), member=who)
    wall.forward(days=7)
    shop = signed(base, "陈")
    first, last = shop.clock.today() - timedelta(days=30), shop.clock.today()
    seen = []
    for _ in range(2):
        figures = month_figures.figures(shop, first=first, last=last).points
        file = tmp_path / "m.csv"
        files.export(shop, kind="members", file=file, words=Catalogue("en"))
        file_points = file.read_text("utf-8-sig").splitlines()[1].split(",")[8]
        seen.append((figures.expired, figures.closing, file_points))
        file.unlink()
        points_account.sweep(shop)
    assert seen == [(100, 0, '"0"')] * 2


ACTS = (
    "sell",
    "pay",
    "exchange",
    "void_coupon",
    "use_coupon",
    "return",
    "void",
    "suspend",
    "resume",
    "drop",
    "adjust",
)


class _Life:
    """One store on which the same acts are done by number; with `sweeping` the ended points are
    written down before each."""

    def __init__(self, folder: Path, *, sweeping: bool) -> None:
        self.wall, self.sweeping = Wall(), sweeping
        base = compose.create_store(
            str(folder / f"{sweeping}.db"), shop=ShopDetails(name="S", demo=True), wall=self.wall
        )
        accounts.add(base, name="O", role=Role.OWNER, pin="860274")
        self.base, self.shop = base, accounts.sign_in(base, name="O", pin="860274", till="T")
        for key, value in (
            ("points_expiry", "days:3"),
            ("points_step", "1"),
            ("points_cap_percent", "100"),
        ):
            shop_settings.set_rule(self.shop, key=key, value=value)
        self.who = build.member(self.shop).member_no
        build.offer(self.shop, "OWN", kind="amount_off", value="5", min_spend=None, bearer=False)
        self.sold: list[str] = []
        self.waiting: list[str] = []
        self.codes: list[str] = []

    def act(self, name: str, number: int) -> object:
        if self.sweeping:
            points_account.sweep(self.shop)
        try:
            said = getattr(self, f"_{name}")(number)
        except StoreError as error:
            said = error.code
        except IndexError:
            said = "none"
        left = points_account.show(self.shop, member=self.who)
        return said, left.pending, left.active, left.spent, left.expired, left.owed

    def _sell(self, number: int) -> object:
        view = open_bill.record(self.shop, amount=Money(number * 100), member=self.who)
        self.sold.append(view.receipt_no)
        return view.points_earned

    def _pay(self, number: int) -> object:
        view = open_bill.record(
            self.shop,
            amount=Money(10_000),
            member=self.who,
            closing=Closing(points_used=number, proof=VOUCHED),
        )
        self.sold.append(view.receipt_no)
        return view.net

    def _exchange(self, number: int) -> object:
        self.codes.append(
            adjustments.exchange(self.shop, member=self.who, offer="OWN", cost=number).code
        )
        return "exchanged"

    def _void_coupon(self, number: int) -> object:
        return issue.void(self.shop, code=self.codes[number % len(self.codes or [1])]).state

    def _use_coupon(self, number: int) -> object:
        code = self.codes[number % len(self.codes or [1])]
        self.sold.append(
            open_bill.record(
                self.shop, amount=Money(5_000), member=self.who, coupons=[code]
            ).receipt_no
        )
        return "used"

    def _return(self, number: int) -> object:
        receipt = self.sold[number % len(self.sold or [1])]
        done = returns.return_goods(
            self.shop, receipt=receipt, lines=[ReturnLine(1, Quantity(number * 10))]
        )
        return done.cash, done.points_given_back, done.points_taken_back, done.points_missing

    def _void(self, number: int) -> object:
        return voids.void(self.shop, receipt=self.sold[number % len(self.sold or [1])]).state

    def _suspend(self, number: int) -> object:
        view = parked_bills.suspend(
            self.shop, amount=Money(10_000), member=self.who, points_used=number, proof=VOUCHED
        )
        self.waiting.append(view.receipt_no)
        return view.net

    def _resume(self, number: int) -> object:
        view = parked_bills.resume(
            self.shop, receipt=self.waiting[number % len(self.waiting or [1])], proof=VOUCHED
        )
        return view.net, view.points_paid

    def _drop(self, number: int) -> object:
        return parked_bills.drop(
            self.shop, receipt=self.waiting[number % len(self.waiting or [1])]
        ).state

    def _adjust(self, number: int) -> object:
        return adjustments.adjust(self.shop, member=self.who, count=-number, reason="count").active


@settings(
    max_examples=SOAK or 12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(1, 99), st.sampled_from([0, 0, 1, 2])),
        min_size=4,
        max_size=14,
    )
)
def test_any_act_comes_to_the_same_whether_the_end_was_written_down(acts, backend):
    """Two shops live the same days; in one the ended points are swept before every act."""
    if backend != "sqlite":
        pytest.skip("the acts themselves run there above")
    folder = Path(tempfile.mkdtemp(prefix="storecrm-ending-"))
    lives = [_Life(folder, sweeping=sweeping) for sweeping in (True, False)]
    try:
        for name, number, days in [("sell", 90, 0), ("sell", 70, 1), *acts]:
            answers = []
            for life in lives:
                life.wall.forward(days=days)
                answers.append(life.act(name, number))
            assert answers[0] == answers[1], (name, number, answers)
        for life in lives:
            clean(life.shop)
    finally:
        for life in lives:
            compose.close_store(life.base)
        shutil.rmtree(folder, ignore_errors=True)
