"""What a person may do alone so often a day: no clock that is set brings more of it, no way in
either."""

import pytest

from storecrm import compose
from storecrm.errors import NotAllowed, Throttled
from storecrm.services import shop_settings
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account
from storecrm.services.members import registry, search_limits, staff_cards
from storecrm.services.staff import accounts, own_card
from storecrm.services.till import clock_check, open_bill, overrides, voids
from storecrm.values import Money, Role
from tests import build
from tests.conftest import signed

DAY = 86_400


def day_on(store, wall):
    """Somebody sets the clock a day forward, and says that this is today."""
    wall.forward(days=1)
    clock_check.confirm_day(store, day=store.clock.today())


@pytest.mark.both
def test_a_clock_set_forward_brings_a_manager_no_more_points(manager, owner, wall):
    """31 times 500: the day that counts is the one that really passed."""
    who = build.member(manager).member_no
    for _ in range(4):
        adjustments.adjust(manager, member=who, count=500, reason="x")
    for _ in range(10):
        day_on(manager, wall)
        with pytest.raises(NotAllowed, match="adjust_limit_day"):
            adjustments.adjust(manager, member=who, count=1, reason="x")
    # past four in the morning by the clock that only runs it is another business day
    wall.wait(seconds=22 * 3600)
    assert adjustments.adjust(manager, member=who, count=500, reason="x").active == 2_500
    assert verify.verify(owner)[1] == []


def test_a_clock_set_forward_brings_no_more_by_a_file(manager, wall, tmp_path):
    file = tmp_path / "members.csv"
    give = {"kind": "members", "path": file}
    for first in (0, 4):
        rows = [f"139001390{n:02},500" for n in range(first, first + 4)]
        file.write_text("\n".join(["phone,points", *rows]), "utf-8")
        if not first:
            assert run.load(manager, **give).created == 4
            continue
        day_on(manager, wall)
        with pytest.raises(NotAllowed, match="adjust_limit_day"):
            run.load(manager, **give)
    wall.wait(seconds=DAY)
    assert run.load(manager, **give).created == 4


@pytest.mark.both
def test_a_clock_set_forward_brings_a_cashier_no_more_undos(cashier, wall):
    def undo():
        open_bill.record(cashier, amount=Money(100))
        voids.undo(cashier)

    for _ in range(5):
        undo()
    day_on(cashier, wall)
    with pytest.raises(NotAllowed, match="undo_often"):
        undo()
    wall.wait(seconds=DAY)
    undo()


def test_a_clock_set_back_keeps_no_bill_fresh(cashier, wall):
    """A bill of an hour ago is not a fresh one because the clock now stands before it."""
    receipt = open_bill.record(cashier, amount=Money(100)).receipt_no
    wall.wait(seconds=3_600)
    wall.forward(seconds=-3_600 - 600)
    clock_check.confirm_day(cashier, day=cashier.clock.today())
    with pytest.raises(NotAllowed, match="undo_late"):
        voids.void(cashier, receipt=receipt)


def test_a_clock_set_forward_brings_no_more_of_ones_own_word(manager, cashier, wall):
    build.offer(manager, kind="amount_off", value="6", min_spend=None, valid_days=2)
    codes = build.issued(manager, count=4)
    wall.wait(seconds=2 * DAY)
    for code in codes[:3]:
        open_bill.record(
            cashier, coupons=[code], approval=overrides.allow(cashier, reason="just missed it")
        )
    day_on(cashier, wall)
    with pytest.raises(NotAllowed, match="allowance_used"):
        open_bill.record(
            cashier, coupons=[codes[3]], approval=overrides.allow(cashier, reason="just missed it")
        )


def test_a_clock_set_forward_brings_no_more_look_ups(owner, cashier, wall):
    build.member(owner)
    shop_settings.set_rule(owner, key="look_ups_per_hour", value="2")
    for _ in range(2):
        assert registry.find(cashier, text="8000")
    for _ in range(3):
        day_on(cashier, wall)
        with pytest.raises(Throttled, match="look_ups"):
            registry.find(cashier, text="8000")
    wall.wait(seconds=3_600)
    assert registry.find(cashier, text="8000")
    assert search_limits.by_person(owner) == [("王芳", 3, 2)]


