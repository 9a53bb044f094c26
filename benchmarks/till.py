"""Redeeming over a million coupons, and issuing a hundred thousand, against the raw driver doing
the same statements."""

import random
from typing import Any

from benchmarks import measure, store
from storecrm.services.coupons import batches
from storecrm.services.coupons import issue as coupons
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.services.store import Store
from storecrm.services.till import open_bill
from storecrm.values import Kind, Money, new_codes

ROUNDS = 1000


def traced(act: Any) -> list[tuple[str, Any, bool]]:
    """The statements, in order, that one act sends to the driver: the hot ones by their own door,
    the others through the engine."""
    sent: list[tuple[str, Any, bool]] = []

    def hear(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        sent.append((statement, parameters, many))

    def door(driver: Any, sql: str, values: Any) -> Any:
        sent.append((sql, tuple(values), False))
        return plain(driver, sql, values)

    from sqlalchemy import event

    from storecrm.models import hot

    engine, plain = act.store.engine, hot.send
    event.listen(engine, "before_cursor_execute", hear)
    hot.send = door
    act()
    hot.send = plain
    event.remove(engine, "before_cursor_execute", hear)
    return sent


class _Redeem:
    def __init__(self, owner: Store, codes: list[str], member: str | None) -> None:
        self.store, self.codes, self.member = owner, codes, member

    def __call__(self, n: int = 0) -> None:
        open_bill.record(
            self.store, amount=Money(12_800), coupons=[self.codes[n]], member=self.member
        )


def redeem(million: int = 1_000_000) -> None:
    """Check every rule and redeem, synchronous=FULL, against the same statements through the bare
    driver."""
    owner = store.fresh()
    store.offer(owner)
    batch = coupons.issue(owner, offer="B", count=million)
    codes = [str(c) for c in batches.codes_of(owner, batch=batch.id)]
    picked = random.Random(1).sample(codes, 4 * ROUNDS + 2)
    registry.register(owner, new=NewMember(phone="13800138000", name="李小梅"))
    _redeem("bearer", owner, picked[: 2 * ROUNDS + 1], None)
    _redeem("with a member", owner, picked[2 * ROUNDS + 1 :], "13800138000")


def _redeem(who: str, owner: Store, picked: list[str], member: str | None) -> None:
    act = _Redeem(owner, picked, member)
    sent = traced(act)
    act.codes = picked[1 : ROUNDS + 1]
    ours = measure.times(ROUNDS, act)
    raw = store.raw(owner.name)
    script = _replayable(sent, picked[0])
    limit = measure.times(ROUNDS, lambda n: _replay(raw, script, picked[0], picked[ROUNDS + 1 + n]))
    raw.close()
    measure.ratio(
        f"redeem, {who}, {ROUNDS} times, {len(script)} statements each", ours, limit, "<= 3"
    )


def _replayable(sent: list[tuple[str, Any, bool]], code: str) -> list[tuple[str, Any, bool, bool]]:
    return [
        (sql, parameters, many, "RETURNING" in sql or sql.lstrip().startswith("SELECT"))
        for sql, parameters, many in sent
        if not sql.startswith(("BEGIN", "PRAGMA")) and code
    ]


def _replay(raw: Any, script: list[tuple[str, Any, bool, bool]], old: str, new: str) -> None:
    """The same statements with fresh identities: what the disk and SQLite themselves cost."""
    receipt, sale, redemption, seq = new_codes(Kind.RECEIPT, 1)[0], None, None, None
    coupon = None
    links = sum(sql.startswith("INSERT INTO audit ") for sql, *_ in script)
    raw.execute("BEGIN IMMEDIATE")
    for sql, parameters, many, answers in script:
        values = [parameters] if not many else parameters
        for row in values:
            fresh = tuple(new if v == old else v for v in row)
            if sql.startswith("INSERT INTO audit "):
                links -= 1
            fresh = _fitted(
                sql, fresh, receipt, coupon, sale, redemption, None if seq is None else seq - links
            )
            found = raw.execute(sql, fresh)
            if answers:
                got = found.fetchall()
                if "FROM scannable" in sql and got:
                    coupon = got[0][1]
                elif sql.startswith("INSERT INTO sale "):
                    sale = got[0][0]
                elif sql.startswith("INSERT INTO redemption"):
                    redemption = got[0][0]
                elif sql.startswith("UPDATE audit_head"):
                    seq = got[0][0]
    raw.execute("COMMIT")


def _fitted(
    sql: str, row: tuple[Any, ...], receipt: str, coupon: Any, sale: Any, redemption: Any, seq: Any
) -> tuple[Any, ...]:
    """Ids of the recorded act become those of this one."""
    values = list(row)
    if sql.startswith("INSERT INTO sale "):
        values[0] = receipt
    elif sql.startswith("INSERT INTO scannable"):
        values = [receipt, values[1], sale]
    elif sql.startswith(("INSERT INTO sale_line", 'INSERT INTO "sale_line"')):
        values[0] = sale
    elif sql.startswith("INSERT INTO redemption"):
        names = sql[sql.index("(") + 1 : sql.index(")")].replace('"', "").split(", ")
        values[names.index("coupon_id")], values[names.index("sale_id")] = coupon, sale
    elif sql.startswith("INSERT INTO allocation"):
        values[0] = redemption
    elif sql.startswith("INSERT INTO audit "):
        names = sql[sql.index("(") + 1 : sql.index(")")].split(", ")
        values[names.index("seq")] = seq
    elif sql.startswith("UPDATE coupon"):
        values[1] = coupon
    elif "coupon.id = ?" in sql and len(values) == 1:
        values = [coupon]
    return tuple(values)


def issue(count: int = 100_000) -> None:
    """Codes, coupons and scan keys in one batch, against executemany of the same sorted rows."""
    owner = store.fresh()
    store.offer(owner)
    with measure.spent() as ours:
        batch = coupons.issue(owner, offer="B", count=count)
    other = store.fresh()
    store.offer(other)
    with owner.read() as session:
        from sqlalchemy import text

        columns = [row[1] for row in session.execute(text("PRAGMA table_info(coupon)"))]
        named = ", ".join(columns)
        issued = f"SELECT {named} FROM coupon WHERE batch_id = {batch.id} ORDER BY code"
        rows = [tuple(row) for row in session.execute(text(issued))]
        scans = [(r[columns.index("code")], "coupon", r[0]) for r in rows]
    coupons.issue(other, offer="B", count=1)
    raw = store.raw(other.name)
    with measure.spent() as limit:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("DELETE FROM scannable WHERE kind = 'coupon'")
        raw.execute("DELETE FROM coupon")
        raw.executemany(
            f"INSERT INTO coupon ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            rows,
        )
        raw.executemany("INSERT INTO scannable (key, kind, target_id) VALUES (?, ?, ?)", scans)
        raw.execute("COMMIT")
    raw.close()
    measure.ratio(f"issue {count:,} codes", ours, limit, "<= 2")
