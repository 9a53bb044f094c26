"""Two records of one person become one: receipts, lots, coupons, stamps, consents and tags move,
nothing is added up; for thirty days the two can be parted again.

The record that goes keeps no personal data: what it was lies with the merge until that is over. Its
numbers find the survivor.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.errors import BadInput, Conflict, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import database
from storecrm.models.base import Base, DayType
from storecrm.models.coupon import Coupon
from storecrm.models.member import (
    Consent,
    LostCard,
    Member,
    MemberMerge,
    MemberPhone,
    NotDuplicate,
    Referral,
    StageChange,
)
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.scannable import Scannable
from storecrm.models.segment import SegmentMember
from storecrm.models.stamp import StampEntry
from storecrm.models.tag import MemberTag
from storecrm.models.tier import TierChange
from storecrm.services import rights
from storecrm.services.members import consent_ledger, name_index, phones_and_cards, registry, views
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import A_DAY, Kind, MemberId, Moment, SaleState, new_codes, scan_key

UNDO_DAYS = 30
_M: Any = Member.__table__
_MERGE: Any = MemberMerge.__table__
_NUMBERED: tuple[Any, ...] = (
    Sale,
    PointLot,
    Coupon,
    Redemption,
    StampEntry,
    Consent,
    TierChange,
    Referral,
)
"""What moves row by row, each row with an id; an entry of points follows its lot."""
_SIGN = {"sale": "receipt_no", "coupon": "code", "redemption": "recorded_at", "consent": "at"}
"""By what a row is known again besides its number, in tables whose rows can go: a number is given
anew."""
_NAMES = tuple(field.name for field in member_fields.MERGED)
_PAIRED: tuple[tuple[Any, str], ...] = ((MemberTag, "tag"), (SegmentMember, "segment_id"))
"""What a member has once of each."""


@dataclass(frozen=True)
class Merged:
    """A merge as the list shows it; `undoable` while the two can still be parted."""

    id: int
    survivor: str
    survivor_name: str
    merged: str
    at: Moment
    undoable: bool


@repeatable
def merge(
    store: Store, *, survivor: str, merged: str, winners: Mapping[str, str] | None = None
) -> MemberView:
    """Make two records one. `winners` says for CHOOSABLE fields whose value stays: "survivor" or
    "merged"; without a word the survivor's stays unless it is empty. What an old system had counted
    of both is summed; the higher tier is the survivor's to choose.

    Raises:
        NotFound: member.
        BadInput: merge_same, merge_field.
        Conflict: member_busy (a bill of one of them is open or put aside).
        NotAllowed: own_card.
    """
    rights.require(store, Right.IMPORT)
    chosen = dict(winners or {})
    known = [field.name for field in member_fields.CHOOSABLE]
    if set(chosen) - set(known) or set(chosen.values()) - {"survivor", "merged"}:
        raise BadInput("merge_field", where=", ".join(chosen), known=", ".join(known))
    with store.write(Topic.MEMBERS, Topic.COUPONS, Topic.POINTS, Topic.SALES) as session:
        keep, gone = (registry.resolve(session, store, text) for text in (survivor, merged))
        if keep == gone:
            raise BadInput("merge_same", where=merged[:40])
        for person in sorted((keep, gone)):
            database.lock_row(session, Member, person)
        _require_idle(session, (keep, gone))
        for person in (keep, gone):
            # what somebody else had would be one's own
            own_card.require(session, store, person)
        rows = {
            person: dict(session.execute(select(_M).where(_M.c.id == person)).one()._mapping)
            for person in (keep, gone)
        }
        values = _together(rows[keep], rows[gone], chosen)
        before = {
            "survivor": _texts(rows[keep]),
            "merged": _texts(rows[gone]),
            "values": _texts(values),
            "moved": {},
        }
        # written first: only a merge may change whose a use is
        row = {
            "survivor_id": keep,
            "merged_id": gone,
            "before": "",
            "at": store.clock.now(),
            "staff_id": store.staff,
        }
        merge_id = session.execute(insert(_MERGE).values(**row).returning(_MERGE.c.id)).scalar_one()
        _move_rows(session, keep, gone, before)
        before["moved"]["staff"] = own_card.follow(session, store, gone, keep)
        _empty(session, gone, keep)
        _take_phones(session, store, keep, gone, rows, values, before)
        session.execute(update(_M).where(_M.c.id == keep).values(**values))
        name_index.add(session, [values["name"]])
        name_index.let_go(session, [rows[keep]["name"], rows[gone]["name"]])
        consent_ledger.hold_to_list(session, store, keep)
        session.execute(
            update(_MERGE)
            .where(_MERGE.c.id == merge_id)
            .values(before=json.dumps(before, ensure_ascii=False))
        )
        audit.log(session, store, "members_merged", survivor=keep, merged=gone)
        return views.of_member(session, store, keep)


@repeatable
def unmerge(
    store: Store, *, member: str, merge_id: int | None = None
) -> tuple[MemberView, MemberView]:
    """Part again what was merged last into `member` (any of its numbers); with `merge_id` only if
    that is the one. What happened since stays with the survivor, but for what hangs on a receipt
    that goes back.

    Raises:
        NotFound: member, merge.
        NotPossible: merge_over (more than thirty days, or one of them was erased), merge_newer (a
            later one must be parted first).
        Conflict: member_busy.
    """
    rights.require(store, Right.IMPORT)
    with store.write(Topic.MEMBERS, Topic.COUPONS, Topic.POINTS, Topic.SALES) as session:
        keep = registry.resolve(session, store, member)
        row = session.execute(
            select(_MERGE)
            .where(_MERGE.c.survivor_id == keep, _MERGE.c.undone_at.is_(None))
            .order_by(_MERGE.c.id.desc())
            .limit(1)
        ).first()
        if row is None:
            raise NotFound("merge", where=member[:40])
        if merge_id is not None and row.id != merge_id:
            raise NotPossible("merge_newer", where=member[:40])
        if not _undoable(store, row):
            raise NotPossible("merge_over", where=member[:40], days=UNDO_DAYS)
        _require_idle(session, (keep,))
        before, gone = json.loads(row.before), row.merged_id
        _move_back(session, keep, gone, before)
        own_card.follow(session, store, keep, gone, before["moved"].get("staff", ()))
        _restore(session, store, keep, gone, before)
        session.execute(
            update(_MERGE)
            .where(_MERGE.c.id == row.id)
            .values(undone_at=store.clock.now(), before="")
        )
        audit.log(session, store, "members_parted", survivor=keep, merged=gone)
        return views.of_member(session, store, keep), views.of_member(session, store, gone)


def listed(store: Store) -> list[Merged]:
    """Merges that hold, the newest first."""
    rights.require(store, Right.IMPORT)
    with store.read() as session:
        query = select(_MERGE, _M.c.member_no, _M.c.name, _M.c.state).join(
            _M, _M.c.id == _MERGE.c.survivor_id
        )
        query = query.where(_MERGE.c.undone_at.is_(None))
        found = session.execute(query.order_by(_MERGE.c.id.desc()).limit(500)).all()
        # only the newest of a survivor that is still there can be parted
        newest = {r.survivor_id: r.id for r in reversed(found)}.values()
        return [
            Merged(
                r.id,
                r.member_no,
                r.name,
                str(json.loads(r.before)["merged"]["member_no"]) if r.before else "",
                Moment(r.at),
                _undoable(store, r) and r.id in newest and r.state == "live",
            )
            for r in found
        ]


def let_go(store: Store) -> int:
    """Empty what merges of more than thirty days ago had kept; returns how many."""
    rights.require(store, Right.SELL)
    over = store.clock.now() - UNDO_DAYS * A_DAY
    with store.write() as session:
        done: Any = session.execute(
            update(_MERGE).where(_MERGE.c.at < over, _MERGE.c.before != "").values(before="")
        )
        return int(done.rowcount)


def _undoable(store: Store, row: Any) -> bool:
    return bool(row.before) and store.clock.now() - row.at <= UNDO_DAYS * A_DAY


def _require_idle(session: Session, people: Sequence[int]) -> None:
    waiting = select(Sale.id).where(
        Sale.member_id.in_(people), Sale.state.in_((SaleState.OPEN, SaleState.SUSPENDED))
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise Conflict("member_busy", where="")


def _together(
    keep: Mapping[str, Any], gone: Mapping[str, Any], chosen: Mapping[str, str]
) -> dict[str, Any]:
    """The survivor's values after the merge; nobody was brought by oneself."""
    values = member_fields.together(keep, gone, chosen)
    if values["referred_by"] in (keep["id"], gone["id"]):
        values["referred_by"] = None
    return values


