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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from itertools import repeat
from operator import xor
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.ledger.acting import Acting, till_named
from storecrm.models import tables
from storecrm.models.guards import POINT_FACTS
from storecrm.models.hot import Hot
from storecrm.values import StaffId, TillId

_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_till = tables.audit_head.c.till_id
_seq = tables.audit_head.c.seq
_SUMS = (tables.audit_head.c.marked, tables.audit_head.c.marks)
_OF_TILL = update(tables.audit_head).where(_till == bindparam("till"))
_MORE = _seq + bindparam("more")
_FURTHER = _OF_TILL.values(seq=_MORE)
_NEXT = Hot(_FURTHER.returning(_seq, tables.audit_head.c.mac, *_SUMS))
_INSERT = Hot(insert(tables.audit))
_END = {"mac": "new", "marked": "rows", "marks": "sum", "seal": "sealed"}
"""Columns of a head, and under which names they are given."""
_BINDS: dict[str, Any] = {column: bindparam(name) for column, name in _END.items()}
_LINK = Hot(_OF_TILL.values(**_BINDS))
_BETWEEN = "\x1f"
"""Parts two values in what is hashed: no value holds it."""
_NONCE, _MARK = 8, 16
"""Signs of a ledger row's mark: a random part, so that no two rows bear the same, and the keyed
hash."""


def mac_of(
    key: str, prev: str, seq: int, at: int, staff: int | None, action: str, facts: str
) -> str:
    """HMAC-SHA256 of one link: the hash before, then the row's own words."""
    # nobody is 0, as it was from the first entry on
    numbers = (seq, at, staff or 0)
    words = (prev, *map(str, numbers), action, facts)
    return _hmac(key, _BETWEEN.join(words))


def seal_of(key: str, till: int, seq: int, mac: str, marked: int, marks: str) -> str:
    """The keyed mark of a chain's head."""
    words = ("head", str(till), str(seq), mac, str(marked), marks)
    return _hmac(key, _BETWEEN.join(words))[:32]


def _hmac(key: str, body: str) -> str:
    keyed = hmac.new(bytes.fromhex(key), body.encode(), hashlib.sha256)
    return keyed.hexdigest()


def mark_of(key: bytes, nonce: str, row: Sequence[Any]) -> str:
    """The keyed mark of one row of the points ledger; `row` holds the values of MARKED, a date as
    its ISO text."""
    body = _BETWEEN.join(_said(row))
    return _mark(_begun(key), nonce, body)


MARKED = POINT_FACTS
"""What a mark covers: what the guards of the store let nobody change either."""


