"""Printed coupons as stock: which serials were handed out, to whom, came back, or are void; and
what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, Conflict, NotFound, NotPossible
from storecrm.ledger import audit, coupons
from storecrm.models import database, tables
from storecrm.models.coupon import Batch
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import BatchId, BatchState, CouponState, PaperAct, clean_text

_OF_BATCH = tables.paper_move.c.batch_id == bindparam("batch")
_BEGUN = tables.paper_move.c.first_serial <= bindparam("serial")
_NOT_ENDED = tables.paper_move.c.last_serial >= bindparam("same")
_NEWEST = select(tables.paper_move.c.act).order_by(tables.paper_move.c.id.desc())
_LAST = Hot(_NEWEST.where(_OF_BATCH, _BEGUN, _NOT_ENDED).limit(1))
_OLDEST = select(tables.paper_move).order_by(tables.paper_move.c.id)
_MOVES = Hot(_OLDEST.where(_OF_BATCH))
_state = tables.coupon.c.state
_USE_OF = tables.redemption.c.coupon_id == tables.coupon.c.id
_USED = select(tables.redemption.c.id).where(_USE_OF, tables.redemption.c.reversed_at.is_(None))


@dataclass(frozen=True)
class Handed:
    """One way of handing out: how many pieces are out, came back, were voided, were used."""

    channel: str
    person: str
    out: int
    returned: int
    voided: int
    redeemed: int


@dataclass(frozen=True)
class StockCard:
    """A batch as paper: `in_stock` are neither out nor void nor used; `voided` are void and were
    not handed out."""

    batch: BatchId
    count: int
    printed: int
    activate: bool
    in_stock: int
    out: int
    returned: int
    voided: int
    redeemed: int
    ways: tuple[Handed, ...]


@dataclass
class _Stretch:
    """Serials that share one fate."""

    first: int
    last: int
    act: str = ""
    channel: str = ""
    person: str = ""
    back: int = 0

    @property
    def size(self) -> int:
        return self.last - self.first + 1


@repeatable
def move(
    store: Store,
    *,
    batch: int,
    act: PaperAct,
    first: int,
    last: int,
    channel: str = "",
    person: str = "",
) -> StockCard:
    """Hand a range of serials out (a batch that is activated by it works from now on), take it
    back, or void it for good.

    Raises:
        NotFound: batch.
        BadInput: serials (outside the batch), channel_missing.
        Conflict: batch_void, serials_out (some are out or void already), serials_in (some are not
            out), serials_used.
        NotPossible: named_batch (its coupons belong to members).
    """
    rights.require(store, Right.BATCHES)
    with store.write(Topic.COUPONS) as session:
        # two people may hand out the same serials at the same moment
        database.lock_row(session, Batch, batch)
        row = _batch(session, batch)
        if not row.bearer:
            raise NotPossible("named_batch", where=str(batch))
        # a row has a method `count` of its own
        size = row._mapping["count"]
        if not 1 <= first <= last <= size:
            raise BadInput("serials", where=f"{first}-{last}", most=size)
        if act is PaperAct.HANDED_OUT and not clean_text(channel, 40):
            raise BadInput("channel_missing")
        _require_movable(session, row, act, first, last)
        serials = {"first_serial": first, "last_serial": last}
        taker = {"channel": clean_text(channel, 40), "person": clean_text(person, 40)}
        now, today = store.clock.now(), store.clock.today()
        who = {"at": now, "staff_id": store.staff, "business_date": today}
        moved = {"batch_id": batch, "act": act, **serials, **who, **taker}
        session.execute(insert(tables.paper_move).values(**moved))
        # held by a parked bill or not: the paper is gone
        if act is PaperAct.VOIDED:
            these = _of_serials(batch, first, last)
            coupons.void(session, store, these, reason="paper", states=coupons.UNUSED)
        audit.log(session, store, "paper_moved", batch=batch, act=act, first=first, last=last)
        return _card(session, row)


def _require_movable(session: Session, batch: Any, act: PaperAct, first: int, last: int) -> None:
    """Refuse an act that the paper of these serials does not allow."""
    serials = f"{first}-{last}"
    cut = _stretches(session, batch, (first, last))
    inside = [one for one in cut if first <= one.first and one.last <= last]
    if batch.state == BatchState.VOIDED:
        raise Conflict("batch_void", where=str(batch.id))
    these = _of_serials(batch.id, first, last)
    states = set(session.scalars(select(_state).where(these).distinct()))
    out = [stretch for stretch in inside if stretch.act == PaperAct.HANDED_OUT]
    hands_out = act is PaperAct.HANDED_OUT
    if CouponState.VOIDED in states or (hands_out and out):
        raise Conflict("serials_out", where=serials)
    if CouponState.REDEEMED in states and not hands_out:
        raise Conflict("serials_used", where=serials)
    # only what is out as a whole can come back
    if act is PaperAct.RETURNED and len(out) < len(inside):
        raise Conflict("serials_in", where=serials)


def _of_serials(batch: int, first: int, last: int) -> ColumnElement[bool]:
    """True of the batch's coupons with these serials."""
    coupon = tables.coupon.c
    return and_(coupon.batch_id == batch, coupon.serial.between(first, last))


