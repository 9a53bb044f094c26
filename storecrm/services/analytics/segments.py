"""The segments of a shop: the built-in ones with their rules in view, the shop's own, and lists
kept as they were on a day."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain import segment_fields
from storecrm.errors import BadInput, Conflict, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.shop import Shop
from storecrm.services import files, rights, shop_settings
from storecrm.services.analytics import segment_rules
from storecrm.services.coupons import issue as coupons
from storecrm.services.coupons.issue import BatchView
from storecrm.services.members import views
from storecrm.services.members.views import MemberView
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import Day, MemberId, clean_text


def _is(field: str, op: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value, **more}


BUILT_IN: dict[str, dict[str, Any]] = {
    "new": _is("stage", "is", "new"),
    "regulars": {
        "all": [_is("visits", ">=", 4, days=90), _is("stage", "in", ["new", "active", "back"])]
    },
    "leaving": {"all": [_is("own_gaps_since_visit", ">", 2), _is("days_since_visit", "<", 60)]},
    "dormant": _is("days_since_visit", ">=", 60),
    "birthday": _is("birthday_month", "=", segment_fields.THIS_MONTH),
    "high_value": _is("rfm_group", "is", "champions"),
    "loyal": _is("rfm_group", "is", "loyal"),
    "potential": _is("rfm_group", "is", "potential"),
    "at_risk": _is("rfm_group", "in", ["at_risk", "cannot_lose"]),
    "lost": _is("stage", "is", "lost"),
    "won_back": _is("stage", "is", "back"),
    "never_bought": _is("stage", "is", "prospect"),
    "points_ending": _is("points_ending", ">", 0, days=31),
    "never_redeemed": {"all": [_is("visits", ">=", 1), _is("coupons_used", "=", 0)]},
    "price_sensitive": {
        "all": [_is("visits", ">=", 3, days=365), _is("with_coupon_percent", ">=", 60)]
    },
}
"""The first five are what a shop asks for first."""


@dataclass(frozen=True)
class SegmentView:
    """A segment: `rule` as a tree of plain values; `fixed` means a list kept as it was, `built_in`
    that it cannot be changed."""

    code: str
    name: str
    rule: dict[str, Any]
    fixed: bool = False
    built_in: bool = False


@dataclass(frozen=True)
class Compared:
    """Two segments side by side: members of the first only, of both, of the second only."""

    only_first: int
    both: int
    only_second: int


def listed(store: Store) -> list[SegmentView]:
    """The built-in segments, then the shop's own by code."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        own = session.execute(select(tables.segment).order_by(tables.segment.c.code)).all()
    return [SegmentView(code, "", rule, built_in=True) for code, rule in BUILT_IN.items()] + [
        _view(row) for row in own
    ]


def show(store: Store, *, code: str) -> SegmentView:
    """One segment with its rule.

    Raises:
        NotFound: segment.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        return _found(session, code)


def create(
    store: Store, *, code: str, name: str, rule: Mapping[str, Any], replace: bool = False
) -> SegmentView:
    """Keep a segment of the shop's own; with `replace` a rule takes the place of the one before.

    Raises:
        BadInput: segment_code, segment_shape, segment_deep, segment_long, segment_field,
            segment_op, segment_value, segment_more.
        Conflict: segment_taken.
    """
    rights.require(store, Right.OFFERS)
    segment_fields.check(rule, digits=store.shop.digits)
    with store.write(Topic.MEMBERS) as session:
        return _keep(session, store, code, name, dict(rule), fixed=False, replace=replace)


def keep_list(store: Store, *, code: str, of: str, name: str = "") -> SegmentView:
    """Keep the members that a segment has now as a list that stays: what a campaign was sent to is
    still known later.

    Raises:
        NotFound: segment.
        BadInput: segment_code.
        Conflict: segment_taken.
    """
    rights.require(store, Right.OFFERS)
    with store.write(Topic.MEMBERS) as session:
        source = _found(session, of)
        ids = session.scalars(_members_of(session, store, source)).all()
        kept = _keep(
            session, store, code, name or source.name, source.rule, fixed=True, replace=False
        )
        which = session.scalar(
            select(tables.segment.c.id).where(tables.segment.c.code == kept.code)
        )
        if ids:
            session.execute(
                insert(tables.segment_member),
                [{"segment_id": which, "member_id": member} for member in ids],
            )
        return kept


def _keep(
    session: Session,
    store: Store,
    code: str,
    name: str,
    rule: dict[str, Any],
    *,
    fixed: bool,
    replace: bool,
) -> SegmentView:
    if not re.fullmatch(r"[^\s\-]\S{0,39}", code) or code in BUILT_IN:
        raise BadInput("segment_code", where=code[:40])
    values = {
        "name": clean_text(name, 60) or code,
        "rule": json.dumps(rule, ensure_ascii=False),
        "fixed": int(fixed),
    }
    present = session.execute(
        select(tables.segment.c.id, tables.segment.c.fixed).where(tables.segment.c.code == code)
    ).first()
    if present is not None and (not replace or present.fixed):
        raise Conflict("segment_taken", where=code)
    if present is not None:
        session.execute(
            update(tables.segment).where(tables.segment.c.id == present.id).values(**values)
        )
    else:
        session.execute(
            insert(tables.segment).values(
                code=code, made_at=store.clock.now(), made_by=store.staff, **values
            )
        )
    audit.log(session, store, "segment_kept", segment=code, fixed=fixed)
    return _found(session, code)


def remove(store: Store, *, code: str) -> None:
    """Forget a segment of the shop's own, with its list and its sizes.

    Raises:
        NotFound: segment (built-in ones cannot go).
    """
    rights.require(store, Right.OFFERS)
    with store.write(Topic.MEMBERS) as session:
        which = session.scalar(select(tables.segment.c.id).where(tables.segment.c.code == code))
        if which is None:
            raise NotFound("segment", where=code[:40])
        session.execute(
            delete(tables.segment_member).where(tables.segment_member.c.segment_id == which)
        )
        session.execute(delete(tables.segment_size).where(tables.segment_size.c.code == code))
        session.execute(delete(tables.segment).where(tables.segment.c.id == which))
        audit.log(session, store, "segment_removed", segment=code)


def from_file(path: Path) -> dict[str, Any]:
    """A segment as a TOML file writes it: code, name and rule.

    Raises:
        BadFile: no_file, not_toml.
        BadInput: segment_shape.
    """
    raw = files.read_toml(path)
    if set(raw) - {"code", "name", "rule"} or not isinstance(raw.get("rule"), dict):
        raise BadInput("segment_shape", where="rule")
    return {"code": str(raw.get("code", "")), "name": str(raw.get("name", "")), "rule": raw["rule"]}


def count(store: Store, *, code: str = "", rule: Mapping[str, Any] | None = None) -> int:
    """How many members a segment has, or a rule that is not kept yet.

    Raises:
        NotFound: segment.
        BadInput: as `create`.
    """
    rights.require(store, Right.REPORTS)
    if rule is not None:
        segment_fields.check(rule, digits=store.shop.digits)
    with store.read() as session:
        found = SegmentView("", "", dict(rule)) if rule is not None else _found(session, code)
        query = _members_of(session, store, found)
        return int(session.scalar(select(func.count()).select_from(query.subquery())) or 0)


def counts(store: Store, *, codes: tuple[str, ...]) -> dict[str, int]:
    """How many members each of these segments has now; written down once a day, so that sizes over
    time are known.

    Raises:
        NotFound: segment.
    """
    rights.require(store, Right.REPORTS)
    found = {code: count(store, code=code) for code in codes}
    today = store.clock.today()
    with store.write() as session:
        # two tills that look at the same moment write one after the other
        database.lock_row(session, Shop, 1)
        session.execute(
            delete(tables.segment_size).where(
                tables.segment_size.c.business_date == today, tables.segment_size.c.code.in_(codes)
            )
        )
        session.execute(
            insert(tables.segment_size),
            [{"code": code, "business_date": today, "members": n} for code, n in found.items()],
        )
    return found


def sizes(store: Store, *, code: str) -> list[tuple[Day, int]]:
    """What was counted of a segment, by day."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        rows = session.execute(
            select(tables.segment_size.c.business_date, tables.segment_size.c.members)
            .where(tables.segment_size.c.code == code)
            .order_by(tables.segment_size.c.business_date)
        )
        return [(row.business_date, row.members) for row in rows]


