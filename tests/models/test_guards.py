"""What the file itself refuses, from whatever client: the trail, the ledger of points and the uses
of coupons are only added to."""

import contextlib

import pytest
import sqlcipher3.dbapi2 as driver

from storecrm.services.coupons import issue
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.members.verification import VOUCHED
from storecrm.services.till import open_bill, voids
from storecrm.values import CouponState, Money
from tests import build

ERRORS = [driver.Error]
# without it a machine has no server to ask either
with contextlib.suppress(ImportError):
    import psycopg

    ERRORS.append(psycopg.Error)


class Stranger:
    """Any client at all: it opens the file (or the server) itself and knows nothing of this
    program."""

    def __init__(self, store, recursive):
        self.file = "://" not in store.name
        if self.file:
            self.link = driver.connect(store.name, isolation_level=None)
            self.link.execute(f"PRAGMA recursive_triggers = {recursive}")
            self.link.execute("PRAGMA foreign_keys = OFF")
        else:
            self.link = psycopg.connect(store.name, autocommit=True)

    def refused(self, statement):
        try:
            self.link.execute(statement)
        except tuple(ERRORS) as error:
            return "append-only" in str(error)
        return False

    def one(self, query):
        return self.link.execute(query).fetchone()[0]


@pytest.fixture
def sold(manager, cashier):
    """A member's bill with a coupon, closed; another one is open."""
    who = build.member(manager)
    build.offer(manager)
    first, second, _ = build.issued(manager)
    open_bill.record(cashier, amount=Money(20_000), member=who.member_no, coupons=[first])
    open_bill.take(cashier, code=second, amount=Money(15_000), request_no="r2", proof=VOUCHED)
    return manager, who


@pytest.fixture(params=["ON", "OFF"])
def stranger(request, sold):
    made = Stranger(sold[0], request.param)
    yield made
    made.link.close()


CLOSED = "sale_id IN (SELECT id FROM sale WHERE state = 'posted')"
COLUMNS = (
    "coupon_id, use_no, offer_id, sale_id, member_id, till_id, staff_id, at, business_date, recorded_at, discount, confirmed_scope, request_no, "
    "request_hash, redemption_no, receipt_no, reversed_at, reversed_on, reversed_by, reverse_reason, import_id, approved_by, approve_reason, override"
)
EVERYWHERE = [
    "UPDATE audit SET facts = '{}' WHERE id = 1",
    "DELETE FROM audit WHERE id = 1",
    "UPDATE audit_head SET seq = seq - 1",
    "DELETE FROM audit_head",
    "UPDATE point_entry SET points = points + 1",
    "UPDATE point_entry SET mac = ''",
    "DELETE FROM point_entry",
    f"UPDATE redemption SET discount = 1 WHERE {CLOSED}",
    f"UPDATE redemption SET sale_id = NULL WHERE {CLOSED}",
    "UPDATE redemption SET business_date = '2020-01-01'",
    "UPDATE redemption SET member_id = NULL",
    "UPDATE redemption SET override = 'manager'",
    "DELETE FROM redemption",
]
SQLITE = [
    "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE id = 1",
    "INSERT OR REPLACE INTO audit SELECT id + 1000, till_id, seq, at, staff_id, 'x', facts, mac FROM audit WHERE id = 1",
    "INSERT OR REPLACE INTO audit_head SELECT till_id, 1, mac, seal, marked, marks FROM audit_head",
    "INSERT OR REPLACE INTO point_entry SELECT * FROM point_entry",
    "INSERT OR REPLACE INTO redemption SELECT * FROM redemption",
    f"INSERT OR REPLACE INTO redemption ({COLUMNS}) SELECT {COLUMNS} FROM redemption WHERE request_no IS NOT NULL",
    f"INSERT OR REPLACE INTO redemption ({COLUMNS}) SELECT {COLUMNS} FROM redemption WHERE request_no IS NULL",
    "UPDATE OR REPLACE redemption SET id = 1 WHERE id = 2",
    "UPDATE OR REPLACE audit SET id = 1 WHERE id = 2",
]


@pytest.mark.parametrize("statement", EVERYWHERE + SQLITE)
def test_the_file_refuses_to_be_changed(stranger, statement):
    """Whoever has the file has SQL; what was written stays as it was written."""
    assert stranger.refused(statement), statement


@pytest.mark.both
def test_the_database_refuses_on_either(sold):
    """A server's other clients are strangers too."""
    stranger = Stranger(sold[0], "OFF")
    more = (
        []
        if stranger.file
        else [
            f"TRUNCATE {table} CASCADE"
            for table in ("audit", "audit_head", "point_entry", "redemption")
        ]
    )
    let = [statement for statement in EVERYWHERE + more if not stranger.refused(statement)]
    stranger.link.close()
    assert let == []


@pytest.mark.both
def test_a_reversal_is_written_once(sold, cashier):
    """A use that was reversed cannot come alive again."""
    voids.undo(cashier)
    stranger = Stranger(sold[0], "OFF")
    assert stranger.one("SELECT count(*) FROM redemption WHERE reversed_at IS NOT NULL") == 1
    assert stranger.refused(
        "UPDATE redemption SET reversed_at = NULL WHERE reversed_at IS NOT NULL"
    )
    assert stranger.refused(
        "UPDATE redemption SET reverse_reason = 'x' WHERE reversed_at IS NOT NULL"
    )
    stranger.link.close()


@pytest.mark.both
def test_imported_uses_go_with_their_import_and_not_otherwise(manager, tmp_path):
    """Rolling an import back is the one way in which a use leaves the file, and the trail says
    so."""
    build.offer(manager, "OLD", kind="external", value=None, min_spend=None)
    for name, rows in {
        "coupons": ["code,offer_code,issued_on", "ABC-1,OLD,2026-01-02"],
        "redemptions": ["code,redeemed_at,discount", "ABC-1,2026-02-03 10:00,5"],
    }.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(rows), "utf-8")
        batch = run.load(manager, kind=name, path=tmp_path / f"{name}.csv").batch
    stranger = Stranger(manager, "OFF")
    assert stranger.refused("DELETE FROM redemption")
    run.undo(manager, batch=batch)
    assert stranger.one("SELECT count(*) FROM redemption") == 0
    stranger.link.close()
    assert issue.show(manager, code="ABC-1").state is CouponState.ISSUED
    assert verify.verify(manager)[1] == []