def test_an_owner_who_says_what_day_it_is_begins_it(manager, owner, wall):
    """A clock that was wrong and is set right: whoever may give without a limit says so, a manager
    does not."""
    who = build.member(manager).member_no
    for _ in range(4):
        adjustments.adjust(manager, member=who, count=500, reason="x")
    wall.forward(days=1)
    clock_check.confirm_day(owner, day=owner.clock.today())
    assert adjustments.adjust(manager, member=who, count=500, reason="x").active == 2_500


@pytest.mark.parametrize("nights", [1, 3])
def test_a_till_that_is_switched_off_at_night_has_its_day_anew(base, manager, wall, nights):
    """The machine's own clock begins anew; a start of it brings one allowance, however far the wall
    clock leapt meanwhile."""
    who = build.member(manager).member_no
    for _ in range(4):
        adjustments.adjust(manager, member=who, count=500, reason="x")
    wall.forward(days=nights)
    wall.ran = 90_000_000
    again = signed(compose.open_store(base.name, wall=wall, steady=wall.steady), "赵")
    for _ in range(4):
        adjustments.adjust(again, member=who, count=500, reason="x")
    with pytest.raises(NotAllowed, match="adjust_limit_day"):
        adjustments.adjust(again, member=who, count=1, reason="x")
    compose.close_store(again)


# --- whose card is whose ---


@pytest.fixture
def newcomer(base, owner):
    """A manager of whom nobody has said which card is theirs."""
    accounts.add(owner, name="周", role=Role.MANAGER, pin="602749")
    return accounts.sign_in(base, name="周", pin="602749", till="till 1")


@pytest.mark.both
def test_whose_card_nobody_knows_gives_little(owner, newcomer):
    """No more in a day than a manager gives at once; the owner says that there is none, and the
    usual limits hold."""
    who = build.member(owner).member_no
    with owner.read() as session:
        assert own_card.to_be_said(session) == ["周"]
    adjustments.adjust(newcomer, member=who, count=500, reason="x")
    with pytest.raises(NotAllowed, match="card_unsaid"):
        adjustments.adjust(newcomer, member=who, count=1, reason="x")
    assert staff_cards.set_card(owner, name="周", member=None).card_said
    assert adjustments.adjust(newcomer, member=who, count=500, reason="x").active == 1_000
    with owner.read() as session:
        assert own_card.to_be_said(session) == []
    assert verify.verify(owner)[1] == []


def test_a_member_of_the_same_name_is_asked_about(owner, newcomer):
    """One's own name on a card is most likely one's own card, until the owner says otherwise."""
    who = build.member(owner, name="周").member_no
    with pytest.raises(NotAllowed, match="own_name"):
        adjustments.adjust(newcomer, member=who, count=1, reason="x")
    word = overrides.second(overrides.approve(newcomer, name="赵", pin="749183", reason="I saw it"))
    assert adjustments.adjust(newcomer, member=who, count=1, reason="x", second=word).active == 1
    staff_cards.set_card(owner, name="周", member=None)
    assert adjustments.adjust(newcomer, member=who, count=1, reason="x").active == 2


@pytest.mark.both
def test_a_list_of_members_gives_nothing_to_the_own_card(owner, manager, tmp_path):
    """As a file of points and a file of sales do not: refused whole, for the owner too."""
    mine = build.member(owner, "13900139000")
    file = tmp_path / "members.csv"
    file.write_text("phone,points\n13900139000,400\n13700137000,1", "utf-8")
    for store, name in ((manager, "赵"), (owner, "陈")):
        staff_cards.set_card(owner, name=name, member=mine.member_no)
        with pytest.raises(NotAllowed, match="own_card"):
            run.load(store, kind="members", path=file)
    assert points_account.show(owner, member=mine.member_no).active == 0
    staff_cards.set_card(owner, name="赵", member=None)
    assert run.load(manager, kind="members", path=file).created == 1
    assert points_account.show(owner, member=mine.member_no).active == 400
