"""Who may do what: every verb, every role and nobody, at whatever door."""

import ast
import importlib
import inspect
from dataclasses import replace
from pathlib import Path

import pytest

from storecrm import services
from storecrm.errors import NotAllowed, NotPossible
from storecrm.services import rights
from storecrm.services.backup import backups
from storecrm.services.housekeeping import daily
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.loyalty import adjustments, points_account
from storecrm.services.members import verification
from storecrm.services.members.verification import Proof, ProofLevel
from storecrm.services.rights import Right
from storecrm.services.till import open_bill, parked_bills
from storecrm.services.till.posting import Closing
from storecrm.values import Money, Role
from tests import build
from tests.conftest import signed
from tests.test_architecture import WITHOUT_RIGHT

ROOM = Path(services.__file__).parent
LOWEST = {
    Role.CASHIER: {"sell", "redeem", "register", "find", "undo", "own_today", "keep_house"},
    Role.MANAGER: {
        "void_later", "return", "adjust", "issue_one", "offers", "batches", "print", "import", "full_phones", "tags", "reports", "export", "verify",
        "day_totals", "backup",
    },
    Role.OWNER: {"tiers", "erase", "export_members", "staff", "rules", "restore", "audit"},
}  # fmt: skip
"""The lowest role that holds a right, as the contract's table says."""
FREE = {
    ("members/erased_list.py", "append"),
    ("members/erased_list.py", "read"),
    ("members/erasure.py", "again"),
    ("members/erased_list.py", "take_over"),
    ("backup/copies.py", "mark_of"),
}
"""Parts of an erasure and of a restore, which asked already; a place, not a store."""


def verbs():
    for path in sorted(ROOM.rglob("*.py")):
        room = path.relative_to(ROOM).as_posix()
        for node in ast.parse(path.read_text("utf-8")).body:
            if (
                not isinstance(node, ast.FunctionDef)
                or node.name.startswith("_")
                or not node.args.args
            ):
                continue
            if (
                node.args.args[0].arg == "store"
                and WITHOUT_RIGHT.get(node.name) != room
                and (room, node.name) not in FREE
            ):
                yield f"{room}:{node.name}"


def called(store, verb):
    """Call a verb with nothing for all that it wants to know: who may not do it is refused before
    that is looked at."""
    room, name = verb.split(":")
    function = getattr(
        importlib.import_module(
            "storecrm.services." + room[:-3].replace("/", ".").removesuffix(".__init__")
        ),
        name,
    )
    wanted = {
        p.name: None
        for p in list(inspect.signature(function).parameters.values())[1:]
        if p.default is p.empty and p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)
    }
    return function(store, **wanted)


@pytest.fixture(scope="module")
def asked():
    """The right that each verb asks for first, as its first line says; None where it depends on
    what is asked."""
    found = {}
    for verb in verbs():
        room, name = verb.split(":")
        node = next(
            n
            for n in ast.parse((ROOM / room).read_text("utf-8")).body
            if isinstance(n, ast.FunctionDef) and n.name == name
        )
        body = [
            s
            for s in node.body
            if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        ]
        named = {
            n.attr
            for n in ast.walk(body[0])
            if isinstance(n, ast.Attribute)
            and isinstance(n.value, ast.Name)
            and n.value.id == "Right"
        }
        found[verb] = Right[named.pop()] if len(named) == 1 else None
    return found


def test_the_table_is_the_contracts():
    """Each right has its lowest role, and those above hold it too."""
    assert {right.value for right in Right} == set().union(*LOWEST.values())
    for role in Role:
        allowed = {right.value for right in rights.ALLOWED[role]}
        assert allowed == set().union(
            *(LOWEST[lower] for lower in list(LOWEST)[: list(LOWEST).index(role) + 1])
        )


def test_nobody_may_do_anything(base, asked):
    """Every verb of every room, called with nobody signed in."""
    let = []
    for verb in asked:
        try:
            called(base, verb)
        except NotAllowed as refused:
            if refused.code == "no_actor":
                continue
        except Exception as error:
            let.append(f"{verb}: {error!r}"[:120])
            continue
        let.append(verb)
    assert let == [] and len(asked) > 150


