"""The trail: every change is one entry, chained to the one before by a keyed hash, one chain per till."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.models.audit import AuditEntry, AuditHead
from storecrm.models.hot import Hot
from storecrm.models.shop import Till
from storecrm.services.store import Store, till_named
from storecrm.values import StaffId, TillId

_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_HEAD: Any = AuditHead.__table__
_ENTRY: Any = AuditEntry.__table__
_NEXT = Hot(
    update(_HEAD)
    .where(_HEAD.c.till_id == bindparam("till"))
    .values(seq=_HEAD.c.seq + bindparam("more"))
    .returning(_HEAD.c.seq, _HEAD.c.mac)
)
_INSERT = Hot(insert(_ENTRY))
_LINK = Hot(update(_HEAD).where(_HEAD.c.till_id == bindparam("till")).values(mac=bindparam("new")))


def mac_of(key: str, prev: str, seq: int, at: int, staff: int | None, action: str, facts: str) -> str:
    """HMAC-SHA256 of one link: the hash before, then the row's own words."""
    body = "\x1f".join((prev, str(seq), str(at), str(staff or 0), action, facts))
    return hmac.new(bytes.fromhex(key), body.encode(), hashlib.sha256).hexdigest()


def log(session: Session, store: Store, action: str, **facts: Any) -> None:
    """Write down what the actor did, in the caller's transaction. Facts hold no phone, PIN or whole code.

    The entries of a transaction are chained together at its end: the head is taken once.
    """
    _wait_for_end(session, store, store.till, store.staff, action, facts)


def log_at(session: Session, store: Store, place: TillId | None, action: str, /, **facts: Any) -> None:
    """As `log`, where nobody may be signed in yet: in the chain of the till `place`, of the first one when that is not known."""
    place = session.scalar(select(func.min(Till.id))) if place is None else place
    if place is None:
        place = till_named(session, "office")
    _wait_for_end(session, store, TillId(place), store.actor.staff if store.actor else None, action, facts)


def _wait_for_end(session: Session, store: Store, till: TillId, staff: StaffId | None, action: str, facts: dict[str, Any]) -> None:
    trail = session.info.setdefault("trail", [])
    if not trail:
        session.info.setdefault("at_end", []).append(partial(_chain, session, store.shop.audit_key))
    trail.append((till, store.clock.now(), staff, action, _write(facts)))


def _chain(session: Session, key: str) -> None:
    """Put the waiting entries at the end of their tills' chains."""
    trail = session.info.pop("trail")
    for till in dict.fromkeys(entry[0] for entry in trail):
        mine = [entry for entry in trail if entry[0] == till]
        found = _NEXT.first(session, till=till, more=len(mine))
        if found is None:
            session.execute(insert(_HEAD), {"till_id": till, "seq": len(mine), "mac": ""})
        seq, mac, rows = (found.seq - len(mine), found.mac, []) if found else (0, "", [])
        for _, at, staff, action, text in mine:
            seq += 1
            mac = mac_of(key, mac, seq, at, staff, action, text)
            rows.append({"till_id": till, "seq": seq, "at": at, "staff_id": staff, "action": action, "facts": text, "mac": mac})
        _INSERT.many(session, rows)
        _LINK.run(session, till=till, new=mac)


def digest(rows: Sequence[str]) -> str:
    """SHA-256 over the rows of a bulk act, for its one entry."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update(row.encode() + b"\n")
    return whole.hexdigest()


def broken_links(session: Session, key: str) -> list[str]:
    """Every place where a chain does not hold: "till:seq"; empty when all is well."""
    found: list[str] = []
    heads = {head.till_id: head for head in session.execute(select(_HEAD))}
    last: dict[int, tuple[int, str]] = {}
    for row in session.execute(select(_ENTRY).order_by(_ENTRY.c.till_id, _ENTRY.c.seq)):
        seq, prev = last.get(row.till_id, (0, ""))
        if row.seq != seq + 1 or row.mac != mac_of(key, prev, row.seq, row.at, row.staff_id, row.action, row.facts):
            found.append(f"{row.till_id}:{row.seq}")
        last[row.till_id] = (row.seq, row.mac)
    for till, head in heads.items():
        if last.get(till, (0, "")) != (head.seq, head.mac):
            found.append(f"{till}:{head.seq}")
    return found


def anchors(session: Session) -> list[dict[str, Any]]:
    """(till, seq, first letters of the hash) of every chain, to be kept outside the database."""
    return [
        {"till": head.till_id, "seq": head.seq, "mac": head.mac[:16]} for head in session.execute(select(_HEAD).order_by(_HEAD.c.till_id))
    ]
