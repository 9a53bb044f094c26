"""Older stores become this version's, with everything in them."""

import re
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3.dbapi2 as driver
from sqlalchemy import create_mock_engine, text

from storecrm import compose, models  # noqa: F401
from storecrm.models import migrate
from storecrm.models.base import Base
from storecrm.services.analytics import profile, segments
from storecrm.services.coupons import batches, issue
from storecrm.services.imports import move_in, run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account, stamp_cards, tiers
from storecrm.services.members import merge, registry, verification
from storecrm.services.staff import accounts
from storecrm.services.till import open_bill, parked_bills, receipts
from storecrm.services.till.bill_lines import LineIn
from storecrm.values import CouponState, Money, SaleState
from tests.conftest import START

GOLDEN = Path(__file__).parent.parent / "golden"


@contextmanager
def opened(file, version, journal="DELETE", **more):
    """(store, owner signed in) of an older version's store; the books are right before and
    after."""
    old = driver.connect(str(file), isolation_level=None)
    old.executescript((GOLDEN / f"store-{version}.sql").read_text("utf-8"))
    old.execute(f"PRAGMA application_id = {migrate.APPLICATION_ID}")
    old.execute(f"PRAGMA journal_mode = {journal}")
    old.close()
    base = compose.open_store(str(file), **more)
    try:
        with base.read() as session:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        owner = accounts.sign_in(base, name="陈", pin="860274", till="till 1")
        assert verify.verify(owner)[1] == []
        yield base, owner
        assert verify.verify(owner)[1] == []
    finally:
        compose.close_store(base)


def parts(sql: str) -> tuple[str, frozenset[str]]:
    """A CREATE statement as its head and the set of its parts, whatever their order."""
    head, _, body = " ".join(sql.split()).partition("(")
    pieces, depth, word = [], 0, ""
    for sign in body.rpartition(")")[0]:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            pieces.append(word.strip())
            word = ""
        else:
            word += sign
    return head.strip(), frozenset(
        part for piece in [*pieces, word.strip()] for part in _apart(piece)
    )


def _apart(piece: str) -> list[str]:
    """A column that was added later bears its foreign key or its rule itself."""
    checked = re.fullmatch(r"(\w+ TEXT DEFAULT '' NOT NULL) (CONSTRAINT \w+ CHECK .*)", piece)
    if checked:
        return [checked[1], checked[2]]
    found = re.fullmatch(r"(\w+) (\w+) CONSTRAINT (\w+) REFERENCES (.*)", piece)
    return (
        [
            f"{found[1]} {found[2]}",
            f"CONSTRAINT {found[3]} FOREIGN KEY({found[1]}) REFERENCES {found[4]}",
        ]
        if found
        else [piece]
    )


def test_the_steps_lead_to_what_the_models_say(template):
    """The models are what the program believes; the migrations are what a file has. They must not
    drift apart."""
    wanted: dict[str, tuple[str, frozenset[str]]] = {}

    def note(statement, *_, **__):
        sql = str(statement.compile(dialect=engine.dialect))
        wanted[re.search(r"(?:TABLE|INDEX) (\w+)", sql)[1]] = parts(sql)

    engine = create_mock_engine("sqlite://", note)
    Base.metadata.create_all(engine, checkfirst=False)
    found = {
        name: parts(sql)
        for name, sql in driver.connect(str(template)).execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')"
        )
        if sql and name != "alembic_version"
    }
    assert found == wanted


def test_a_store_of_the_first_version_opens_as_this_one(tmp_path):
    """A shop's file is ten years old one day: what it held is there, what it promised holds,
    nothing is a finding."""
    with opened(tmp_path / "store.db", "0001", journal="WAL") as (_, owner):
        ann = registry.find(owner, text="13800138000")[0]
        assert (ann.name, points_account.show(owner, member=ann.member_no).active) == (
            "李小梅",
            216,
        )
        sold = receipts.of_member(owner, member=ann.member_no)
        assert [(s.net, s.state) for s in sold] == [
            (5_000, SaleState.VOIDED),
            (10_800, SaleState.POSTED),
            (10_800, SaleState.POSTED),
        ]
        states = sorted(c.state.value for c in _coupons(owner))
        assert states == [
            CouponState.ISSUED,
            CouponState.REDEEMED,
            CouponState.REDEEMED,
            CouponState.VOIDED,
        ]