@pytest.mark.parametrize("name", ["王芳", "赵"])
def test_no_verb_does_what_the_role_may_not(base, asked, name):
    """Refused before anything else is looked at: a cashier and a manager at every verb whose right
    they do not hold."""
    store, let, tried = signed(base, name), [], 0
    for verb, right in asked.items():
        if right is None or rights.may(store.actor.role, right):
            continue
        tried += 1
        try:
            called(store, verb)
            let.append(verb)
        except NotAllowed as refused:
            if refused.code != "right_missing":
                let.append(verb)
        except Exception as error:
            let.append(f"{verb}: {error!r}"[:120])
    assert let == [] and tried > 15


def test_who_may_carry_the_shop_away(cashier, manager, owner, tmp_path):
    """A copy of the store is every member in one file: a cashier makes none, a manager in the
    shop's own folder, the owner anywhere."""
    for store, to in (
        (cashier, None),
        (cashier, tmp_path / "stick"),
        (manager, tmp_path / "stick"),
    ):
        with pytest.raises(NotAllowed, match="right_missing"):
            backups.create(store, to=to)
    assert not (tmp_path / "stick").exists()
    assert (
        backups.create(manager).path.is_file()
        and backups.create(owner, to=tmp_path / "stick").path.is_file()
    )


def test_the_days_copy_is_made_whoever_is_signed_in(cashier):
    """A shop in which only the cashier works has its backup too."""
    assert daily.keep_house(cashier).path.is_file()
    with pytest.raises(NotAllowed, match="right_missing"):
        backups.listed(cashier)


# --- proof before points are used ---


@pytest.fixture
def ann(owner):
    who = build.member(owner)
    adjustments.adjust(owner, member=who.member_no, count=20_000, reason="moved in")
    return who


def closing(asked):
    """A whole bill says with what it ends as one thing; one that is parked says it beside."""
    ending = {name: asked[name] for name in ("points_used", "proof") if name in asked}
    rest = {name: asked[name] for name in asked if name not in ending}
    return rest | {"closing": Closing(**ending)}


def test_a_command_without_proof_burns_nobodys_points(cashier, manager, ann):
    """At every door that takes points or a named coupon; a manager may, and it is in the trail."""
    build.offer(manager, "NAMED", kind="amount_off", value="5", min_spend=None)
    [code] = build.issued(manager, "NAMED", to=(ann.member_no,))
    none = verification.shown(cashier, member=ann.member_no, said=[])
    with_points = {
        "amount": Money(10_000),
        "member": ann.member_no,
        "points_used": 1_000,
        "proof": none,
    }
    with_coupon = {
        "amount": Money(10_000),
        "member": ann.member_no,
        "coupons": [code],
        "proof": none,
    }
    for asked in (with_points, with_coupon):
        with pytest.raises(NotPossible, match="proof_required"):
            open_bill.record(cashier, **closing(asked))
        with pytest.raises(NotPossible, match="proof_required"):
            parked_bills.suspend(cashier, **asked)
    with pytest.raises(NotPossible, match="proof_required"):
        open_bill.take(
            cashier,
            code=code,
            amount=Money(10_000),
            member=ann.member_no,
            request_no="r",
            proof=none,
        )
    assert open_bill.record(manager, **closing(with_points)).points_paid == 1_000


def test_what_was_shown_must_be_the_members(cashier, manager, ann):
    """The card, the whole phone, the password; somebody else's proves nothing."""
    other = build.member(manager, "13900139000")
    said = lambda *texts: verification.shown(cashier, member=ann.member_no, said=texts)  # noqa: E731
    assert said(ann.member_no) == Proof(ProofLevel.CARD) and said("13800138000") == Proof(
        ProofLevel.PHONE
    )
    for text in (other.member_no, "13900139000", "13800138001", "hello"):
        with pytest.raises(NotPossible, match="proof_wrong"):
            said(text)
    verification.set_password(manager, member=ann.member_no, password="4711")
    with pytest.raises(NotAllowed, match="password_wrong"):
        said("1234")
    proof = said(ann.member_no, "4711")
    assert proof.how is ProofLevel.CARD and proof.confirmed
    big = {"amount": Money(20_000), "member": ann.member_no}
    points = Closing(points_used=8_000, proof=said(ann.member_no))
    with pytest.raises(NotPossible, match="proof_second"):
        open_bill.record(cashier, **big, closing=points)
    assert (
        open_bill.record(cashier, **big, closing=replace(points, proof=proof)).points_paid == 8_000
    )


# --- points by hand and by a file ---


