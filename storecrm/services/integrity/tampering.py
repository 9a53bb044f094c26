"""What nobody but the program should have done: the trail read to its end, the marks of the ledger,
the seals, the keys between rows, the guards and the shape of the file itself.

Each check reads its rows once, in their order: the whole is linear in what the shop has done.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.orm import Session

from storecrm.ledger import audit
from storecrm.models import database, guards, kept, migrate
from storecrm.models.audit import AuditEntry, AuditHead
from storecrm.models.points import PointEntry
from storecrm.models.sale import Sale
from storecrm.services import sealing
from storecrm.services.store import Store

_E: Any = AuditEntry.__table__
_HEAD: Any = AuditHead.__table__
_P: Any = PointEntry.__table__
_S: Any = Sale.__table__
_SALE = re.compile(r'"(?:sale|back)":(\d+)')
_POSTED = (
    "sale_posted",
    "goods_returned",
    "goods_exchanged",
    "returned_without_receipt",
    "amount_filled",
    "sale_taken_back",
)
_AT_ONCE = 5000


class Trail:
    """What the trail says, read once: where its chains break, the last seals, and which sales it
    knows."""

    def __init__(self, session: Session, key: str) -> None:
        self.broken: list[str] = []
        self.seals: dict[tuple[str, str], tuple[int, str]] = {}
        self.older = (0, "")
        self.sales = bytearray()
        self._ends: dict[int, tuple[int, str]] = {}
        rows = select(_E).order_by(_E.c.till_id, _E.c.seq).execution_options(yield_per=_AT_ONCE)
        for row in session.execute(rows):
            self._follow(row, key)
        self._compare_heads(session, key)

    def _follow(self, row: Any, key: str) -> None:
        seq, prev = self._ends.get(row.till_id, (0, ""))
        if row.seq != seq + 1 or row.mac != audit.mac_of(
            key, prev, row.seq, row.at, row.staff_id, row.action, row.facts
        ):
            self.broken.append(f"{row.till_id}:{row.seq}")
        self._ends[row.till_id] = (row.seq, row.mac)
        if row.action == "sealed":
            self._seal(row)
        elif row.action == "ledger_sealed":
            facts = json.loads(row.facts)
            self.older = (facts["rows"], facts["sha"])
        elif row.action in _POSTED:
            for number in _SALE.findall(row.facts):
                self._sale(int(number))

    def _seal(self, row: Any) -> None:
        facts = json.loads(row.facts)
        for name, sha in facts["rows"].items():
            if row.id > self.seals.get((facts["kind"], name), (0, ""))[0]:
                self.seals[facts["kind"], name] = (row.id, sha)

    def _sale(self, number: int) -> None:
        """One bit a sale, however many there are."""
        place = number >> 3
        if place >= len(self.sales):
            self.sales.extend(bytes(place + 1024 - len(self.sales)))
        self.sales[place] |= 1 << (number & 7)

    def _compare_heads(self, session: Session, key: str) -> None:
        for head in session.execute(select(_HEAD)):
            seal = audit.seal_of(key, head.till_id, head.seq, head.mac, head.marked, head.marks)
            if self._ends.pop(head.till_id, (0, "")) != (head.seq, head.mac) or head.seal != seal:
                self.broken.append(f"{head.till_id}:{head.seq}")
        self.broken += [f"{till}:{seq}" for till, (seq, _) in self._ends.items()]

    def knows(self, number: int) -> bool:
        """True when the trail tells of this sale."""
        return number >> 3 < len(self.sales) and bool(self.sales[number >> 3] & 1 << (number & 7))

    def known(self) -> Iterator[int]:
        """The sales that the trail tells of."""
        for place, bits in enumerate(self.sales):
            if bits:
                yield from (place * 8 + bit for bit in range(8) if bits & 1 << bit)


def wrong_seals(session: Session, trail: Trail) -> list[str]:
    """Staff, rules, tiers, offers and the shop's own row that are not as they were last written:
    "kind key"."""
    found: list[str] = []
    for kind in sealing.KINDS:
        said = {key: sha for (of, key), (_, sha) in trail.seals.items() if of == kind and sha}
        unwritten = _unfinished_offers(session) if kind == "offer" else set()
        for key, sha in sealing.digests(session, kind):
            if said.pop(key, "") != sha and key not in unwritten:
                found.append(f"{kind} {key}")
        found += [f"{kind} {key}" for key in said]
    return found


def _unfinished_offers(session: Session) -> set[str]:
    """An import that runs just now seals its offers at its end."""
    query = "SELECT o.id FROM offer o JOIN import_batch b ON b.id = o.import_id WHERE b.state = 'writing'"
    return {str(number) for number in session.scalars(text(query))}


def wrong_marks(session: Session, store: Store, trail: Trail) -> list[str]:
    """Rows of the points ledger that this program did not write, and how many are missing."""
    key, found, count, total = bytes.fromhex(store.shop.audit_key), [], 0, 0
    columns = [_P.c.id, _P.c.mac, *(_P.c[name] for name in audit.MARKED)]
    rows = (
        select(*columns)
        .where(_P.c.mac != "")
        .order_by(_P.c.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for number, mark, *said in session.execute(rows):
        said[3] = said[3].isoformat()
        if mark != audit.mark_of(key, mark[:8], said):
            found.append(str(number))
            continue
        count += 1
        total ^= audit.xored(mark)
    heads = session.execute(select(func.coalesce(func.sum(_HEAD.c.marked), 0))).scalar_one()
    for marks in session.scalars(select(_HEAD.c.marks).where(_HEAD.c.marks != "")):
        total ^= int(marks, 16)
    if not found and (count != heads or total):
        found.append(f"{count}/{heads}")
    if sealing.older_rows(session) != trail.older and (
        trail.older[0] or sealing.older_rows(session)[0]
    ):
        found.append("older")
    return found


def lost_sales(session: Session, trail: Trail) -> list[str]:
    """Sales that the trail tells of and that are gone, and sales closed here of which it does not
    tell."""
    there, found = bytearray(len(trail.sales)), []
    own = select(
        _S.c.id, _S.c.import_id, _S.c.state, _S.c.closed_by, _S.c.voids_id
    ).execution_options(yield_per=_AT_ONCE)
    for row in session.execute(own):
        if row.id >> 3 < len(there):
            there[row.id >> 3] |= 1 << (row.id & 7)
        closed = (
            row.state in ("posted", "voided") and row.import_id is None and row.voids_id is None
        )
        if closed and not trail.knows(row.id):
            found.append(str(row.id))
    gone = [str(n) for n in trail.known() if not there[n >> 3] & 1 << (n & 7)]
    return gone + found


def dangling(engine: Engine) -> list[str]:
    """Rows that refer to one that is not there (SQLite; PostgreSQL refuses them itself): "table
    row"."""
    if engine.dialect.name != "sqlite":
        return []
    with database.reading(engine) as session:
        return [
            f"{row[0]} {row[1]}"
            for row in session.execute(text("PRAGMA foreign_key_check")).fetchmany(100)
        ]