def test_a_store_of_the_second_version_opens_as_this_one(tmp_path):
    """Tiers, a bill put aside, exchanged points, half returned goods, an approved coupon: all
    there, and all goes on."""
    with opened(tmp_path / "store.db", "0002") as (base, owner):
        [aside] = parked_bills.waiting(owner)
        assert parked_bills.drop(owner, receipt=aside.receipt_no).state is SaleState.DROPPED
        with base.read() as session:
            assert session.execute(
                text("SELECT override, count(*) FROM redemption GROUP BY 1 ORDER BY 1")
            ).all() == [
                ("", 1),
                ("manager", 1),
            ]


def test_a_store_of_the_third_version_opens_as_this_one(tmp_path):
    """A stamp card, an emergency code, an exchange, a bill put aside, a shift: all there, all goes
    on, and members are known at once."""
    with opened(tmp_path / "store.db", "0003", wall=lambda: START + 2 * 86_400_000_000) as (
        _,
        owner,
    ):
        ann = registry.find(owner, text="13800138000")[0]
        assert verification.confirm(
            owner, member=ann.member_no, how=verification.ProofLevel.CARD, password="4711"
        ).confirmed
        assert [
            (card.stamps, card.needed) for card in stamp_cards.cards(owner, member=ann.member_no)
        ] == [(0, 5)]
        [aside] = parked_bills.waiting(owner)
        assert parked_bills.reopen(owner, receipt=aside.receipt_no)[0].net == 1_000
        known = profile.of_member(owner, member=ann.member_no)
        assert (known.why.visits, known.net, known.scores) == (3, 9_000, (1, 1, 1))
        assert segments.count(owner, code="new") == 1


def test_a_store_of_the_fourth_version_opens_as_this_one(tmp_path):
    """Tags, a kept list, sizes, an imported member and a forgotten one: all there, two members
    become one, and an import goes back."""
    with opened(tmp_path / "store.db", "0004", wall=lambda: START + 2 * 86_400_000_000) as (
        _,
        owner,
    ):
        ann = registry.show(owner, member="OLD-1")
        assert (ann.tags, ann.consent, points_account.show(owner, member=ann.member_no).active) == (
            ("常客",),
            {"sms": True},
            128,
        )
        assert segments.count(owner, code="KEPT") == 1 and [
            n for _, n in segments.sizes(owner, code="BIG")
        ] == [1]
        merge.merge(owner, survivor=ann.member_no, merged="13900139000")
        assert points_account.show(owner, member=ann.member_no).active == 158
        run.undo(owner, batch=1)
        assert registry.count(owner) == 1


def test_a_store_of_the_fifth_version_opens_as_this_one(tmp_path):
    """Two of one name are found by it and its initials, nobody by a name of before; a merge is
    parted, an import goes back."""
    with opened(tmp_path / "store.db", "0005", wall=lambda: START + 2 * 86_400_000_000) as (
        base,
        owner,
    ):
        assert (base.shop.region, base.shop.digits) == ("CN", 2)
        found = lambda text: sorted(who.phone for who in registry.find(owner, text=text))  # noqa: E731
        both = ["+8613800138000", "+8613900139000"]
        assert (found("小梅"), found("lxm"), found("müller")) == (both, both, ["+8613500135000"])
        assert (found("王小乐"), found("王乐乐")) == (["+8613700137000"], [])
        merge.unmerge(owner, member="OLD-7")
        run.undo(owner, batch=1)
        assert (found("晓梅"), found("王小乐"), found("王乐乐"), found("müller")) == (
            ["+8613600136000"],
            [],
            ["+8613700137000"],
            [],
        )
        assert registry.show(owner, member="13811112222").name == "李小梅"


