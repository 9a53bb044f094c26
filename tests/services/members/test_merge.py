"""One person twice becomes one, and two again: rows move, nothing is added up, nothing is lost."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storecrm import compose
from storecrm.errors import BadInput, Conflict, NotAllowed, NotFound, NotPossible, StoreError
from storecrm.services.analytics import segments
from storecrm.services.coupons import issue
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import consent, duplicates, erasure, merge, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import VOUCHED
from storecrm.services.till import open_bill, parked_bills, receipts, returns, voids
from storecrm.values import Channel, Money, Points
from tests import build
from tests.conftest import SOAK, Wall, furnished, signed


@pytest.fixture
def ann(manager):
    return registry.register(
        manager,
        new=NewMember(phone="13800138000", name="李小梅", birthday="1990-05-17", card_no="OLD-1"),
    )


@pytest.fixture
def anna(manager):
    return registry.register(
        manager,
        new=NewMember(
            phone="13900139000",
            name="李小妹",
            email="ann@example.com",
            note="Nüsse",
            card_no="OLD-2",
        ),
    )


@pytest.mark.both
def test_everything_follows_the_survivor_and_comes_back(owner, manager, ann, anna):
    """Receipts, lots, coupons, tags, consents and numbers; balances are never added up, so points
    keep their ends."""
    build.offer(manager)
    [code] = build.issued(manager, to=(anna.member_no,))
    one = open_bill.record(manager, amount=Money(10_000), member=ann.member_no)
    two = open_bill.record(manager, amount=Money(5_000), member=anna.member_no)
    consent.set_consent(
        manager, member=anna.member_no, channel=Channel.SMS, granted=True, evidence="signed"
    )
    registry.tag(manager, member=ann.member_no, add=["vip"])
    registry.tag(manager, member=anna.member_no, add=["vip", "milk"])
    segments.create(manager, code="ALL", name="", rule={"field": "visits", "op": ">=", "value": 0})
    segments.keep_list(manager, code="KEPT", of="ALL")

    both = merge.merge(manager, survivor=ann.member_no, merged=anna.member_no)
    assert (both.name, both.email, both.note, both.birthday) == (
        "李小梅",
        "ann@example.com",
        "Nüsse",
        "1990-05-17",
    )
    assert (both.tags, both.consent, both.phones) == (
        ("milk", "vip"),
        {"sms": True},
        ("+8613900139000",),
    )
    assert points_account.show(manager, member=ann.member_no).active == 150
    assert {sale.receipt_no for sale in receipts.of_member(manager, member=ann.member_no)} == {
        one.receipt_no,
        two.receipt_no,
    }
    for key in (anna.member_no, "13900139000", "OLD-2"):
        assert registry.show(manager, member=key).member_no == ann.member_no
    assert [c.code for c in issue.of_member(manager, member=ann.member_no)] == [code]
    assert registry.count(manager) == 1 and segments.count(manager, code="KEPT") == 1
    assert verify.verify(owner)[1] == []

    third = open_bill.record(manager, amount=Money(2_000), member="OLD-2")
    kept, back = merge.unmerge(manager, member=ann.member_no)
    assert (kept.member_no, back.member_no, back.name, back.phone) == (
        ann.member_no,
        anna.member_no,
        "李小妹",
        "+8613900139000",
    )
    assert (kept.tags, back.tags, kept.email, kept.phones, back.consent) == (
        ("vip",),
        ("milk", "vip"),
        "",
        (),
        {"sms": True},
    )
    assert (
        points_account.show(manager, member=ann.member_no).active,
        points_account.show(manager, member=anna.member_no).active,
    ) == (
        120,
        50,
    )
    assert [s.receipt_no for s in receipts.of_member(manager, member=anna.member_no)] == [
        two.receipt_no
    ]
    assert third.receipt_no in {
        s.receipt_no for s in receipts.of_member(manager, member=ann.member_no)
    }
    assert registry.show(manager, member="OLD-2").member_no == anna.member_no
    assert registry.count(manager) == 2 and segments.count(manager, code="KEPT") == 2
    assert verify.verify(owner)[1] == []


def test_a_return_after_the_merge_takes_from_the_right_lot(owner, manager, ann, anna):
    sold = open_bill.record(manager, amount=Money(5_000), member=anna.member_no)
    merge.merge(manager, survivor=ann.member_no, merged=anna.member_no)
    back = returns.return_goods(manager, receipt=sold.receipt_no, lines=[])
    assert (
        back.points_taken_back == 50
        and points_account.show(manager, member=ann.member_no).active == 0
    )
    assert verify.verify(owner)[1] == []


def test_the_chosen_value_wins(manager, ann, anna):
    both = merge.merge(
        manager,
        survivor=ann.member_no,
        merged=anna.member_no,
        winners={"name": "merged", "phone": "merged"},
    )
    assert (both.name, both.phone, both.phones) == ("李小妹", "+8613900139000", ("+8613800138000",))
    assert [one.member_no for one in registry.find(manager, text="8000")] == [ann.member_no]


def test_what_was_changed_since_stays_changed(manager, ann, anna):
    merge.merge(manager, survivor=ann.member_no, merged=anna.member_no)
    registry.change(
        manager,
        member=ann.member_no,
        new=NewMember(name="李小梅", email="new@example.com", birthday="1990-05-17"),
    )
    kept, back = merge.unmerge(manager, member=ann.member_no)
    assert (kept.email, back.email) == ("new@example.com", "ann@example.com")


def test_a_merge_that_cannot_be_is_refused(owner, manager, cashier, ann, anna):
    with pytest.raises(BadInput, match="merge_same"):
        merge.merge(manager, survivor=ann.member_no, merged="OLD-1")
    with pytest.raises(BadInput, match="merge_field"):
        merge.merge(
            manager, survivor=ann.member_no, merged=anna.member_no, winners={"points": "merged"}
        )
    with pytest.raises(NotAllowed):
        merge.merge(cashier, survivor=ann.member_no, merged=anna.member_no)
    with pytest.raises(NotFound, match="merge"):
        merge.unmerge(manager, member=ann.member_no)
    aside = parked_bills.suspend(manager, amount=Money(5_000), member=anna.member_no, proof=VOUCHED)
    with pytest.raises(Conflict, match="member_busy"):
        merge.merge(manager, survivor=ann.member_no, merged=anna.member_no)
    parked_bills.drop(owner, receipt=aside.receipt_no)
    assert merge.merge(manager, survivor=ann.member_no, merged=anna.member_no).name == "李小梅"


def test_after_thirty_days_the_two_are_one_and_the_other_is_forgotten(
    owner, manager, ann, anna, wall
):
    merge.merge(manager, survivor=ann.member_no, merged=anna.member_no)
    wall.forward(days=31)
    [kept] = merge.listed(manager)
    assert not kept.undoable
    with pytest.raises(NotPossible, match="merge_over"):
        merge.unmerge(manager, member=ann.member_no)
    assert merge.let_go(manager) == 1 and merge.let_go(manager) == 0
    with owner.read() as session:
        assert session.execute(text("SELECT before FROM member_merge")).scalar_one() == ""


def test_who_is_erased_after_a_merge_leaves_nothing_of_either(
    base, owner, manager, ann, anna, tmp_path, wall
):
    """What the merge had kept goes too, and a backup of before brings neither back."""
    from storecrm.services.backup import backups

    made = backups.create(owner)
    merge.merge(manager, survivor=ann.member_no, merged=anna.member_no)
    erasure.erase(owner, member=ann.member_no, reason="asked")
    path = tmp_path / "store.db"
    signs = [
        sign.encode()
        for sign in ("李小", "1380013", "1390013", "ann@example", "Nüsse", "old-1", "old-2")
    ]
    files = [
        file for file in tmp_path.iterdir() if file.is_file() and file.name.startswith("store.db")
    ]
    assert [(f.name, s) for f in files for s in signs if s in f.read_bytes()] == []
    with pytest.raises(NotFound):
        merge.unmerge(owner, member=ann.member_no)
    backups.restore(owner, path=made.path)
    again = signed(compose.open_store(str(path), wall=wall), "陈")
    try:
        assert registry.count(again) == 0
    finally:
        compose.close_store(again)


@pytest.mark.both
def test_the_ledger_lets_nothing_change_but_whose_a_lot_is(owner, manager, ann, anna):
    open_bill.record(manager, amount=Money(5_000), member=ann.member_no)
    for wrong in (
        "UPDATE point_entry SET points = 60",
        f"UPDATE point_entry SET member_id = {anna.id}",
        "DELETE FROM point_entry",
    ):
        with pytest.raises(DBAPIError, match="append-only"), owner.engine.begin() as connection:
            connection.execute(text(wrong))
    assert points_account.show(manager, member=ann.member_no).active == 50


def test_likely_duplicates_are_found_and_kept_apart(manager, ann, anna):
    """The same mail, the same name and day, a wrong digit, a like name; two birthdays that differ
    are two people."""
    make = lambda **card: registry.register(manager, new=NewMember(**card))  # noqa: E731
    twin = make(phone="13700137000", name="李小梅", birthday="05-17")
    mail = make(phone="13600136000", name="L. Xiaomei", email="Ann@example.com")
    typo = make(phone="13500135001", name="Jon Smith")
    john = make(phone="13500135002", name="John Smith")
    born = make(phone="13500135003", name="Jon Smith", birthday="1980-01-01")
    other = make(phone="13500135004", name="Jon Smith", birthday="1970-02-02")
    found = {
        frozenset(one.member_no for one in group.members): group
        for group in duplicates.groups(manager)
    }
    assert found[frozenset({ann.member_no, twin.member_no})].reason == "name_birthday"
    pairs = {
        frozenset((pair.first.member_no, pair.second.member_no))
        for group in found.values()
        for pair in group.pairs
    }
    assert frozenset({typo.member_no, john.member_no}) in pairs
    assert {frozenset({typo.member_no, who.member_no}) for who in (born, other)} <= pairs
    assert frozenset({born.member_no, other.member_no}) not in pairs, (
        "like the third in between, not like each other"
    )
    assert not any(mail.member_no in names and anna.member_no in names for names in found), (
        "names that differ are no duplicate by mail"
    )
    assert other.member_no in {one.member_no for group in found.values() for one in group.members}
    duplicates.keep_apart(manager, first=twin.member_no, second=ann.member_no)
    duplicates.keep_apart(manager, first=ann.member_no, second=twin.member_no)
    assert frozenset({ann.member_no, twin.member_no}) not in {
        frozenset(one.member_no for one in group.members) for group in duplicates.groups(manager)
    }


def test_a_like_member_is_said_while_typing(cashier, ann, anna):
    assert [one.member_no for one in duplicates.near(cashier, name="李小妹", birthday="05-17")] == [
        ann.member_no
    ]
    assert [
        one.member_no for one in duplicates.near(cashier, name="", email="ann@example.com")
    ] == [anna.member_no]
    assert [one.member_no for one in duplicates.near(cashier, name="李小梅")] == [ann.member_no]
    assert duplicates.near(cashier, name="王强") == []


class MergeMachine(RuleBasedStateMachine):
    """Merging and parting beside a dictionary: whose each receipt is, and how many points that
    makes."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.wall = Wall()
        place = f"{self.folder.name}/store.db"
        furnished(place)
        self.base = compose.open_store(place, wall=self.wall)
        self.owner = signed(self.base, "陈")
        self.sales: dict[str, tuple[int, int]] = {}
        self.merged: list[tuple[int, int, list[str]]] = []
        self.spent: dict[int, int] = {}

    @initialize()
    def people(self) -> None:
        self.people = [
            build.member(self.owner, phone=f"1380013800{at}", name=f"名{at}") for at in range(4)
        ]
        self.live = set(range(4))
        self.spent = dict.fromkeys(range(4), 0)

    @rule(who=st.integers(0, 3), yuan=st.integers(1, 500))
    def sell(self, who: int, yuan: int) -> None:
        sold = open_bill.record(
            self.owner, amount=Money(yuan * 100), member=self.people[who].member_no
        )
        self.sales[sold.receipt_no] = (self._holder(who), yuan)

    @rule(pick=st.integers(0, 99))
    def take_back(self, pick: int) -> None:
        if not self.sales:
            return
        receipt = sorted(self.sales)[pick % len(self.sales)]
        voids.void(self.owner, receipt=receipt)
        del self.sales[receipt]
        for _, _, moved in self.merged:
            if receipt in moved:
                moved.remove(receipt)

    @rule(one=st.integers(0, 3), other=st.integers(0, 3))
    def merge(self, one: int, other: int) -> None:
        keep, gone = self._holder(one), self._holder(other)
        try:
            merge.merge(
                self.owner, survivor=self.people[one].member_no, merged=self.people[other].member_no
            )
        except StoreError as error:
            assert error.code == "merge_same" and keep == gone
            return
        assert keep != gone
        moved = [receipt for receipt, (who, _) in self.sales.items() if who == gone]
        self.sales |= {receipt: (keep, self.sales[receipt][1]) for receipt in moved}
        self.merged.append((keep, gone, moved))
        self.live.remove(gone)

    @rule(who=st.integers(0, 3))
    def part(self, who: int) -> None:
        keep = self._holder(who)
        mine = [at for at, (survivor, _, _) in enumerate(self.merged) if survivor == keep]
        try:
            merge.unmerge(self.owner, member=self.people[who].member_no)
        except StoreError as error:
            assert error.code == "merge" and not mine
            return
        survivor, gone, moved = self.merged.pop(mine[-1])
        self.sales |= {
            receipt: (gone, self.sales[receipt][1])
            for receipt in moved
            if self.sales[receipt][0] == survivor
        }
        self.live.add(gone)

    def _holder(self, who: int) -> int:
        """Who bears this one's numbers now."""
        for survivor, gone, _ in reversed(self.merged):
            if gone == who:
                return self._holder(survivor) if survivor != who else who
        return who

    @invariant()
    def every_member_has_what_is_theirs(self) -> None:
        if not hasattr(self, "people"):
            return
        assert registry.count(self.owner) == len(self.live)
        for who in self.live:
            wanted = sum(yuan for holder, yuan in self.sales.values() if holder == who)
            assert points_account.show(
                self.owner, member=self.people[who].member_no
            ).active == Points(wanted)

    def teardown(self) -> None:
        assert verify.verify(self.owner)[1] == []
        compose.close_store(self.base)
        self.folder.cleanup()


MergeMachine.TestCase.settings = settings(
    max_examples=SOAK or 12,
    stateful_step_count=25,
    deadline=None,
    derandomize=not SOAK,
    print_blob=True,
)
TestMerging = MergeMachine.TestCase
