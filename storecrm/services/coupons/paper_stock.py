"""Printed coupons as stock: which serials were handed out, to whom, came back, or are void; and
what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, Conflict, NotFound, NotPossible
from storecrm.ledger import audit, coupons
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon, PaperMove
from storecrm.models.hot import Hot
from storecrm.models.redemption import Redemption
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import BatchId, BatchState, CouponState, PaperAct, clean_text

_P: Any = PaperMove.__table__
_B: Any = Batch.__table__
_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_LAST = Hot(
    select(_P.c.act)
    .where(
        _P.c.batch_id == bindparam("batch"),
        _P.c.first_serial <= bindparam("serial"),
        _P.c.last_serial >= bindparam("same"),
    )
    .order_by(_P.c.id.desc())
    .limit(1)
)
_MOVES = Hot(select(_P).where(_P.c.batch_id == bindparam("batch")).order_by(_P.c.id))


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
        database.lock_row(session, Batch, batch)
        row = _batch(session, batch)
        if not row.bearer:
            raise NotPossible("named_batch", where=str(batch))
        if not 1 <= first <= last <= row._mapping["count"]:
            raise BadInput("serials", where=f"{first}-{last}", most=row._mapping["count"])
        if act is PaperAct.HANDED_OUT and not clean_text(channel, 40):
            raise BadInput("channel_missing")
        now = [
            s
            for s in _stretches(session, row, (first, last))
            if first <= s.first and s.last <= last
        ]
        if row.state == BatchState.VOIDED:
            raise Conflict("batch_void", where=str(batch))
        states = set(
            session.scalars(
                select(_C.c.state)
                .where(_C.c.batch_id == batch, _C.c.serial.between(first, last))
                .distinct()
            )
        )
        out = any(s.act == PaperAct.HANDED_OUT for s in now)
        if CouponState.VOIDED in states or (act is PaperAct.HANDED_OUT and out):
            raise Conflict("serials_out", where=f"{first}-{last}")
        if CouponState.REDEEMED in states and act is not PaperAct.HANDED_OUT:
            raise Conflict("serials_used", where=f"{first}-{last}")
        if act is PaperAct.RETURNED and any(s.act != PaperAct.HANDED_OUT for s in now):
            raise Conflict("serials_in", where=f"{first}-{last}")
        values = {
            "batch_id": batch,
            "act": act,
            "first_serial": first,
            "last_serial": last,
            "at": store.clock.now(),
            "staff_id": store.staff,
        }
        values |= {
            "channel": clean_text(channel, 40),
            "person": clean_text(person, 40),
            "business_date": store.clock.today(),
        }
        session.execute(insert(PaperMove).values(**values))
        if act is PaperAct.VOIDED:
            mine = (_C.c.batch_id == batch, _C.c.serial.between(first, last))
            coupons.void(session, store, *mine, reason="paper", states=coupons.UNUSED)
        audit.log(session, store, "paper_moved", batch=batch, act=act, first=first, last=last)
        return _card(session, row)


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
    return bool(
        _LAST.scalar(session, batch=batch, serial=serial, same=serial) == PaperAct.HANDED_OUT
    )


def _batch(session: Session, batch: int) -> Any:
    row = session.execute(
        select(_B).where(_B.c.id == batch, _B.c.state != BatchState.ISSUING)
    ).first()
    if row is None:
        raise NotFound("batch", where=str(batch))
    return row


def _stretches(session: Session, batch: Any, cut: tuple[int, int] | None = None) -> list[_Stretch]:
    """The batch cut where the fate of its serials changes (and at `cut`), in order; the last move
    of a stretch decides."""
    moves = _MOVES.rows(session, batch=batch.id)
    size = batch._mapping["count"]
    edges = {1, size + 1} | {m.first_serial for m in moves} | {m.last_serial + 1 for m in moves}
    edges |= {cut[0], cut[1] + 1} if cut else set()
    marks = sorted(edges)
    found = [_Stretch(first, after - 1) for first, after in zip(marks, marks[1:], strict=False)]
    for moved in moves:
        for stretch in found:
            if moved.first_serial <= stretch.first and stretch.last <= moved.last_serial:
                stretch.act = moved.act
                if moved.act == PaperAct.HANDED_OUT:
                    stretch.channel, stretch.person, stretch.back = moved.channel, moved.person, 0
                elif moved.act == PaperAct.RETURNED:
                    stretch.back = stretch.size
    return found


def _card(session: Session, batch: Any) -> StockCard:
    stretches = _stretches(session, batch)
    ways: dict[tuple[str, str], list[_Stretch]] = {}
    for stretch in stretches:
        if stretch.channel:
            ways.setdefault((stretch.channel, stretch.person), []).append(stretch)
    handed = [
        Handed(
            channel,
            person,
            _of(mine, PaperAct.HANDED_OUT),
            sum(s.back for s in mine),
            _of(mine, PaperAct.VOIDED),
            sum(_redeemed(session, batch.id, s) for s in mine),
        )
        for (channel, person), mine in sorted(ways.items())
    ]
    size, out = batch._mapping["count"], _of(stretches, PaperAct.HANDED_OUT)
    redeemed = _redeemed(session, batch.id, _Stretch(1, size))
    kept = [stretch for stretch in stretches if stretch.act != PaperAct.HANDED_OUT]
    voided = sum(_in_state(session, batch.id, stretch, CouponState.VOIDED) for stretch in kept)
    used = sum(_redeemed(session, batch.id, stretch) for stretch in kept)
    return StockCard(
        batch.id,
        size,
        batch.printed,
        bool(batch.activate),
        size - out - voided - used,
        out,
        sum(s.back for s in stretches),
        voided,
        redeemed,
        tuple(handed),
    )


def _of(stretches: Sequence[_Stretch], act: PaperAct) -> int:
    return sum(s.size for s in stretches if s.act == act)


def _in_state(session: Session, batch: int, stretch: _Stretch, state: CouponState) -> int:
    mine = (
        _C.c.batch_id == batch,
        _C.c.serial.between(stretch.first, stretch.last),
        _C.c.state == state,
    )
    return int(session.scalar(select(func.count()).select_from(_C).where(*mine)) or 0)


def _redeemed(session: Session, batch: int, stretch: _Stretch) -> int:
    """Pieces that were used: also those that may be used more often, whose paper is in somebody's
    hands all the same."""
    mine = (
        _C.c.batch_id == batch,
        _C.c.serial.between(stretch.first, stretch.last),
        _C.c.state != CouponState.VOIDED,
    )
    live = select(_R.c.id).where(_R.c.coupon_id == _C.c.id, _R.c.reversed_at.is_(None)).exists()
    return int(
        session.scalar(
            select(func.count())
            .select_from(_C)
            .where(*mine, or_(_C.c.state == CouponState.REDEEMED, live))
        )
        or 0
    )
