"""Whoever has the file can change it by plain SQL; `verify` says what was changed."""

import pytest
import sqlcipher3.dbapi2 as driver
from sqlalchemy import text

from storecrm import compose
from storecrm.services import shop_settings
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, tiers
from storecrm.services.members.verification import VOUCHED
from storecrm.services.staff import accounts
from storecrm.services.till import open_bill
from storecrm.services.till.posting import Closing
from storecrm.values import BasisPoints, Money
from tests import build
from tests.conftest import signed


def found(store):
    return [finding.check for finding in verify.verify(store)[1]]


@pytest.fixture
def shop(owner, manager, cashier):
    """A shop in which something happened: goods sold with a coupon, points earned, given and used,
    a rule, a tier, two offers."""
    who = build.member(manager)
    build.offer(manager)
    build.offer(manager, "B10", value="10")
    codes = build.issued(manager)
    adjustments.adjust(owner, member=who.member_no, count=500, reason="moved in")
    open_bill.record(cashier, amount=Money(20_000), member=who.member_no, coupons=codes[:1])
    open_bill.record(
        cashier,
        amount=Money(30_000),
        member=who.member_no,
        closing=Closing(points_used=100, proof=VOUCHED),
    )
    open_bill.record(cashier, amount=Money(5_000))
    shop_settings.set_rule(owner, key="points_cap_percent", value="40")
    tiers.keep(
        owner,
        name="Gold",
        threshold=Money(100_000),
        off=BasisPoints(500),
        points_times=BasisPoints(12_000),
    )
    assert found(owner) == []
    return owner


def loose(store):
    """A client of the file that first takes the guards away."""
    link = driver.connect(store.name, isolation_level=None)
    link.execute("PRAGMA foreign_keys = OFF")
    for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        link.execute(f"DROP TRIGGER {name}")
    return link


