"""Will the member come again? The visits of all members are put into a model (see visit_model),
which is kept; what it says of a member is the outlook.

    repurchase.learn(store)
    repurchase.show(store, member="13800138000")
"""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from storecrm.domain.repurchase import Outlook
from storecrm.errors import NotPossible
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.database import days_between
from storecrm.models.learned import Learned
from storecrm.services import rights
from storecrm.services.analytics import visit_model, visits
from storecrm.services.analytics.visit_model import Model, VisitHistory
from storecrm.services.members import registry
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId, Money

AHEAD = 90
"""Days that are looked ahead."""
SAMPLE = 5000
"""Members the fit looks at; more of them change the four numbers less than the year does."""
WEEK = 7
_SAID_EACH = 500
"""Members between two words of progress."""
_OF_VALUE = tables.learned.c.what == "value"
_PERSON = tables.member.c
_CALLED = select(_PERSON.id, _PERSON.member_no, _PERSON.name)


def learn(store: Store, *, progress: Progress = silent) -> Model:
    """Fit the model to the shop's members up to today and keep it.

    Raises:
        NotPossible: not_enough_data.
        Cancelled: `progress` said so; what was learned before stays.
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        rows = session.execute(_seen(store.clock.tomorrow())).all()
    step = max(1, len(rows) // SAMPLE)
    sample = [_of_row(row) for row in rows[::step]]
    model = visit_model.fit(sample, progress=progress)
    first = min(row.first for row in rows)
    values = {
        "what": "value",
        "first_day": first,
        "last_day": store.clock.today(),
        "counted": len(rows),
        "at": store.clock.now(),
        "parameters": json.dumps(asdict(model)),
    }
    with store.write() as session:
        session.execute(delete(tables.learned).where(_OF_VALUE))
        session.execute(insert(Learned).values(**values))
        audit.log(session, store, "value_learned", members=len(rows))
    return model


def model_of(session: Session) -> Model | None:
    """The model that was learned, None before the first time."""
    learned = select(tables.learned.c.parameters).where(_OF_VALUE)
    text = session.scalar(learned)
    return Model(**json.loads(text)) if text else None


def _seen(before: Day, only: MemberId | None = None) -> Any:
    """member_id, days, first, span, watched and net of every member who ever came, as of a day
    (exclusive)."""
    buyer = tables.sale.c.member_id
    day = tables.sale.c.business_date
    # two visits on one day are one
    days = func.count(day.distinct()).filter(visits.VISIT)
    first = func.min(day).filter(visits.VISIT)
    last = func.max(day).filter(visits.VISIT)
    total = func.sum(tables.sale.c.net)
    net = func.coalesce(total, 0)
    sums = {"days": days, "first": first, "last": last, "net": net}
    query = select(buyer, *visits.labelled(sums))
    query = query.where(visits.LIVE, day < before)
    if only is not None:
        query = query.where(buyer == only)
    found = query.group_by(buyer).having(days > 0).subquery()
    seen = found.c
    today = literal(before - timedelta(days=1), day.type)
    span = days_between(seen.first, seen.last)
    watched = days_between(seen.first, today)
    spans = (span.label("span"), watched.label("watched"))
    query = select(seen.member_id, seen.days, seen.first, *spans, seen.net)
    return query.order_by(seen.member_id)


def _of_row(row: Any) -> VisitHistory:
    # a receipt of a clock that was ahead lies behind the last day that is watched
    watched = max(row.span, row.watched)
    repeats = int(row.days) - 1
    return VisitHistory(x=repeats, t_x=row.span / WEEK, T=watched / WEEK)


def of_member(session: Session, store: Store, member: MemberId) -> Outlook | None:
    """One member's future, None without a model or a visit."""
    model = model_of(session)
    if model is None:
        return None
    row = session.execute(_seen(store.clock.tomorrow(), member)).first()
    if row is None:
        return None
    own = _CALLED.where(_PERSON.id == member)
    who = session.execute(own).one()
    return _outlook(model, row, who)


def _outlook(model: Model, row: Any, who: Any) -> Outlook:
    one = _of_row(row)
    coming = max(0.0, visit_model.expected(model, one, AHEAD / WEEK))
    # who brought back more than was bought is worth nothing
    spent = max(0, int(row.net))
    worth = coming * spent / int(row.days)
    return Outlook(
        member_no=who.member_no,
        name=who.name,
        alive=visit_model.alive(model, one),
        visits=coming,
        net=Money(round(worth)),
    )


def show(store: Store, *, member: str) -> Outlook | None:
    """One member's future.

    Raises:
        NotFound: member.
        NotPossible: not_learned.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        if model_of(session) is None:
            raise NotPossible("not_learned")
        person = registry.resolve(session, store, member)
        return of_member(session, store, person)


@dataclass(frozen=True)
class Outlooks:
    """How many members have an outlook, and the most valuable of them."""

    members: int
    best: tuple[Outlook, ...]


def best(store: Store, *, limit: int = 20) -> Outlooks:
    """The members who are worth most from now on.

    Raises:
        NotPossible: not_learned.
    """
    rights.require(store, Right.REPORTS)
    found = every(store)
    return Outlooks(len(found), tuple(found[:limit]))


def every(store: Store, *, progress: Progress = silent) -> list[Outlook]:
    """Everybody's future, the most valuable first.

    Raises:
        NotPossible: not_learned.
        Cancelled: `progress` said so.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        model = model_of(session)
        if model is None:
            raise NotPossible("not_learned")
        live = session.execute(_CALLED.where(_PERSON.state == "live"))
        # whoever was erased has receipts still
        names = {who.id: who for who in live}
        seen = session.execute(_seen(store.clock.tomorrow()))
        rows = [row for row in seen if row.member_id in names]
    found = []
    for at, row in enumerate(rows):
        if at % _SAID_EACH == 0:
            progress(at, len(rows))
        found.append(_outlook(model, row, names[row.member_id]))
    progress(len(rows), len(rows))
    # of equal ones always the same first
    return sorted(found, key=_most_valuable_first)


def _most_valuable_first(one: Outlook) -> tuple[int, str]:
    return -one.net, one.member_no
