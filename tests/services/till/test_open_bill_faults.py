"""A clock that leaps to 2099 in mid-sale, a disk without a byte left: at each step of a bill a
clear word, nothing lost, nothing half done."""

import shutil

import pytest
from sqlalchemy import func, select

from storecrm import compose
from storecrm.domain.tenders import Tender
from storecrm.errors import NotAllowed, StorageTrouble
from storecrm.i18n import Catalogue
from storecrm.models import tables
from storecrm.models.base import Base
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments
from storecrm.services.members.verification import VOUCHED
from storecrm.services.till import (
    basket,
    clock_check,
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
from storecrm.values import Money, Quantity, TenderKind
from storecrm.wording.errors import cure, sentence
from tests import build
from tests.conftest import signed
from tests.models.test_database_files import fill, small_disk

FAR = 27_000
"""Days from 2026 to the year 2100."""


class Counter:
    """A shop in the middle of its day: at each till another customer, and what the next step of
    each is."""

    def __init__(self, base) -> None:
        owner = self.owner = signed(base, "陈")
        build.goods(owner, A="50", B="80")
        self.who = build.member(owner).member_no
        build.offer(owner, "C", kind="amount_off", value="5", min_spend=None)
        build.offer(owner, "D", kind="amount_off", value="3", min_spend=None)
        build.offer(owner, "OWN", kind="amount_off", value="3", min_spend=None, bearer=False)
        self.codes = build.issued(owner, "C", 20)
        other = build.issued(owner, "D", 1)[0]
        open_bill.record(owner, amount=Money(200_000), member=self.who)
        tills = [signed(base, "陈", till=f"till {n}") for n in range(2, 12)]
        for number, till in enumerate(tills[:5]):
            open_bill.take(
                till,
                code=self.codes[number],
                amount=Money(10_000),
                request_no=f"t{number}",
                proof=VOUCHED,
            )
        for till in tills[5:7]:
            basket.put(till, code="A")
        waiting = [
            parked_bills.suspend(
                tills[7],
                amount=Money(5_000),
                member=self.who,
                coupons=[self.codes[5 + n]],
                points_used=100,
                proof=VOUCHED,
            ).receipt_no
            for n in range(2)
        ]
        unknown = open_bill.record(owner, coupons=[self.codes[8]]).receipt_no
        sold = [
            open_bill.record(owner, lines=[LineIn("A", Quantity(2000))]).receipt_no
            for _ in range(4)
        ]
        member, take = self.who, self.codes[9]
        a, b, c, d, e, goods, more, aside = tills[:8]
        self.steps = {
            "record": lambda: open_bill.record(
                owner,
                amount=Money(1_000),
                member=member,
                coupons=[self.codes[10]],
                closing=Closing(points_used=100, proof=VOUCHED),
            ),
            "take": lambda: open_bill.take(
                tills[8], code=take, amount=Money(2_000), request_no="n", proof=VOUCHED
            ),
            "swap": lambda: open_bill.swap(a, code=other, request_no="s", proof=VOUCHED),
            "set_amount": lambda: open_bill.set_amount(b, amount=Money(300)),
            "join": lambda: open_bill.join(c, member=member),
            "close": lambda: open_bill.close(d),
            "suspend_open": lambda: parked_bills.suspend_open(e),
            "put": lambda: basket.put(goods, code="B"),
            "put_amount": lambda: basket.put_amount(goods, amount=Money(100)),
            "change": lambda: basket.change(goods, line_no=1, quantity=Quantity(3000)),
            "pay": lambda: open_bill.close(
                more, closing=Closing(paid=[Tender(TenderKind.CASH, Money(5_000))], proof=VOUCHED)
            ),
            "reopen": lambda: parked_bills.reopen(aside, receipt=waiting[0]),
            "resume": lambda: parked_bills.resume(owner, receipt=waiting[1], proof=VOUCHED),
            "suspend": lambda: parked_bills.suspend(
                owner, amount=Money(500), member=member, points_used=100, proof=VOUCHED
            ),
            "fill_amount": lambda: open_bill.fill_amount(
                owner, receipt=unknown, amount=Money(2_000)
            ),
            "attach": lambda: late_member.attach(owner, receipt=sold[0], member=member),
            "void": lambda: voids.void(owner, receipt=sold[1]),
            "return": lambda: returns.return_goods(owner, receipt=sold[2]),
            "exchange": lambda: exchanges.exchange(
                owner, receipt=sold[3], lines=[], taken=[LineIn("B")]
            ),
            "points_exchange": lambda: adjustments.exchange(
                owner, member=member, offer="OWN", cost=100
            ),
            "adjust": lambda: adjustments.adjust(owner, member=member, count=-10, reason="count"),
            "undo": lambda: voids.undo(d, receipt=""),
        }

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.owner.read() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table))
                for table in Base.metadata.sorted_tables
            }

    def waits(self) -> list[tuple[object, ...]]:
        """Every receipt with its sums and coupons, as people see it."""
        with self.owner.read() as session:
            views = [
                receipts.view(session, self.owner, sale)
                for sale in session.scalars(select(tables.sale.c.id))
            ]
        return [
            (v.receipt_no, v.state, v.net, v.discount, [c.code for c in v.coupons], len(v.lines))
            for v in views
        ]


