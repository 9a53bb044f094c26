"""Programs that meet: counted limits hold, and what was undone whole because two met is done
again."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import text

from storecrm import compose
from storecrm.errors import Collided, Conflict, NotAllowed, NotPossible, StoreError
from storecrm.i18n import Catalogue
from storecrm.services.coupons import batches, issue
from storecrm.services.imports import run
from storecrm.services.loyalty import adjustments
from storecrm.services.members import phones_and_cards, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.staff import accounts
from storecrm.services.store import TRIES, repeatable
from storecrm.services.till import open_bill
from storecrm.values import Money, Role
from storecrm.wording.errors import cure, sentence
from tests import build

PHONE = "13800138000"


def together(work, times, threads=6):
    """Do it from several threads at once; what was refused comes back as the refusal."""

    def one(n):
        try:
            return work(n)
        except StoreError as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.both
def test_a_total_limit_holds_for_programs_that_issue_at_once(manager, backend):
    """A limit of 100 let 240 be issued: each program counted before any had issued."""
    build.offer(manager, "FEW", limit_total=100)
    done = together(lambda _: issue.issue(manager, offer="FEW", count=10), 24)
    issued = sum(batch.count for batch in batches.listed(manager, offer="FEW"))
    assert issued == 100
    assert {error.code for error in done if isinstance(error, StoreError)} == {"total_limit"}


@pytest.mark.both
def test_a_total_limit_holds_for_coupons_that_are_given(manager, cashier, backend):
    """Points are changed for a coupon at several tills at once."""
    build.offer(manager, "ONE", kind="amount_off", value="1", min_spend=None, limit_total=5)
    people = [build.member(manager, f"138001380{n:02d}", f"会员{n}") for n in range(12)]
    for who in people:
        adjustments.adjust(manager, member=who.phone, count=100, reason="x")
    done = together(
        lambda n: adjustments.exchange(manager, member=people[n].phone, offer="ONE", cost=100), 12
    )
    assert sum(batch.count for batch in batches.listed(manager, offer="ONE")) == 5
    assert {error.code for error in done if isinstance(error, StoreError)} == {"total_limit"}


@pytest.mark.both
def test_a_phone_is_registered_once(manager, cashier, backend):
    """Two tills register one customer: the second is told so, not shown a fault of the program."""
    other = build.member(manager, "13900139000", "别人")
    done = together(
        lambda n: registry.register(manager, new=NewMember(phone=PHONE, name=f"名{n}")), 6
    )
    done += together(
        lambda _: phones_and_cards.add_phone(manager, member=other.member_no, phone=PHONE), 3
    )
    refused = [one for one in done if isinstance(one, Exception)]
    assert len(done) - len(refused) == 1
    assert all(isinstance(one, Conflict) and one.code == "phone_taken" for one in refused), refused


@pytest.mark.both
def test_a_phone_does_not_come_into_two_tables(manager, backend):
    """One till adds it to a family's card while another registers its owner."""
    other = build.member(manager, "13900139000", "别人")
    for n in range(8):
        phone = f"1370013700{n}"

        def work(turn, phone=phone):
            if turn % 2:
                return phones_and_cards.add_phone(manager, member=other.member_no, phone=phone)
            return registry.register(manager, new=NewMember(phone=phone, name="她"))

        done = together(work, 2, 2)
        refused = [one for one in done if isinstance(one, Exception)]
        assert len(refused) == 1 and isinstance(refused[0], Conflict), done
        with suppress(StoreError):
            phones_and_cards.detach_phone(manager, member=other.member_no, phone=phone)


@pytest.mark.both
def test_a_member_has_no_more_phones_than_are_allowed(manager, backend):
    """Three at the most, also when they come at once."""
    who = build.member(manager)
    together(
        lambda n: phones_and_cards.add_phone(manager, member=who.member_no, phone=f"1370013700{n}"),
        6,
    )
    assert len(registry.show(manager, member=who.member_no).phones) == phones_and_cards.PHONES - 1