def _texts(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = (*_NAMES, "id", "member_no", "import_id", "recorded_at")
    said = {name: row[name] for name in kept if name in row}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
    }


def _move_rows(session: Session, keep: MemberId, gone: MemberId, before: dict[str, Any]) -> None:
    moved = before["moved"]
    for model in _NUMBERED:
        owner = Referral.referrer_id if model is Referral else model.member_id
        sign = getattr(model, _SIGN.get(model.__tablename__, "id"))
        moved[model.__tablename__] = [
            list(row)
            for row in session.execute(
                select(model.id, sign).where(owner == gone).order_by(model.id)
            )
        ]
        session.execute(
            update(model).where(owner == gone).values({owner.key: keep}),
            execution_options={"synchronize_session": False},
        )
    moved["referred"] = list(session.scalars(select(_M.c.id).where(_M.c.referred_by == gone)))
    session.execute(update(_M).where(_M.c.referred_by == gone).values(referred_by=keep))
    # the one who was brought: once
    moved["friend"] = session.scalar(select(Referral.id).where(Referral.friend_id == gone))
    if (
        moved["friend"] is not None
        and session.scalar(select(Referral.id).where(Referral.friend_id == keep)) is None
    ):
        session.execute(update(Referral).where(Referral.friend_id == gone).values(friend_id=keep))
    else:
        moved["friend"] = None
    _follow_lots(session, [row[0] for row in moved["point_lot"]])
    for paired, column in _PAIRED:
        table: Any = paired.__table__
        mine = set(session.scalars(select(table.c[column]).where(table.c.member_id == keep)))
        rows = [
            dict(row._mapping)
            for row in session.execute(select(table).where(table.c.member_id == gone))
        ]
        moved[table.name] = [
            {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()} for row in rows
        ]
        moved[f"{table.name}_new"] = [row[column] for row in rows if row[column] not in mine]
        session.execute(delete(table).where(table.c.member_id == gone))
        if fresh := [row | {"member_id": keep} for row in rows if row[column] not in mine]:
            session.execute(insert(table), fresh)
    scan: Any = Scannable.__table__
    moved["scannable"] = list(
        session.scalars(
            select(scan.c.key).where(scan.c.kind == Kind.MEMBER, scan.c.target_id == gone)
        )
    )
    session.execute(
        update(scan)
        .where(scan.c.kind == Kind.MEMBER, scan.c.target_id == gone)
        .values(target_id=keep)
    )
    lost: Any = LostCard.__table__
    moved["lost_card"] = list(session.scalars(select(lost.c.key).where(lost.c.member_id == gone)))
    session.execute(update(lost).where(lost.c.member_id == gone).values(member_id=keep))