def said(error) -> None:
    """It has a sentence and a way out in both languages."""
    for language in ("en", "zh_CN"):
        words = Catalogue(language)
        assert sentence(error, words) != error.code
        assert cure(error, words)


def test_a_clock_set_to_2099_asks_at_each_step(base, wall):
    """Nothing ends, nothing is priced or posted by a clock that nobody believes; set right again,
    each step is there as it was."""
    shop = Counter(base)
    before, waits = shop.rows(), shop.waits()
    wall.forward(days=FAR)
    for name, step in shop.steps.items():
        with pytest.raises(NotAllowed) as caught:
            step()
        assert caught.value.code == "clock_suspect", name
        said(caught.value)
    assert parked_bills.waiting(shop.owner)  # to be seen, and to be given up
    with pytest.raises(NotAllowed):
        parked_bills.drop_stale(shop.owner)
    assert (shop.rows(), shop.waits()) == (before, waits)
    wall.forward(days=-FAR)
    for step in shop.steps.values():
        step()
    assert verify.verify(shop.owner)[1] == []


def test_a_clock_that_a_person_confirms_is_believed(base, wall):
    """The shop was closed for two months: the day is asked once, then the open bill closes on that
    day."""
    shop = Counter(base)
    wall.forward(days=60)
    with pytest.raises(NotAllowed, match="clock_suspect"):
        shop.steps["close"]()
    clock_check.confirm_day(shop.owner, day=shop.owner.clock.today())
    done = shop.steps["close"]()
    assert done.business_date == shop.owner.clock.today()


def test_a_full_disk_at_each_step_keeps_all_or_nothing(template, tmp_path, wall):
    """Each step is refused whole, in words; with room each works, once."""
    with small_disk(tmp_path / "disk", "12m") as disk:
        place = str(disk / "store.db")
        shutil.copyfile(template, place)
        base = compose.open_store(place, wall=wall)
        shop = Counter(base)
        fill(disk)
        # what is left of the log's last page may still take a bill
        with pytest.raises(StorageTrouble, match="disk_full"):
            for _ in range(500):
                open_bill.record(shop.owner, amount=Money(100))
        before, waits = shop.rows(), shop.waits()
        for name, step in shop.steps.items():
            with pytest.raises(StorageTrouble) as caught:
                step()
            assert caught.value.code == "disk_full", name
            said(caught.value)
        assert (shop.rows(), shop.waits()) == (before, waits)
        (disk / "ballast").unlink()
        for step in shop.steps.values():
            step()
        assert verify.verify(shop.owner)[1] == []
        compose.close_store(base)