ENTRY = "lot_id, member_id, kind, points, business_date, at, sale_id, staff_id, reason, import_id, coupon_id, mac"
TAMPERING = {
    "points put in": (
        "point_marks",
        f"INSERT INTO point_entry ({ENTRY}) SELECT lot_id, member_id, 'adjust', 9000, business_date, at, NULL, staff_id, '', NULL, NULL, '' "
        "FROM point_entry WHERE id = 1",
    ),
    "points copied": (
        "point_marks",
        f"INSERT INTO point_entry ({ENTRY}) SELECT {ENTRY} FROM point_entry WHERE kind = 'adjust'",
    ),
    "points made more": (
        "point_marks",
        "UPDATE point_entry SET points = 5000 WHERE kind = 'adjust'",
    ),
    "used points given back": ("point_marks", "DELETE FROM point_entry WHERE kind = 'burn'"),
    "the last points taken out": (
        "point_marks",
        "DELETE FROM point_entry WHERE id = (SELECT max(id) FROM point_entry)",
    ),
    "an entry of another person": (
        "point_marks",
        "UPDATE point_entry SET staff_id = 2 WHERE kind = 'adjust'",
    ),
    "a sale deleted with its rows": (
        "sales_in_trail",
        "DELETE FROM sale_line WHERE sale_id = 3; DELETE FROM scannable WHERE kind = 'receipt' AND target_id = 3; DELETE FROM sale WHERE id = 3",
    ),
    "a sale put in": (
        "sales_in_trail",
        "CREATE TEMP TABLE s AS SELECT * FROM sale WHERE id = 3; UPDATE s SET id = 99, receipt_no = 'X', request_no = NULL; "
        "INSERT INTO sale SELECT * FROM s",
    ),
    "a sale made smaller": ("sale_lines", "UPDATE sale SET gross = 1, net = 1 WHERE id = 3"),
    "rows without what they refer to": ("references", "DELETE FROM sale WHERE id = 3"),
    "a trigger dropped": ("schema", "DROP TRIGGER IF EXISTS redemption_no_delete"),
    "a trigger that does nothing": (
        "schema",
        "DROP TRIGGER IF EXISTS audit_no_update; "
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN false BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    ),
    "a trigger of somebody's": (
        "schema",
        "CREATE TRIGGER mine AFTER INSERT ON sale BEGIN UPDATE rule SET value = '100'; END",
    ),
    "an index dropped": ("schema", "DROP INDEX uq_redemption_live_use"),
    "another PIN": (
        "seals",
        "UPDATE staff SET pin_hash = (SELECT pin_hash FROM staff WHERE role = 'cashier') WHERE role = 'owner'",
    ),
    "another role": ("seals", "UPDATE staff SET role = 'owner' WHERE role = 'cashier'"),
    "a person disabled": ("seals", "UPDATE staff SET disabled = 1 WHERE role = 'manager'"),
    "a person put in": (
        "seals",
        "INSERT INTO staff (name, role, badge, pin_length, disabled, created_at) VALUES ('X', 'owner', '1', 6, 0, 0)",
    ),
    "a person taken out": ("seals", "DELETE FROM staff WHERE role = 'manager'"),
    "a rule changed": ("seals", "UPDATE rule SET value = '100' WHERE key = 'points_cap_percent'"),
    "a rule put in": ("seals", "INSERT INTO rule VALUES ('undo_per_shift', '999')"),
    "a rule taken out": ("seals", "DELETE FROM rule"),
    "a tier changed": ("seals", "UPDATE tier SET off = 9000"),
    "an offer changed": ("seals", "UPDATE offer_version SET value = 9000 WHERE id = 2"),
    "an offer let run": ("seals", "UPDATE offer SET state = 'stopped' WHERE id = 2"),
    "an offer for other goods": (
        "seals",
        "INSERT INTO offer_scope (version_id, field, value) VALUES (2, 'category', 'x')",
    ),
    "the shop made a demo": ("seals", "UPDATE shop SET demo = 0"),
    "a coupon's use with less": ("sale_discounts", "UPDATE redemption SET discount = 1"),
    "a used coupon usable again": (
        "coupon_states",
        "UPDATE coupon SET state = 'issued' WHERE state = 'redeemed'",
    ),
    "a use deleted": ("coupon_states", "DELETE FROM allocation; DELETE FROM redemption"),
    "an entry of the trail changed": (
        "audit_chain",
        "UPDATE audit SET facts = replace(facts, '500', '5') WHERE action = 'points_adjusted'",
    ),
    "an entry of the trail taken out": (
        "audit_chain",
        "DELETE FROM audit WHERE action = 'points_adjusted'",
    ),
    "a chain cut, its head put back": (
        "audit_chain",
        "DELETE FROM audit WHERE till_id = 2 AND seq > 3; "
        "UPDATE audit_head SET seq = 3, mac = (SELECT mac FROM audit WHERE till_id = 2 AND seq = 3) WHERE till_id = 2",
    ),
    "a head taken out": ("audit_chain", "DELETE FROM audit_head"),
    "a whole chain taken out": ("seals", "DELETE FROM audit; DELETE FROM audit_head"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_verify_finds_what_was_changed_by_plain_sql(shop, what):
    """Each kind by itself, with the guards dropped first: the check that is named here says so, and
    not only that guards are gone."""
    check, statement = TAMPERING[what]
    link = loose(shop)
    link.executescript(statement)
    link.close()
    assert check in found(shop)


def test_taking_the_guards_away_is_all_that_is_found_then(shop):
    """What is found above is found because of what was changed."""
    loose(shop).close()
    assert found(shop) == ["schema"]


SERVER = {
    name: TAMPERING[name]
    for name in ("points made more", "another PIN", "another role", "a rule changed", "an offer changed", "an entry of the trail changed",
                 "an entry of the trail taken out", "a head taken out", "used points given back")
}  # fmt: skip


@pytest.mark.both
def test_verify_finds_it_on_either_database(shop):
    """All of them at once on a server, too: each check speaks for itself."""
    with shop.engine.begin() as link:
        for table in ("audit", "audit_head", "point_entry", "redemption"):
            if link.dialect.name == "postgresql":
                link.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for verb in ("update", "delete", "replace"):
                    link.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
        for _, statement in SERVER.values():
            link.execute(text(statement))
    assert {check for check, _ in SERVER.values()} | {"schema"} <= set(found(shop))


def test_seals_follow_who_works_here_and_what_is_offered(base, owner):
    """What is changed through the program is no finding, whatever it is."""
    accounts.add(owner, name="小李", pin="3864", role=accounts.Role.CASHIER)
    accounts.set_pin(owner, name="小李", pin="9517")
    accounts.disable(owner, name="小李")
    tiers.keep(
        owner, name="Gold", threshold=Money(1), off=BasisPoints(0), points_times=BasisPoints(10_000)
    )
    tiers.remove(owner, name="Gold")
    again = compose.open_store(base.name)
    assert found(signed(again, "陈")) == []
    compose.close_store(again)