def _follow_lots(session: Session, lots: Sequence[int]) -> None:
    """Entries are whose their lot is; the ledger lets nothing else of them change."""
    owner = select(PointLot.member_id).where(PointLot.id == PointEntry.lot_id).scalar_subquery()
    for start in range(0, len(lots), 500):
        part = lots[start : start + 500]
        change = update(PointEntry).where(PointEntry.lot_id.in_(part)).values(member_id=owner)
        session.execute(change, execution_options={"synchronize_session": False})


def _empty(session: Session, gone: MemberId, keep: MemberId) -> None:
    """The record that goes holds nothing of the person any more."""
    session.execute(delete(StageChange).where(StageChange.member_id == gone))
    session.execute(
        delete(NotDuplicate).where(
            or_(NotDuplicate.first_id == gone, NotDuplicate.second_id == gone)
        )
    )
    blank = member_fields.BLANK | {
        "state": "erased",
        "merged_into": keep,
        "member_no": new_codes(Kind.MEMBER, 1)[0],
    }
    session.execute(update(_M).where(_M.c.id == gone).values(**blank))


def _take_phones(
    session: Session,
    store: Store,
    keep: MemberId,
    gone: MemberId,
    rows: Mapping[MemberId, Any],
    values: Mapping[str, Any],
    before: Any,
) -> None:
    """The phone that does not stay as the first becomes a further one, while there is room."""
    table: Any = MemberPhone.__table__
    before["moved"]["member_phone"] = list(
        session.scalars(select(table.c.phone).where(table.c.member_id == gone))
    )
    session.execute(update(table).where(table.c.member_id == gone).values(member_id=keep))
    spare = {rows[keep]["phone"], rows[gone]["phone"]} - {None, values["phone"]}
    before["moved"]["phone_new"] = sorted(spare)
    for phone in spare:
        row = {
            "phone": phone,
            "member_id": keep,
            "phone_tail": phone[-4:],
            "note": "",
            "at": store.clock.now(),
            "staff_id": store.staff,
        }
        session.execute(insert(table).values(**row))


