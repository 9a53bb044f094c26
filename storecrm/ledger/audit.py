"""The trail: every change is one entry, chained to the one before by a keyed hash, one chain per
till.

Each row of the points ledger bears a keyed mark, and the head of a chain holds the marks written at
its till, XORed, under a seal of its own: a row that was put in, taken out or copied by other means
does not add up, and a chain that was cut does not end where its head says, nor can the head be put
back without the key.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from functools import partial, reduce
from itertools import repeat
from operator import xor
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.ledger.acting import Acting, till_named
from storecrm.models.audit import AuditEntry, AuditHead
from storecrm.models.hot import Hot
from storecrm.models.shop import Till
from storecrm.values import StaffId, TillId

_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_HEAD: Any = AuditHead.__table__
_ENTRY: Any = AuditEntry.__table__
_NEXT = Hot(
    update(_HEAD)
    .where(_HEAD.c.till_id == bindparam("till"))
    .values(seq=_HEAD.c.seq + bindparam("more"))
    .returning(_HEAD.c.seq, _HEAD.c.mac, _HEAD.c.marked, _HEAD.c.marks)
)
_INSERT = Hot(insert(_ENTRY))
_LINK = Hot(
    update(_HEAD)
    .where(_HEAD.c.till_id == bindparam("till"))
    .values(
        mac=bindparam("new"),
        marked=bindparam("rows"),
        marks=bindparam("sum"),
        seal=bindparam("sealed"),
    )
)
_BETWEEN = "\x1f"
_NONCE, _MARK = 8, 16
"""Signs of a ledger row's mark: a random part, so that no two rows bear the same, and the keyed
hash."""


def mac_of(
    key: str, prev: str, seq: int, at: int, staff: int | None, action: str, facts: str
) -> str:
    """HMAC-SHA256 of one link: the hash before, then the row's own words."""
    body = "\x1f".join((prev, str(seq), str(at), str(staff or 0), action, facts))
    return hmac.new(bytes.fromhex(key), body.encode(), hashlib.sha256).hexdigest()


def seal_of(key: str, till: int, seq: int, mac: str, marked: int, marks: str) -> str:
    """The keyed mark of a chain's head."""
    body = f"head\x1f{till}\x1f{seq}\x1f{mac}\x1f{marked}\x1f{marks}"
    return hmac.new(bytes.fromhex(key), body.encode(), hashlib.sha256).hexdigest()[:32]


def mark_of(key: bytes, nonce: str, row: Sequence[Any]) -> str:
    """The keyed mark of one row of the points ledger; `row` holds the values of MARKED, a date as
    its ISO text."""
    return _mark(_begun(key), nonce, _BETWEEN.join(_said(row)))


MARKED = (
    "lot_id",
    "kind",
    "points",
    "business_date",
    "at",
    "sale_id",
    "staff_id",
    "reverses_id",
    "reason",
    "import_id",
    "coupon_id",
)
"""What a mark covers. Whose the row is follows its lot and may change by a merge."""