def page(
    store: Store, *, code: str, offset: int = 0, limit: int = 200
) -> tuple[list[MemberView], int]:
    """A stretch of a segment's members, newest first, and how many there are; for those who may see
    the list.

    Raises:
        NotFound: segment.
    """
    rights.require(store, Right.FULL_PHONES)
    with store.read() as session:
        ids = ids_of(session, store, code)
        newest = ids[::-1][offset : offset + limit]
        return views.of_members(session, store, newest), len(ids)


def compare(store: Store, *, first: str, second: str) -> Compared:
    """How two segments overlap.

    Raises:
        NotFound: segment.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        one, two = (
            set(session.scalars(_members_of(session, store, _found(session, code))))
            for code in (first, second)
        )
    return Compared(len(one - two), len(one & two), len(two - one))


def issue(store: Store, *, code: str, offer: str, progress: Progress = silent) -> BatchView:
    """One coupon of an offer to each member that a segment has now, as one batch: the batch is the
    list of who got one.

    Raises:
        NotFound: segment, offer.
        NotPossible: segment_empty, offer_stopped, offer_external, offer_automatic, offer_over,
            total_limit.
        Cancelled: `progress` said so.
    """
    rights.require(store, Right.BATCHES)
    with store.read() as session:
        people = ids_of(session, store, code)
    if not people:
        raise NotPossible("segment_empty", where=code)
    return coupons.issue(store, offer=offer, known=people, progress=progress)


def ids_of(session: Session, store: Store, code: str) -> list[MemberId]:
    """The members of a segment now.

    Raises:
        NotFound: segment.
    """
    return [
        MemberId(member)
        for member in session.scalars(
            _members_of(session, store, _found(session, code)).order_by(tables.member.c.id)
        )
    ]


def _members_of(session: Session, store: Store, segment: SegmentView) -> Select[Any]:
    if segment.fixed:
        kept = (
            select(tables.segment_member.c.member_id)
            .join(tables.segment, tables.segment.c.id == tables.segment_member.c.segment_id)
            .where(tables.segment.c.code == segment.code)
        )
        return select(tables.member.c.id).where(
            tables.member.c.state == "live", tables.member.c.id.in_(kept)
        )
    here = segment_rules.Context(
        session, store.clock.tomorrow(), shop_settings.current(session), store.shop.digits
    )
    return segment_rules.members_of(segment.rule, here)


def _found(session: Session, code: str) -> SegmentView:
    if code in BUILT_IN:
        return SegmentView(code, "", BUILT_IN[code], built_in=True)
    row = session.execute(select(tables.segment).where(tables.segment.c.code == code)).first()
    if row is None:
        raise NotFound("segment", where=code[:40])
    return _view(row)


def _view(row: Any) -> SegmentView:
    return SegmentView(row.code, row.name, json.loads(row.rule), bool(row.fixed))