@pytest.mark.both
def test_a_manager_gives_no_more_than_the_day_allows(manager, owner, wall):
    """31 times 500 is 15,500 points, an act at a time; taking counts too."""
    who = build.member(manager)
    for count in (500, 500, -300, 500):
        adjustments.adjust(manager, member=who.member_no, count=count, reason="x")
    with pytest.raises(NotAllowed, match="adjust_limit_day"):
        adjustments.adjust(manager, member=who.member_no, count=300, reason="x")
    with pytest.raises(NotAllowed, match="adjust_limit"):
        adjustments.adjust(manager, member=who.member_no, count=501, reason="x")
    assert adjustments.adjust(manager, member=who.member_no, count=200, reason="x").active == 1_400
    assert adjustments.adjust(owner, member=who.member_no, count=5_000, reason="x").active == 6_400
    wall.wait(seconds=86_400)
    assert adjustments.adjust(manager, member=who.member_no, count=500, reason="x").active == 6_900


@pytest.mark.both
@pytest.mark.parametrize("kind", ["members", "points"])
def test_a_managers_file_gives_no_more_points_than_the_manager(manager, owner, tmp_path, kind):
    """The same limits at each door: at once, and in a day together with what was given by hand."""
    who = build.member(manager, "13700137000")
    file = tmp_path / "list.csv"

    def read(store, *counts):
        title = "phone,points" if kind == "members" else "phone,points,reference"
        rows = [
            f"1390013900{n},{count}" + (f",r{n}-{count}" if kind == "points" else "")
            for n, count in enumerate(counts)
        ]
        file.write_text("\n".join([title, *rows]), "utf-8")
        return run.load(store, kind=kind, path=file)

    if kind == "points":
        for n in range(5):
            build.member(manager, f"1390013900{n}", f"P{n}")
    with pytest.raises(NotAllowed, match="adjust_limit"):
        read(manager, 5_000_000)
    adjustments.adjust(manager, member=who.member_no, count=500, reason="x")
    with pytest.raises(NotAllowed, match="adjust_limit_day"):
        read(manager, 400, 400, 400, 400)
    assert read(manager, 400, 400).created == 2
    assert adjustments.adjust(owner, member="13900139000", count=1, reason="x").active == 401


@pytest.mark.both
def test_a_managers_file_of_sales_earns_no_more_than_the_manager_gives(manager, owner, tmp_path):
    """Sales are an amount that anybody can type into a file: what they earn counts in the day, for
    the owner it does not."""
    who = build.member(manager, "13700137000")
    file = tmp_path / "sales.csv"

    def read(store, *amounts):
        rows = [f"R{amount},2026-10-01T10:00:00,{who.member_no},{amount}" for amount in amounts]
        file.write_text("\n".join(["receipt_no,sold_at,member_no,amount", *rows]), "utf-8")
        return run.load(store, kind="sales", path=file, how=ImportOptions(earn=True))

    with pytest.raises(NotAllowed, match="adjust_limit_day"):
        read(manager, 5_000_000)
    adjustments.adjust(manager, member=who.member_no, count=500, reason="x")
    assert read(manager, 900, 500).created == 2
    with pytest.raises(NotAllowed, match="adjust_limit_day"):
        read(manager, 700)
    with pytest.raises(NotAllowed, match="adjust_limit_day"):
        adjustments.adjust(manager, member=who.member_no, count=500, reason="x")
    assert read(owner, 700, 80_000).created == 2
    assert points_account.show(owner, member=who.member_no).active == 500 + 900 + 500 + 700 + 80_000


def test_a_manager_with_a_cashiers_rights_sells_on(manager):
    """An unattended till takes the higher rights off and keeps the person: the queue goes on."""
    lower = manager.acting(replace(manager.actor, role=Role.CASHIER))
    assert open_bill.record(lower, amount=Money(1_000)).net == 1_000
    with pytest.raises(NotAllowed) as refused:
        rights.require(lower, Right.REPORTS)
    assert refused.value.code == "right_missing"


def test_nobody_acts_with_more_rights_than_they_have_now(manager):
    """Whoever says to be more than the store says has signed in as somebody else was."""
    higher = manager.acting(replace(manager.actor, role=Role.OWNER))
    with pytest.raises(NotAllowed) as refused:
        rights.require(higher, Right.STAFF)
    assert refused.value.code == "session_over"