@pytest.mark.both
def test_the_last_owners_do_not_let_each_other_go(owner, base, backend):
    """A shop without an owner could not be opened by anybody."""
    accounts.add(owner, name="李", role=Role.OWNER, pin="749182")
    together(lambda n: accounts.disable(owner, name="陈" if n else "李"), 2, 2)
    assert sum(one.role is Role.OWNER and not one.disabled for one in accounts.listed(owner)) == 1


@pytest.fixture
def stumble(manager):
    """An act that meets another one as often as is asked, in the server's own words."""

    def act(times, state="40001"):
        met = []

        @repeatable
        def verb():
            with manager.write() as session:
                session.execute(text("UPDATE shop SET name = name || '!'"))
                if len(met) < times:
                    met.append(1)
                    session.execute(
                        text(f"DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '{state}'; END $$")
                    )
            return len(met)

        return verb()

    return act


@pytest.mark.both
@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
def test_what_was_undone_whole_is_done_again(stumble, manager, backend, state):
    """The server undoes one of two that met; nobody at the till has to know."""
    if backend == "sqlite":
        pytest.skip("the writer is alone")
    assert stumble(TRIES - 1, state) == TRIES - 1
    with manager.read() as session:
        assert session.scalar(text("SELECT name FROM shop")).count("!") == 1


@pytest.mark.both
def test_it_is_not_tried_for_ever(stumble, manager, backend):
    """A till that hangs is worse than a sentence."""
    if backend == "sqlite":
        pytest.skip("the writer is alone")
    with pytest.raises(Collided) as refused:
        stumble(99)
    assert sentence(refused.value, Catalogue("zh_CN")) and cure(refused.value, Catalogue("en"))
    with manager.read() as session:
        assert "!" not in session.scalar(text("SELECT name FROM shop"))


def test_only_acts_of_one_transaction_are_repeatable():
    """A second transaction inside would be done twice."""
    import ast
    from pathlib import Path

    for path in (Path(__file__).resolve().parents[2] / "storecrm/services").rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(d) == "repeatable" for d in node.decorator_list
            ):
                writes = ast.unparse(node).count("store.write(")
                assert writes <= 1, (path.name, node.name)


@pytest.mark.both
def test_a_running_import_is_not_taken_back_by_an_opening(manager, backend, tmp_path):
    """On a server each program that was opened took another one's import back."""
    file = tmp_path / "m.csv"
    file.write_text("phone,name\n" + "".join(f"138{n:08d},会员{n}\n" for n in range(1500)), "utf-8")
    opened = []

    def look(done, _total):
        if done and not opened:
            beside = compose.open_store(manager.name)
            opened.append(beside)
            with pytest.raises(Conflict) as refused:
                run.load(beside.acting(manager.actor), kind="members", path=file)
            assert refused.value.code == "import_running"
            compose.close_store(beside)

    done = run.load(manager, kind="members", path=file, progress=look)
    assert opened and done.created == 1500 and registry.count(manager) == 1500
    with run.alone(manager), pytest.raises(Conflict):
        run.undo(manager, batch=done.batch)
    assert run.undo(manager, batch=done.batch).rows == 1500


@pytest.mark.both
def test_undoing_more_than_a_shift_may_is_refused_at_once_too(manager, cashier, backend):
    """Five a shift: counted and undone by one program at a time."""
    receipts = []
    for _ in range(8):
        receipts.append(open_bill.record(cashier, amount=Money(1000)).receipt_no)
    assert len(receipts) == 8
    from storecrm.services.till import voids

    done = together(lambda _: voids.undo(cashier), 8, 4)
    undone = [one for one in done if not isinstance(one, Exception)]
    assert len(undone) <= 5 and all(
        isinstance(one, (NotAllowed, NotPossible)) for one in done if isinstance(one, Exception)
    )