def wrong_shape(engine: Engine) -> list[str]:
    """Tables, indexes, triggers and views that are missing, changed or not of this program."""
    with database.reading(engine) as session:
        if engine.dialect.name != "sqlite":
            return _wrong_guards(session)
        found = _shape(session)
    wanted = _wanted()
    return sorted(
        name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)
    )


def _shape(session: Session) -> dict[str, str]:
    query = text(
        "SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    )
    return {name: " ".join((sql or "").split()) for name, sql in session.execute(query)}


@lru_cache(maxsize=1)
def _wanted() -> dict[str, str]:
    """The shape that all steps of the migration lead to."""
    engine = create_engine("sqlite://", module=driver)
    migrate.upgrade(engine)
    with Session(engine) as session:
        return _shape(session)


def _wrong_guards(session: Session) -> list[str]:
    """PostgreSQL: the triggers there, switched on, and what they call."""
    triggers = text(
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND c.relnamespace = current_schema()::regnamespace"
    )
    bodies = text(
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    )
    there, says = (
        set(session.scalars(triggers)),
        {row.proname: row.prosrc.strip() for row in session.execute(bodies)},
    )
    wanted = guards.functions() | kept.functions()
    every = guards.triggers("postgresql") | kept.triggers("postgresql")
    return sorted(
        {
            *(every.keys() ^ there),
            *(name for name, body in wanted.items() if says.get(name) != body),
        }
    )
