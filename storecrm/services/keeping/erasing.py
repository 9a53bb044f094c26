"""The right to be forgotten: not a byte of name, phone or card stays in the store, and the ledger keeps its sums.

The list of who was erased stands beside the store as bare numbers, and is applied again whenever the store is opened: a backup of before
brings nobody back.
"""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storecrm import paths
from storecrm.errors import BadInput, Conflict, StorageTrouble
from storecrm.models import database
from storecrm.models.coupon import Coupon
from storecrm.models.import_batch import ImportChange
from storecrm.models.member import Member
from storecrm.models.sale import Sale
from storecrm.services import audit, rights
from storecrm.services.people import members
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import CouponState, MemberId, SaleState, clean_text

_C: Any = Coupon.__table__
_M: Any = Member.__table__
_CHANGE: Any = ImportChange.__table__


@dataclass(frozen=True)
class Erased:
    """What an erasure did: coupons of the member's own that are void now, and False in `clean` while another program reads the store,
    so that its log is emptied when that one closes."""

    coupons_void: int
    clean: bool


def list_of(name: str) -> Path:
    """Where the erased numbers of a store stand."""
    return Path(f"{name}.erased")


def erase(store: Store, *, member: str, reason: str) -> Erased:
    """Forget a member: the person is overwritten everywhere, unused coupons of the member's own are void, receipts and points stay as
    those of nobody. It cannot be taken back; backups forget with the last of them (90 days), and on being restored.

    Raises:
        NotFound: member.
        BadInput: reason_missing.
        Conflict: member_busy (a bill of the member is open or put aside).
    """
    rights.require(store, Right.ERASE)
    why = clean_text(reason, 200)
    if not why:
        raise BadInput("reason_missing")
    with store.write(Topic.MEMBERS, Topic.COUPONS) as session:
        person = members.resolve(session, store, member)
        waiting = select(Sale.id).where(Sale.member_id == person, Sale.state.in_((SaleState.OPEN, SaleState.SUSPENDED)))
        if session.scalar(waiting.limit(1)) is not None:
            raise Conflict("member_busy", where=member[:40])
        void = _forget(session, store, [person])
        audit.log(session, store, "member_erased", member=person, reason=why, coupons_void=void)
        # the last thing before the commit: a power cut in between is made good when the store is opened
        session.info.setdefault("at_end", []).append(partial(_list, session, store, person))
    return Erased(void, database.checkpoint(store.engine, empty=True))


def _list(session: Session, store: Store, person: MemberId) -> None:
    """Numbers are given anew after a backup was restored, so the moment of the registration stands beside it."""
    if paths.is_url(store.name):
        return
    since = session.execute(select(_M.c.recorded_at).where(_M.c.id == person)).scalar_one()
    try:
        with list_of(store.name).open("a", encoding="utf-8") as kept:
            kept.write(f"{store.shop.uid} {person} {since}\n")
    except OSError as error:
        raise StorageTrouble("cannot_write", where=str(list_of(store.name)), reason=error.strerror or "") from error


def again(session: Session, store: Store) -> int:
    """Forget those on the list who came back with a backup. Returns how many."""
    place = list_of(store.name)
    if paths.is_url(store.name) or not place.is_file():
        return 0
    entries = [line.split() for line in place.read_text("utf-8").splitlines()]
    listed = {(e[1], e[2]) for e in entries if len(e) == 3 and e[0] == store.shop.uid and e[1].isdigit()}
    ids = [int(number) for number, _ in listed]
    live = session.execute(select(_M.c.id, _M.c.recorded_at).where(_M.c.id.in_(ids), _M.c.state == "live"))
    back = [row.id for row in live if (str(row.id), str(row.recorded_at)) in listed]
    if back:
        _forget(session, store, back)
    return len(back)


def _forget(session: Session, store: Store, ids: list[Any]) -> int:
    people = [MemberId(member) for member in ids]
    members.forget(session, people)
    # what imports changed in them would bring the person back
    keys = [json.dumps({"id": member}) for member in people]
    session.execute(update(_CHANGE).where(_CHANGE.c.table_name == "member", _CHANGE.c.row_key.in_(keys)).values(before="{}"))
    for member in people:
        tagged = _CHANGE.c.row_key.startswith(f'{{"member_id": {member},')
        session.execute(delete(_CHANGE).where(_CHANGE.c.table_name == "member_tag", tagged))
    own = (_C.c.member_id.in_(people), _C.c.state == CouponState.ISSUED)
    values = {"state": CouponState.VOIDED, "voided_at": store.clock.now(), "void_reason": "erased"}
    if store.actor is not None:
        values["voided_by"] = store.actor.staff
    done: Any = session.execute(update(_C).where(*own).values(**values))
    return int(done.rowcount)