def _move_back(session: Session, keep: MemberId, gone: MemberId, before: Mapping[str, Any]) -> None:
    moved = before["moved"]
    back: dict[str, list[int]] = {}
    for model in _NUMBERED:
        name, table = model.__tablename__, Base.metadata.tables[model.__tablename__]
        owner, sign = (
            table.c["referrer_id" if model is Referral else "member_id"],
            table.c[_SIGN.get(name, "id")],
        )
        back[name] = []
        for start in range(0, len(moved[name]), 500):
            part = {number: said for number, said in moved[name][start : start + 500]}
            here = session.execute(
                select(table.c.id, sign.label("sign")).where(table.c.id.in_(part), owner == keep)
            ).all()
            mine = [row.id for row in here if row.sign == part[row.id]]
            session.execute(update(table).where(table.c.id.in_(mine)).values({owner.name: gone}))
            back[name] += mine
    _hang_on(session, keep, gone, back)
    _follow_lots(session, back["point_lot"])
    session.execute(
        update(_M)
        .where(_M.c.id.in_(moved["referred"]), _M.c.referred_by == keep)
        .values(referred_by=gone)
    )
    if moved["friend"] is not None:
        session.execute(
            update(Referral)
            .where(Referral.id == moved["friend"], Referral.friend_id == keep)
            .values(friend_id=gone)
        )
    for paired, column in _PAIRED:
        table = Base.metadata.tables[paired.__tablename__]
        # what was taken off, or a list that was removed, meanwhile does not come back
        still = set(session.scalars(select(table.c[column]).where(table.c.member_id == keep)))
        rows = [
            {k: _typed(table.c[k], v) for k, v in row.items()}
            for row in moved[table.name]
            if row[column] in still
        ]
        session.execute(
            delete(table).where(
                table.c.member_id == keep, table.c[column].in_(moved[f"{table.name}_new"])
            )
        )
        if rows:
            session.execute(insert(table), rows)
    for name in ("scannable", "lost_card"):
        table = Base.metadata.tables[name]
        owner = table.c["target_id" if name == "scannable" else "member_id"]
        session.execute(
            update(table)
            .where(table.c.key.in_(moved[name]), owner == keep)
            .values({owner.name: gone})
        )


