"""Whoever guesses waits: whatever till is named, wherever the clock is set, in however many
programs."""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from storecrm import compose
from storecrm.errors import CouponRefused, NotAllowed, NotFound, StoreError, Throttled
from storecrm.services.members import verification
from storecrm.services.members.verification import VOUCHED, ProofLevel
from storecrm.services.staff import accounts, throttle
from storecrm.services.till import open_bill, overrides, scan
from storecrm.values import Kind, Money, Role, new_codes
from tests import build
from tests.conftest import PINS, signed

HOUR = 3600


def wrong(base, name="王芳", till="t"):
    """The seconds that a wrong PIN makes its person wait; None for a try that was not looked at."""
    try:
        accounts.sign_in(base, name=name, pin="9" * (4 if name == "王芳" else 6), till=till)
    except Throttled:
        return None
    except NotAllowed as refused:
        return refused.facts["seconds"]
    raise AssertionError("the wrong PIN was right")


def trail(store, action):
    with store.read() as session:
        return [
            json.loads(facts)
            for facts in session.scalars(
                text(f"SELECT facts FROM audit WHERE action = '{action}' ORDER BY id")
            )
        ]


@pytest.mark.both
def test_a_person_waits_whatever_till_is_named(base, wall):
    """The name of the till is what the one who guesses types; the person is not."""
    assert [wrong(base, till=f"till {n}") for n in range(6)] == [0, 0, 0, 15, None, None]
    with pytest.raises(Throttled) as held:
        accounts.sign_in(base, name="王芳", pin=PINS["王芳"][1], till="a till nobody knows")
    assert held.value.facts["seconds"] == 15
    assert signed(base, "赵", "t").actor.name == "赵"
    wall.wait(seconds=15)
    assert (
        accounts.sign_in(base, name="王芳", pin=PINS["王芳"][1], till="t").actor.role
        is Role.CASHIER
    )
    assert [wrong(base), wrong(base), wrong(base), wrong(base)] == [0, 0, 0, 15]


def test_waits_grow_to_fifteen_minutes(base, wall):
    """0, 0, 0, 15, 30, 60, 120, 300, 600, 900 and no more."""
    waits = []
    for _ in range(12):
        waits.append(wrong(base))
        wall.wait(seconds=waits[-1])
    assert waits == [0, 0, 0, 15, 30, 60, 120, 300, 600, 900, 900, 900]


@pytest.mark.both
@pytest.mark.parametrize("moved", [400 * 24 * HOUR, -400 * 24 * HOUR])
def test_moving_the_clock_neither_lifts_a_wait_nor_locks(base, wall, moved):
    """The clock of the machine is in the hands of whoever sits there."""
    for _ in range(4):
        wrong(base)
    wall.forward(seconds=moved)
    assert wrong(base) is None
    wall.ran += 15_000_000
    assert accounts.sign_in(base, name="王芳", pin=PINS["王芳"][1], till="t").actor.name == "王芳"


def test_a_restart_of_the_machine_begins_the_wait_anew(base, wall):
    """What counts time begins at nought then: nobody is locked for ever, and pulling the plug lifts
    nothing."""
    for _ in range(4):
        wrong(base)
    wall.ran = 5_000_000
    again = compose.open_store(base.name, wall=wall, steady=wall.steady)
    assert wrong(again) is None
    wall.ran += 15_000_000
    assert accounts.sign_in(again, name="王芳", pin=PINS["王芳"][1], till="t").actor.name == "王芳"
    compose.close_store(again)


@pytest.mark.both
def test_every_wrong_pin_stands_in_the_trail(base, cashier):
    """Who was tried, where, how often in a row; a manager's PIN at the till says who stood
    there."""
    assert [wrong(base, till="hidden"), wrong(base)] == [0, 0]
    with pytest.raises(NotAllowed, match="wrong_pin"):
        overrides.approve(cashier, name="赵", pin="111222", reason="late")
    who = accounts.named(base, "王芳").id
    found = trail(base, "pin_wrong")
    assert [(f["person"], f["till"], f["in_a_row"]) for f in found[:2]] == [
        (who, "hidden", 1),
        (who, "t", 2),
    ]
    with base.read() as session:
        last = session.execute(
            text("SELECT staff_id, till_id FROM audit WHERE action = 'pin_wrong' ORDER BY id DESC")
        ).first()
        assert tuple(last) == (cashier.staff, cashier.till)
        assert session.scalar(text("SELECT count(*) FROM till WHERE name = 'hidden'")) == 0


def test_a_shop_that_is_tried_slows_who_failed_and_nobody_else(base, owner, wall):
    """More than thirty wrong PINs in ten minutes: one person after another is being tried."""
    names = [f"P{n}" for n in range(11)]
    for name in names:
        accounts.add(owner, name=name, role=Role.CASHIER, pin="3864")
        for _ in range(3):
            wrong_of(base, name)
    wall.wait(seconds=5)
    with pytest.raises(Throttled) as held:
        accounts.sign_in(base, name="P0", pin="3864", till="t")
    assert 0 < held.value.facts["seconds"] <= 60
    assert signed(base, "王芳").actor.name == "王芳"
    wall.wait(seconds=60)
    assert wrong_of(base, "P0") == "wrong_pin"
    assert wrong_of(base, "P0") == "pin_wait"
    wall.wait(seconds=700)
    assert accounts.sign_in(base, name="P1", pin="3864", till="t").actor.name == "P1"