def card(store: Store, *, batch: int) -> StockCard:
    """How a batch stands as paper.

    Raises:
        NotFound: batch.
    """
    rights.require(store, Right.BATCHES)
    with store.read() as session:
        return _card(session, _batch(session, batch))


def is_out(session: Session, batch: BatchId, serial: int) -> bool:
    """True when this piece was handed out and did not come back."""
    last = _LAST.scalar(session, batch=batch, serial=serial, same=serial)
    return bool(last == PaperAct.HANDED_OUT)


def _batch(session: Session, batch: int) -> Any:
    row = tables.batch.c
    known = select(tables.batch).where(row.id == batch, row.state != BatchState.ISSUING)
    found = session.execute(known).first()
    if found is None:
        raise NotFound("batch", where=str(batch))
    return found


def _stretches(session: Session, batch: Any, cut: tuple[int, int] | None = None) -> list[_Stretch]:
    """The batch cut where the fate of its serials changes (and at `cut`), in order; the last move
    of a stretch decides."""
    moves = _MOVES.rows(session, batch=batch.id)
    ranges = [(move.first_serial, move.last_serial) for move in moves]
    if cut is not None:
        ranges.append(cut)
    # an edge is the first serial of another fate
    edges = {1, batch._mapping["count"] + 1}
    for first, last in ranges:
        edges |= {first, last + 1}
    spans = pairwise(sorted(edges))
    found = [_Stretch(first, after - 1) for first, after in spans]
    for moved in moves:
        for stretch in found:
            if moved.first_serial <= stretch.first and stretch.last <= moved.last_serial:
                _apply(moved, stretch)
    return found


def _apply(moved: Any, stretch: _Stretch) -> None:
    """What a move makes of a stretch; who had it last stays known when it comes back."""
    stretch.act = moved.act
    if moved.act == PaperAct.HANDED_OUT:
        stretch.channel, stretch.person = moved.channel, moved.person
        stretch.back = 0
    elif moved.act == PaperAct.RETURNED:
        stretch.back = stretch.size


def _card(session: Session, batch: Any) -> StockCard:
    stretches = _stretches(session, batch)
    size = batch._mapping["count"]
    out = _size_of(stretches, PaperAct.HANDED_OUT)
    # what is out is not in stock, whatever became of it
    kept = [stretch for stretch in stretches if stretch.act != PaperAct.HANDED_OUT]
    voided = sum(_void_in(session, batch.id, stretch) for stretch in kept)
    used = sum(_used_in(session, batch.id, stretch) for stretch in kept)
    whole = _Stretch(1, size)
    return StockCard(
        batch=batch.id,
        count=size,
        printed=batch.printed,
        activate=bool(batch.activate),
        in_stock=size - out - voided - used,
        out=out,
        returned=sum(stretch.back for stretch in stretches),
        voided=voided,
        redeemed=_used_in(session, batch.id, whole),
        ways=_ways(session, batch.id, stretches),
    )


def _ways(session: Session, batch: int, stretches: Sequence[_Stretch]) -> tuple[Handed, ...]:
    """Each way of handing out, by its name."""
    ways: dict[tuple[str, str], list[_Stretch]] = {}
    for stretch in stretches:
        if stretch.channel:
            way = stretch.channel, stretch.person
            ways.setdefault(way, []).append(stretch)
    return tuple(_handed(session, batch, way, ways[way]) for way in sorted(ways))


def _handed(
    session: Session, batch: int, way: tuple[str, str], stretches: Sequence[_Stretch]
) -> Handed:
    channel, person = way
    return Handed(
        channel=channel,
        person=person,
        out=_size_of(stretches, PaperAct.HANDED_OUT),
        returned=sum(stretch.back for stretch in stretches),
        voided=_size_of(stretches, PaperAct.VOIDED),
        redeemed=sum(_used_in(session, batch, stretch) for stretch in stretches),
    )


def _size_of(stretches: Sequence[_Stretch], act: PaperAct) -> int:
    return sum(stretch.size for stretch in stretches if stretch.act == act)


def _void_in(session: Session, batch: int, stretch: _Stretch) -> int:
    void = _state == CouponState.VOIDED
    return _count(session, _of_serials(batch, stretch.first, stretch.last), void)


def _used_in(session: Session, batch: int, stretch: _Stretch) -> int:
    """Pieces that were used: also those that may be used more often, whose paper is in somebody's
    hands all the same."""
    standing = _state != CouponState.VOIDED
    used = or_(_state == CouponState.REDEEMED, _USED.exists())
    return _count(session, _of_serials(batch, stretch.first, stretch.last), standing, used)


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(tables.coupon).where(*which)
    return int(session.scalar(counted) or 0)