def _hang_on(
    session: Session, keep: MemberId, gone: MemberId, back: Mapping[str, Sequence[int]]
) -> None:
    """What happened since with a sale that goes back goes with it: its return, its void, the stamps
    and uses taken back with them."""
    sale, stamp, used = (
        Base.metadata.tables[name] for name in ("sale", "stamp_entry", "redemption")
    )
    for start in range(0, len(back["sale"]), 500):
        part = back["sale"][start : start + 500]
        later = session.scalars(
            select(sale.c.id).where(
                sale.c.member_id == keep,
                or_(sale.c.returns_id.in_(part), sale.c.voids_id.in_(part)),
            )
        ).all()
        session.execute(update(sale).where(sale.c.id.in_(later)).values(member_id=gone))
        session.execute(
            update(stamp)
            .where(stamp.c.sale_id.in_((*part, *later)), stamp.c.member_id == keep)
            .values(member_id=gone)
        )
        session.execute(
            update(used)
            .where(used.c.sale_id.in_((*part, *later)), used.c.member_id == keep)
            .values(member_id=gone)
        )
    for start in range(0, len(back["stamp_entry"]), 500):
        part = back["stamp_entry"][start : start + 500]
        session.execute(
            update(stamp)
            .where(stamp.c.reverses_id.in_(part), stamp.c.member_id == keep)
            .values(member_id=gone)
        )


def _restore(
    session: Session, store: Store, keep: MemberId, gone: MemberId, before: Mapping[str, Any]
) -> None:
    moved, mine, other, made = (
        before["moved"],
        before["survivor"],
        before["merged"],
        before["values"],
    )
    phones: Any = MemberPhone.__table__
    held = {session.execute(select(_M.c.phone).where(_M.c.id == keep)).scalar_one()}
    held |= set(session.scalars(select(phones.c.phone).where(phones.c.member_id == keep)))
    if other["phone"] not in held:
        # taken off meanwhile: it is a stranger's now
        other = other | {"phone": None}
    session.execute(
        delete(phones).where(phones.c.phone.in_(moved["phone_new"]), phones.c.member_id == keep)
    )
    session.execute(
        update(phones)
        .where(phones.c.phone.in_(moved["member_phone"]), phones.c.member_id == keep)
        .values(member_id=gone)
    )
    now = _texts(dict(session.execute(select(_M).where(_M.c.id == keep)).one()._mapping))
    # what somebody changed since stays as it was changed
    back = {
        name: mine[name]
        for name in _NAMES
        if name in made and now[name] == made[name] and mine[name] != made[name]
    }
    if back.get("phone"):
        session.execute(update(_M).where(_M.c.id == keep).values(phone=None))
    values = {name: other[name] for name in _NAMES if name in other} | {
        "state": "live",
        "merged_into": None,
        "member_no": other["member_no"],
    }
    for person, changed in ((keep, back), (gone, values)):
        if changed.get("phone") and registry.by_phone(session, changed["phone"]) not in (
            None,
            person,
        ):
            # registered by somebody else meanwhile
            changed["phone"] = None
        if changed:
            session.execute(
                update(_M)
                .where(_M.c.id == person)
                .values({name: _typed(_M.c[name], v) for name, v in changed.items()})
            )
    for person in (keep, gone):
        consent_ledger.hold_to_list(session, store, person)
    name_index.add(
        session, session.scalars(select(_M.c.name).where(_M.c.id.in_((keep, gone)))).all()
    )
    name_index.let_go(session, [now["name"]])
    if scan_key(other["member_no"]) not in phones_and_cards.cards_of(session, gone):
        session.execute(
            update(_M)
            .where(_M.c.id == gone)
            .values(member_no=phones_and_cards.new_number(session, gone))
        )


def _typed(column: Any, value: Any) -> Any:
    return (
        date.fromisoformat(value)
        if isinstance(value, str) and isinstance(column.type, DayType)
        else value
    )