def test_a_store_of_the_sixth_version_opens_as_this_one(tmp_path):
    """A bill put aside with points, an exchanged coupon, an override, an amount to come, a lunar
    birthday: all there, all goes on."""
    with opened(tmp_path / "store.db", "0006", wall=lambda: START + 2 * 86_400_000_000) as (
        _,
        owner,
    ):
        ann = registry.find(owner, text="13800138000")[0].member_no
        assert (
            points_account.show(owner, member=ann).active,
            tiers.standing(owner, member=ann).tier,
        ) == (447, "金卡")
        [aside] = parked_bills.waiting(owner)
        assert parked_bills.drop(owner, receipt=aside.receipt_no).state is SaleState.DROPPED
        assert points_account.show(owner, member=ann).active == 547
        assert (
            open_bill.fill_amount(owner, receipt="2334761975095920", amount=Money(2_000)).net
            == 1_500
        )
        assert registry.show(owner, member="OLD-1").birthday == "1970-08-15"


def test_a_store_of_the_seventh_version_opens_as_this_one(tmp_path):
    """Kept figures, a limited offer's uses, waits after wrong tries, imports of every kind: all
    there, all goes on, an import goes back."""
    with opened(tmp_path / "store.db", "0007", wall=lambda: START + 2 * 86_400_000_000) as (
        base,
        owner,
    ):
        ann, wei = (registry.show(owner, member=number) for number in ("OLD-1", "OLD-3"))
        assert (
            points_account.show(owner, member=ann.member_no).active,
            points_account.show(owner, member=wei.member_no).active,
        ) == (
            527,
            55,
        )
        assert (wei.name, wei.phone, profile.of_member(owner, member=ann.member_no).net) == (
            "张炜",
            "+8613700137000",
            39_940,
        )
        with base.read() as session:
            assert session.execute(
                text("SELECT kind, wrong FROM guess_wait ORDER BY wrong")
            ).all() == [("pin", 0), ("pin", 1), ("pin", 2)]
            assert session.execute(text("SELECT given, uses FROM offer_use")).all() == [(1_560, 2)]
        assert [row.state for row in run.listed(owner)] == ["undone"] + ["done"] * 12
        for batch in (4, 2):
            run.undo(owner, batch=batch)
        assert (
            registry.show(owner, member="OLD-3").name,
            registry.show(owner, member="OLD-3").phone,
        ) == ("张伟", "")
        assert (
            open_bill.record(owner, lines=[LineIn("TEA")], coupons=["ALT-1003"], member="OLD-3").net
            == 8_300
        )


def test_a_store_of_the_eighth_version_opens_as_this_one(tmp_path):
    """Files that came together, articles made of sales, an act rolled back, a bill put aside: all
    there, all goes on, the files go back."""
    with opened(tmp_path / "store.db", "0008", wall=lambda: START + 2 * 86_400_000_000) as (
        base,
        owner,
    ):
        assert [(act.group, act.state) for act in move_in.listed(owner)] == [
            (2, "done"),
            (1, "undone"),
        ]
        assert (
            points_account.show(owner, member="K1").active,
            points_account.show(owner, member="K2").active,
        ) == (362, 87)
        with base.read() as session:
            assert session.execute(
                text("SELECT sku, name FROM product WHERE to_complete = 1")
            ).all() == [("N1", "N1")]
            assert session.execute(
                text("SELECT kind, used FROM allowance ORDER BY kind")
            ).all() == [("points", 25), ("undo", 1)]
        [aside] = parked_bills.waiting(owner)
        assert parked_bills.drop(owner, receipt=aside.receipt_no).state is SaleState.DROPPED
        for batch in (14, 13, 12):
            run.undo(owner, batch=batch)
        assert registry.show(owner, member="K1").name == "李小梅"
        assert points_account.show(owner, member="K2").active == 45


def _coupons(owner):
    return [issue.show(owner, code=code) for code in batches.codes_of(owner, batch=1)]