def wrong_of(base, name):
    with pytest.raises(NotAllowed) as refused:
        accounts.sign_in(base, name=name, pin="9517", till="t")
    return refused.value.code


@pytest.mark.both
def test_eight_right_pins_at_once_all_pass(base):
    """Nobody who knows the PIN is told to wait because others who know it type it too."""
    with ThreadPoolExecutor(8) as crew:
        done = list(crew.map(lambda n: signed(base, "王芳", f"till {n}").actor.name, range(16)))
    assert done == ["王芳"] * 16


GUESS = """
import sys
from storecrm import compose
from storecrm.errors import NotAllowed, Throttled
from storecrm.services.staff import accounts
store = compose.open_store(sys.argv[1])
said = []
for n in range(6):
    try:
        accounts.sign_in(store, name="王芳", pin=sys.argv[2], till=f"till {sys.argv[3]} {n}")
        said.append("in")
    except Throttled:
        said.append("wait")
    except NotAllowed:
        said.append("wrong")
print(",".join(said))
"""


def _eight(place, pin):
    running = [
        subprocess.Popen(
            [sys.executable, "-c", GUESS, place, pin, str(n)], stdout=subprocess.PIPE, text=True
        )
        for n in range(8)
    ]
    return Counter(
        word for process in running for word in process.communicate()[0].strip().split(",")
    )


def test_eight_programs_have_no_more_tries_than_one(base):
    """48 tries of eight programs at tills of 48 names: four are looked at, then the person waits.
    With the right PIN all 48 pass."""
    assert _eight(base.name, PINS["王芳"][1]) == {"in": 48}
    said = _eight(base.name, "9517")
    # on a machine so slow that the first wait ends meanwhile, a fifth is looked at
    assert said["wrong"] in (4, 5) and said["wait"] == 48 - said["wrong"]


def test_a_try_whose_program_was_killed_counts_as_wrong(base, wall):
    """Otherwise pulling the plug between the question and its answer would be a free try."""
    who = accounts.named(base, "王芳").id
    for _ in range(4):
        throttle.reserve(base, kind=throttle.Secret.PIN, subject=who, where="王芳")
    wall.wait(seconds=21)
    assert wrong(base) == 30
    assert wrong(base) is None


def test_emergency_codes_cannot_be_tried_one_after_another(cashier, wall):
    """Twelve digits are many, but a program types fast."""
    said = []
    for n in range(6):
        with pytest.raises(StoreError) as refused:
            overrides.emergency(cashier, code=f"{n:012d}", reason="x")
        said.append(refused.value.code)
    assert said == ["emergency_code"] * 4 + ["guess_wait"] * 2
    assert len(trail(cashier, "emergency_code_wrong")) == 4
    wall.wait(seconds=15)
    with pytest.raises(NotFound):
        overrides.emergency(cashier, code="1", reason="x")


def test_a_wrong_member_password_stands_in_the_trail(manager, cashier):
    """Like every other guess."""
    who = build.member(manager)
    verification.set_password(manager, member=who.member_no, password="4711")
    with pytest.raises(NotAllowed, match="password_wrong"):
        verification.confirm(cashier, member=who.member_no, how=ProofLevel.CARD, password="1234")
    assert [f["in_a_row"] for f in trail(cashier, "member_password_wrong")] == [1]
    assert verification.confirm(
        cashier, member=who.member_no, how=ProofLevel.CARD, password="4711"
    ).confirmed


@pytest.mark.both
@pytest.mark.parametrize("moved", [11 * 60, -240])
def test_moving_the_clock_does_not_let_codes_be_tried(cashier, wall, moved):
    """Ten minutes must pass, not be set."""
    for code in new_codes(Kind.COUPON, 5):
        assert _refused(cashier, code) == "not_found"
    wall.forward(seconds=moved)
    assert _refused(cashier, new_codes(Kind.COUPON, 1)[0]) == "throttled"
    scan.lift_throttle(cashier, name="赵", pin=PINS["赵"][1], reason="torn paper")
    assert _refused(cashier, new_codes(Kind.COUPON, 1)[0]) == "not_found"


def test_codes_are_counted_by_person_and_by_till(base, wall):
    """Another name of the till is the same person; another person at the till stands at the same
    till."""
    first = signed(base, "王芳", "T1")
    for code in new_codes(Kind.COUPON, 6):
        _refused(first, code)
    assert _refused(signed(base, "王芳", "T2"), new_codes(Kind.COUPON, 1)[0]) == "throttled"
    wall.wait(seconds=601)
    assert _refused(first, new_codes(Kind.COUPON, 1)[0]) == "not_found"


def _refused(store, code):
    with pytest.raises(CouponRefused) as refused:
        open_bill.take(store, code=code, amount=Money(20_000), request_no=code, proof=VOUCHED)
    return refused.value.refusals[0].code.value