def mark(session: Session, acting: Acting, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Marks for rows of the points ledger that this transaction writes; each is written exactly
    once."""
    if not rows:
        return []
    return mark_columns(session, acting, {name: [row.get(name) for row in rows] for name in MARKED})


def mark_columns(
    session: Session, acting: Acting, columns: Mapping[str, Sequence[Any]], **same: Any
) -> list[str]:
    """As `mark`, column by column, each of the same length; `same` are columns with one value for
    all rows. What neither names is NULL."""
    key, till = (
        bytes.fromhex(acting.shop.audit_key),
        _place(session, acting.actor.till if acting.actor else None),
    )
    count = len(next(iter(columns.values())))
    said = (
        _said(columns[name]) if name in columns else repeat(_said([same.get(name)])[0], count)
        for name in MARKED
    )
    bodies = map(_BETWEEN.join, zip(*said, strict=True))
    random = secrets.token_hex(_NONCE // 2 * count)
    begun = _begun(key)
    made = [
        _mark(begun, random[at * _NONCE : at * _NONCE + _NONCE], body)
        for at, body in enumerate(bodies)
    ]
    kept = _at_end(session, acting)["marks"].setdefault(till, [0, 0])
    kept[0] += count
    kept[1] ^= reduce(xor, map(xored, made), 0)
    return made


def _said(values: Sequence[Any]) -> list[str]:
    """Values as a mark covers them."""
    return ["" if value is None else str(value) for value in values]


def _begun(key: bytes) -> "hashlib.blake2b":
    """A hash that has its key: to go on from a copy takes two thirds of the time of beginning each
    anew."""
    return hashlib.blake2b(key=key, digest_size=_MARK // 2)


def _mark(begun: "hashlib.blake2b", nonce: str, body: str) -> str:
    keyed = begun.copy()
    keyed.update((nonce + body).encode())
    return nonce + keyed.hexdigest()


def xored(mark: str) -> int:
    """The part of a mark that heads add up."""
    return int(mark, 16)


def log(session: Session, acting: Acting, action: str, **facts: Any) -> None:
    """Write down what the actor did, in the caller's transaction. Facts hold no phone, PIN or whole
    code.

    The entries of a transaction are chained together at its end: the head is taken once.
    """
    _at_end(session, acting)["trail"].append(
        (acting.till, acting.clock.now(), acting.staff, action, _write(facts))
    )


def log_at(
    session: Session, acting: Acting, place: TillId | None, action: str, /, **facts: Any
) -> None:
    """As `log`, where nobody may be signed in yet: in the chain of the till `place`, of the first
    one when that is not known."""
    who: StaffId | None = acting.actor.staff if acting.actor else None
    _at_end(session, acting)["trail"].append(
        (_place(session, place), acting.clock.now(), who, action, _write(facts))
    )


def _place(session: Session, till: TillId | None) -> TillId:
    """The till itself, or the first one; a store without any gets its office."""
    found = session.scalar(select(func.min(Till.id))) if till is None else till
    return till_named(session, "office") if found is None else TillId(found)


def _at_end(session: Session, acting: Acting) -> dict[str, Any]:
    """What is chained at the end of this transaction."""
    if "chain" not in session.info:
        session.info["chain"] = {"trail": [], "marks": {}}
        session.info.setdefault("at_end", []).append(
            partial(_chain, session, acting.shop.audit_key)
        )
    return session.info["chain"]  # type: ignore[no-any-return]


def _chain(session: Session, key: str) -> None:
    """Put the waiting entries at the end of their tills' chains."""
    waiting = session.info.pop("chain")
    trail, marks = waiting["trail"], waiting["marks"]
    # always in the same order, so that two transactions never wait for each other
    for till in sorted({entry[0] for entry in trail} | marks.keys()):
        mine = [entry for entry in trail if entry[0] == till]
        found = _NEXT.first(session, till=till, more=len(mine))
        if found is None:
            session.execute(insert(_HEAD), {"till_id": till, "seq": len(mine), "mac": ""})
        seq, mac, rows = (found.seq - len(mine), found.mac, []) if found else (0, "", [])
        for _, at, staff, action, text in mine:
            seq += 1
            mac = mac_of(key, mac, seq, at, staff, action, text)
            rows.append(
                {
                    "till_id": till,
                    "seq": seq,
                    "at": at,
                    "staff_id": staff,
                    "action": action,
                    "facts": text,
                    "mac": mac,
                }
            )
        _INSERT.many(session, rows)
        count, xor = marks.get(till, (0, 0))
        marked = (found.marked if found else 0) + count
        summed = f"{(int(found.marks or '0', 16) if found else 0) ^ xor:0{_NONCE + _MARK}x}"
        _LINK.run(
            session,
            till=till,
            new=mac,
            rows=marked,
            sum=summed,
            sealed=seal_of(key, till, seq, mac, marked, summed),
        )


def digest(rows: Sequence[str]) -> str:
    """SHA-256 over the rows of a bulk act, for its one entry."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update(row.encode() + b"\n")
    return whole.hexdigest()


def anchors(session: Session) -> list[dict[str, Any]]:
    """(till, seq, first letters of the hash) of every chain, to be kept outside the database."""
    return [
        {"till": head.till_id, "seq": head.seq, "mac": head.mac[:16]}
        for head in session.execute(select(_HEAD).order_by(_HEAD.c.till_id))
    ]