def mark(session: Session, acting: Acting, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Marks for rows of the points ledger that this transaction writes; each is written exactly
    once."""
    if not rows:
        return []
    columns: dict[str, list[Any]] = {}
    for name in MARKED:
        columns[name] = [row.get(name) for row in rows]
    return mark_columns(session, acting, columns)


def mark_columns(
    session: Session, acting: Acting, columns: Mapping[str, Sequence[Any]], **same: Any
) -> list[str]:
    """As `mark`, column by column, each of the same length; `same` are columns with one value for
    all rows. What neither names is NULL."""
    till = _place(session, acting.actor.till if acting.actor else None)
    count = len(next(iter(columns.values())))
    bodies = _bodies(columns, same, count)
    # one call for all the random parts
    random = secrets.token_hex(_NONCE // 2 * count)
    begun = _begun(bytes.fromhex(acting.shop.audit_key))
    made: list[str] = []
    for at, body in enumerate(bodies):
        nonce = random[at * _NONCE : at * _NONCE + _NONCE]
        made.append(_mark(begun, nonce, body))
    # XOR needs no order: rows may be written in any
    kept = _at_end(session, acting)["marks"].setdefault(till, [0, 0])
    kept[0] += count
    kept[1] ^= reduce(xor, map(xored, made), 0)
    return made


def _bodies(
    columns: Mapping[str, Sequence[Any]], same: Mapping[str, Any], count: int
) -> Iterator[str]:
    """What the marks of `count` rows cover."""
    said: list[Iterable[str]] = []
    for name in MARKED:
        if name in columns:
            said.append(_said(columns[name]))
        else:
            [text] = _said([same.get(name)])
            said.append(repeat(text, count))
    return map(_BETWEEN.join, zip(*said, strict=True))


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
    # the hash is made at the end, when the place in the chain is known
    entry = (acting.till, acting.clock.now(), acting.staff, action, _write(facts))
    _at_end(session, acting)["trail"].append(entry)


def log_at(
    session: Session, acting: Acting, place: TillId | None, action: str, /, **facts: Any
) -> None:
    """As `log`, where nobody may be signed in yet: in the chain of the till `place`, of the first
    one when that is not known."""
    who: StaffId | None = acting.actor.staff if acting.actor else None
    till = _place(session, place)
    entry = (till, acting.clock.now(), who, action, _write(facts))
    _at_end(session, acting)["trail"].append(entry)


def _place(session: Session, till: TillId | None) -> TillId:
    """The till itself, or the first one; a store without any gets its office."""
    if till is not None:
        return till
    # whoever is not signed in still leaves a trace
    first = session.scalar(select(func.min(tables.till.c.id)))
    return till_named(session, "office") if first is None else TillId(first)


def _at_end(session: Session, acting: Acting) -> dict[str, Any]:
    """What is chained at the end of this transaction."""
    if "chain" not in session.info:
        session.info["chain"] = {"trail": [], "marks": {}}
        chain = partial(_chain, session, acting.shop.audit_key)
        session.info.setdefault("at_end", []).append(chain)
    return session.info["chain"]  # type: ignore[no-any-return]


def _chain(session: Session, key: str) -> None:
    """Put the waiting entries at the end of their tills' chains."""
    waiting = session.info.pop("chain")
    trail, marks = waiting["trail"], waiting["marks"]
    tills = {entry[0] for entry in trail} | marks.keys()
    # always in the same order, so that two transactions never wait for each other
    for till in sorted(tills):
        mine = [entry for entry in trail if entry[0] == till]
        _chain_till(session, key, till, mine, marks.get(till, (0, 0)))


def _chain_till(
    session: Session,
    key: str,
    till: int,
    entries: Sequence[tuple[Any, ...]],
    more: Sequence[int],
) -> None:
    """Go on with one till's chain. `more`: how many marks come to its head, and their sum."""
    head = _head(session, till, len(entries))
    # the head counts what comes already
    seq, mac = head.seq - len(entries), head.mac
    for _, at, staff, action, text in entries:
        seq += 1
        mac = mac_of(key, mac, seq, at, staff, action, text)
        _INSERT.run(
            session,
            till_id=till,
            seq=seq,
            at=at,
            staff_id=staff,
            action=action,
            facts=text,
            mac=mac,
        )
    count, sum_of_marks = more
    marked = head.marked + count
    marks = int(head.marks or "0", 16) ^ sum_of_marks
    summed = f"{marks:0{_NONCE + _MARK}x}"
    seal = seal_of(key, till, seq, mac, marked, summed)
    _LINK.run(session, till=till, new=mac, rows=marked, sum=summed, sealed=seal)


def _head(session: Session, till: int, more: int) -> Any:
    """The head of a till's chain, which is taken: `more` entries come."""
    found = _NEXT.first(session, till=till, more=more)
    if found is None:
        session.execute(insert(tables.audit_head), {"till_id": till, "seq": more, "mac": ""})
        return _NewHead(more)
    return found


class _NewHead(NamedTuple):
    """The head of a chain that begins."""

    seq: int
    mac: str = ""
    marked: int = 0
    marks: str = ""


def digest(rows: Sequence[str]) -> str:
    """SHA-256 over the rows of a bulk act, for its one entry."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update(row.encode() + b"\n")
    return whole.hexdigest()


def anchors(session: Session) -> list[dict[str, Any]]:
    """(till, seq, first letters of the hash) of every chain, to be kept outside the database."""
    heads = session.execute(select(tables.audit_head).order_by(_till))
    return [{"till": head.till_id, "seq": head.seq, "mac": head.mac[:16]} for head in heads]
